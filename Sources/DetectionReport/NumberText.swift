import Foundation

/// How a report writes numbers: a real minus sign, no exponent where it can be helped.
enum NumberText {
  static let notAvailable = "n/a"

  /// A number with a fixed count of decimals; `n/a` where there is none.
  static func fixed(_ value: Double?, decimals: Int) -> String {
    guard let value else { return notAvailable }
    guard value.isFinite else { return nonfinite(value) }
    let text = String(format: "%.\(min(max(decimals, 0), 12))f", value)
    // A negative number that rounds to nothing is nothing.
    if text.hasPrefix("-"), text.allSatisfy({ "-0.".contains($0) }) {
      return String(text.dropFirst())
    }
    return text.replacingOccurrences(of: "-", with: "−")
  }

  /// A precision, a recall or a mean of such, 0...1, with three decimals.
  ///
  /// Negative means, by COCO's convention, that none exists.
  static func figure(_ value: Double?) -> String {
    guard let value, value >= 0, value.isFinite else { return notAvailable }
    return fixed(value, decimals: 3)
  }

  /// A part of a whole, 0...1, in percent; negative where there is no whole.
  static func percentage(_ value: Double?) -> String {
    guard let value, value >= 0, value.isFinite else { return notAvailable }
    return fixed(value * 100, decimals: 1)
  }

  /// A loss or a time, with three significant digits.
  static func significant(_ value: Double?) -> String {
    guard let value else { return notAvailable }
    guard value.isFinite else { return nonfinite(value) }
    guard value != 0 else { return "0" }
    let exponent = Int(log10(abs(value)).rounded(.down))
    switch exponent {
    case ..<(-3): return scientific(value)
    case ..<3: return fixed(value, decimals: 2 - exponent)
    case ..<9: return grouped(value)
    default: return scientific(value)
    }
  }

  /// A whole number with thin spaces between groups of three digits.
  static func grouped(_ value: Double) -> String {
    let digits = fixed(abs(value), decimals: 0)
    var groups: [Substring] = []
    var rest = digits[...]
    while rest.count > 3 {
      groups.insert(rest.suffix(3), at: 0)
      rest = rest.dropLast(3)
    }
    groups.insert(rest, at: 0)
    // Four digits are read without help.
    let text = digits.count > 4 ? groups.joined(separator: "\u{2009}") : digits
    return value <= -0.5 ? "−" + text : text
  }

  /// A place on a horizontal axis: a step, an epoch, a recall.
  static func position(_ value: Double) -> String {
    value == value.rounded() ? grouped(value) : significant(value)
  }

  /// `2.5·10⁻⁶`, or `10⁻⁶`.
  static func scientific(_ value: Double) -> String {
    let parts = String(format: "%.2e", value).components(separatedBy: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return "\(value)" }
    var mantissa = parts[0]
    while mantissa.hasSuffix("0") || mantissa.hasSuffix(".") { mantissa.removeLast() }
    let power = "10" + superscript(exponent)
    switch mantissa {
    case "1": return power
    case "-1": return "−" + power
    default: return mantissa.replacingOccurrences(of: "-", with: "−") + "·" + power
    }
  }

  private static func nonfinite(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    return value > 0 ? "∞" : "−∞"
  }

  private static func superscript(_ value: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return String("\(value)".map { $0.wholeNumberValue.map { digits[$0] } ?? "⁻" })
  }
}
