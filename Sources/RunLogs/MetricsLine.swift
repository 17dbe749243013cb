import Foundation

/// The text form of an entry: one JSON object without a line break.
///
/// JSON has no NaN and no infinity. Such a value is written `null`, which every reader takes as
/// missing, and the key `nonfinite` says which it was: `{"step":3,"loss":null,"nonfinite":{"loss":"NaN"}}`.
enum MetricsLine {
  /// Why a line is not an entry.
  struct Fault: Error {
    var message: String
  }

  static func text(of entry: MetricsEntry) -> String {
    var line = "{\"step\":\(entry.step)"
    var nonfinite: [(key: String, value: Double)] = []
    for key in entry.keys {
      guard let value = entry[key] else { continue }
      line += ",\(quoted(key)):"
      switch value {
      case .integer(let integer): line += "\(integer)"
      case .flag(let flag): line += "\(flag)"
      case .text(let text): line += quoted(text)
      case .number(let number) where number.isFinite: line += "\(number)"
      case .number(let number):
        line += "null"
        nonfinite.append((key, number))
      }
    }
    if !nonfinite.isEmpty {
      let notes = nonfinite.map { "\(quoted($0.key)):\"\(name(of: $0.value))\"" }
      line += ",\"nonfinite\":{\(notes.joined(separator: ","))}"
    }
    return line + "}"
  }

  static func entry(parsing bytes: some Sequence<UInt8>) throws(Fault) -> MetricsEntry {
    var scanner = MetricsLineScanner(bytes: Array(bytes))
    return try scanner.entry()
  }

  /// The name of a non-finite number in the file.
  private static func name(of number: Double) -> String {
    if number.isNaN { return "NaN" }
    return number > 0 ? "Infinity" : "-Infinity"
  }

  /// A JSON string; control characters are escaped, so that a line stays one line.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      // U+2028 and U+2029 end a line for some readers of JSON lines.
      case "\u{0}"..<" ", "\u{7F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// Reads one metrics line: a flat JSON object, strictly.
struct MetricsLineScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func entry() throws(MetricsLine.Fault) -> MetricsEntry {
    var step: Int?
    var members: [(key: String, value: MetricValue)] = []
    var nonfinite: [String: Double] = [:]
    var seen: Set<String> = []
    try expect("{")
    if !take("}") {
      repeat {
        let key = try string()
        guard seen.insert(key).inserted else { throw fault("the key '\(key)' is there twice") }
        try expect(":")
        switch key {
        case "step": step = try stepNumber()
        case "nonfinite": nonfinite = try nonfiniteNotes()
        default: members.append((key, try value()))
        }
      } while take(",")
      try expect("}")
    }
    skipSpace()
    guard position == bytes.count else { throw fault("expected the end of the line") }
    guard let step else { throw fault("the key 'step' is missing") }
    var entry = MetricsEntry(step: step)
    for (key, value) in members {
      if let special = nonfinite[key] {
        entry[key] = .number(special)
      } else {
        entry[key] = value
      }
    }
    return entry
  }

  private mutating func stepNumber() throws(MetricsLine.Fault) -> Int {
    guard case .integer(let step) = try value() else {
      throw fault("'step' should be a whole number")
    }
    return step
  }

  private mutating func nonfiniteNotes() throws(MetricsLine.Fault) -> [String: Double] {
    var notes: [String: Double] = [:]
    try expect("{")
    if take("}") { return notes }
    repeat {
      let key = try string()
      try expect(":")
      switch try string() {
      case "NaN": notes[key] = .nan
      case "Infinity": notes[key] = .infinity
      case "-Infinity": notes[key] = -.infinity
      case let other: throw fault("expected NaN, Infinity or -Infinity, found '\(other)'")
      }
    } while take(",")
    try expect("}")
    return notes
  }

  private mutating func value() throws(MetricsLine.Fault) -> MetricValue {
    skipSpace()
    guard position < bytes.count else { throw fault("expected a value, found the end") }
    switch bytes[position] {
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"): return try word("true", .flag(true))
    case UInt8(ascii: "f"): return try word("false", .flag(false))
    case UInt8(ascii: "n"): return try word("null", .number(.nan))
    default: return try number()
    }
  }

  private mutating func word(
    _ word: String,
    _ value: MetricValue
  ) throws(MetricsLine.Fault) -> MetricValue {
    guard bytes[position...].starts(with: word.utf8) else { throw fault("expected \(word)") }
    position += word.utf8.count
    return value
  }

  /// A number by JSON's grammar, which Swift's own initializers do not keep to (`0x1p3`, `+1`).
  private mutating func number() throws(MetricsLine.Fault) -> MetricValue {
    let start = position
    _ = takeByte("-")
    let leading = position
    guard digits() > 0 else { throw fault("expected a value") }
    if bytes[leading] == UInt8(ascii: "0"), position - leading > 1 {
      throw fault("a number may not begin with 0")
    }
    var isInteger = true
    if takeByte(".") {
      isInteger = false
      guard digits() > 0 else { throw fault("expected digits after the decimal point") }
    }
    if takeByte("e") || takeByte("E") {
      isInteger = false
      if !takeByte("+") { _ = takeByte("-") }
      guard digits() > 0 else { throw fault("expected digits in the exponent") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let integer = Int(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else {
      throw fault("the number \(text) is out of range")
    }
    return .number(number)
  }

  private mutating func digits() -> Int {
    let start = position
    while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
    {
      position += 1
    }
    return position - start
  }

  private mutating func string() throws(MetricsLine.Fault) -> String {
    try expect("\"")
    var content: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(bytes: content, encoding: .utf8) else {
          throw fault("a string is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): content += try escape()
      case 0..<32: throw fault("a control character in a string")
      default: content.append(byte)
      }
    }
    throw fault("expected the end of a string, found the end of the line")
  }

  /// What follows a backslash, as UTF-8.
  private mutating func escape() throws(MetricsLine.Fault) -> [UInt8] {
    guard position < bytes.count else { throw fault("expected an escape, found the end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"): return Array(String(try unicodeEscape()).utf8)
    default: throw fault("an unknown escape in a string")
    }
  }

  private mutating func unicodeEscape() throws(MetricsLine.Fault) -> Unicode.Scalar {
    let first = try codeUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, takeByte("\\"), takeByte("u") else {
      throw fault("half a surrogate pair in a string")
    }
    let second = try codeUnit()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw fault("half a surrogate pair in a string") }
    return scalar
  }

  private mutating func codeUnit() throws(MetricsLine.Fault) -> UInt32 {
    let end = position + 4
    guard end <= bytes.count, bytes[position..<end].allSatisfy({ Self.isHexadecimal($0) }),
      let unit = UInt32(String(decoding: bytes[position..<end], as: UTF8.self), radix: 16)
    else { throw fault("expected four hexadecimal digits") }
    position = end
    return unit
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    Unicode.Scalar(byte).properties.isASCIIHexDigit
  }

  private mutating func expect(_ scalar: Unicode.Scalar) throws(MetricsLine.Fault) {
    guard take(scalar) else { throw fault("expected '\(scalar)'") }
  }

  /// Takes a mark, with the space before it.
  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    skipSpace()
    return takeByte(scalar)
  }

  private mutating func takeByte(_ scalar: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: scalar) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.count, [32, 9, 13].contains(bytes[position]) { position += 1 }
  }

  private func fault(_ message: String) -> MetricsLine.Fault {
    MetricsLine.Fault(message: "\(message) (at byte \(position + 1) of the line)")
  }
}
