import Foundation

/// A mark on an axis with what is written at it; empty for a mark between two written ones.
struct AxisTick: Hashable {
  var value: Double
  var label: String
}

/// Chooses round numbers for an axis.
enum AxisTicks {
  /// The smallest of 1, 2 and 5 times a power of ten that is at least `value`.
  static func roundStep(atLeast value: Double) -> Double {
    guard value > 0, value.isFinite else { return 1 }
    let power = pow(10, log10(value).rounded(.down))
    // The factor allows for a quotient that came out a little above a round one.
    for step in [1.0, 2, 5, 10] where step * power >= value * (1 - 1e-9) { return step * power }
    return 10 * power
  }

  /// Multiples of a round step inside a range, about `count` intervals of them.
  ///
  /// A step below `smallestStep` would stand between what is counted, such as epochs.
  static func linear(
    _ range: ClosedRange<Double>,
    count: Int = 5,
    smallestStep: Double = 0
  ) -> [AxisTick] {
    let (low, high) = (range.lowerBound, range.upperBound)
    guard low.isFinite, high.isFinite, high > low, (high - low).isFinite else {
      return low.isFinite ? [AxisTick(value: low, label: NumberText.significant(low))] : []
    }
    let step = max(roundStep(atLeast: (high - low) / Double(max(count, 1))), smallestStep)
    let first = (low / step - 1e-6).rounded(.up)
    let last = (high / step + 1e-6).rounded(.down)
    // Far from zero a step may be lost in rounding: then there is nothing to mark but the ends.
    guard last >= first, last - first <= 100, low + step > low else {
      return [low, high].map { AxisTick(value: $0, label: NumberText.scientific($0)) }
    }
    let values = stride(from: first, through: last, by: 1).map { $0 * step }
    let labels = linearLabels(values, step: step)
    return zip(values, labels).map { AxisTick(value: $0, label: $1) }
  }

  /// One unit and one count of decimals for a whole axis: `0, 0.5, 1.0`, or `0, 5k, 10k`.
  private static func linearLabels(_ values: [Double], step: Double) -> [String] {
    let largest = values.map(abs).max() ?? 0
    // Three digits are written: they tell some hundred steps apart.
    if largest >= 1e9 || (step < 1e-4 * 0.999 && largest < 500 * step) {
      return values.map { $0 == 0 ? "0" : NumberText.scientific($0) }
    }
    let (unit, suffix) =
      largest >= 1e6 && step >= 1e5 * 0.999
      ? (1e6, "M") : largest >= 1e4 && step >= 100 * 0.999 ? (1e3, "k") : (1, "")
    let decimals = max(0, -Int((log10(step / unit) + 1e-9).rounded(.down)))
    return values.map {
      $0 == 0 && !suffix.isEmpty ? "0" : NumberText.fixed($0 / unit, decimals: decimals) + suffix
    }
  }

  /// What is written of a decade, as far as a plot of 200 pixels has room; `nil` where a linear axis' marks are more.
  private static func factors(decades: Double) -> [Double]? {
    switch decades {
    case ..<0.7: nil
    case ..<1.5: [1, 2, 3, 5, 7]
    case ..<3.2: [1, 2, 5]
    case ..<4.2: [1, 3]
    default: [1]
    }
  }

  /// Round numbers inside a range of positive numbers: powers of ten and, where there is room, some between them.
  static func logarithmic(_ range: ClosedRange<Double>) -> [AxisTick] {
    let (low, high) = (range.lowerBound, range.upperBound)
    guard low > 0, high.isFinite, high > low else { return [] }
    let decades = log10(high) - log10(low)
    guard let written = factors(decades: decades) else {
      return linear(range, count: 8).filter { range.contains($0.value) }
    }
    // Seven powers at most are written, the others only marked.
    let stride = max(1, Int((decades / 7).rounded(.up)))
    var ticks: [AxisTick] = []
    for exponent in Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up)) {
      for factor in 1...9 {
        let value = Double(factor) * pow(10, Double(exponent))
        guard value >= low * (1 - 1e-9), value <= high * (1 + 1e-9) else { continue }
        let isWritten = written.contains(Double(factor)) && exponent % stride == 0
        guard isWritten || decades < 4.2 || factor == 1 else { continue }
        ticks.append(
          AxisTick(value: value, label: isWritten ? logarithmicLabel(value, exponent) : "")
        )
      }
    }
    return ticks
  }

  private static func logarithmicLabel(_ value: Double, _ exponent: Int) -> String {
    switch exponent {
    case -3..<0: NumberText.fixed(value, decimals: -exponent)
    case 0..<4: NumberText.fixed(value, decimals: 0)
    case 4..<6: NumberText.fixed(value / 1000, decimals: 0) + "k"
    default: NumberText.scientific(value)
    }
  }
}
