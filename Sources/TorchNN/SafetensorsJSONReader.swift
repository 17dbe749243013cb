/// A strict reader of the JSON that safetensors headers are made of: objects, strings, and arrays of
/// whole numbers.
struct SafetensorsJSONReader {
  typealias Fault = SafetensorsHeader.Fault

  private let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Reads an object, handing each key to `member`, which reads the value.
  mutating func object(
    _ member: (String, inout SafetensorsJSONReader) throws(Fault) -> Void
  ) throws(Fault) {
    try expect("{")
    guard !skip("}") else { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(key, &self)
    } while skip(",")
    try expect("}")
  }

  /// Reads an array of whole numbers.
  mutating func integers() throws(Fault) -> [Int] {
    try expect("[")
    guard !skip("]") else { return [] }
    var values: [Int] = []
    repeat { values.append(try integer()) } while skip(",")
    try expect("]")
    return values
  }

  /// Reads a string.
  mutating func string() throws(Fault) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while true {
      guard position < bytes.count else { throw fault("a string that does not end") }
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw fault("a string that is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
      case 0..<0x20: throw fault("a control character in a string")
      default: text.append(byte)
      }
    }
  }

  /// Makes sure that only padding follows.
  mutating func end() throws(Fault) {
    skipSpace()
    guard position == bytes.count else { throw fault("something after the header's last brace") }
  }

  private mutating func integer() throws(Fault) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
    {
      let digit = Int(bytes[position] - UInt8(ascii: "0"))
      let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, tooLargeYet) = tens.addingReportingOverflow(digit)
      guard !tooLarge, !tooLargeYet else { throw fault("a number beyond 64 bits") }
      value = sum
      position += 1
    }
    let digits = position - start
    guard digits > 0 else { throw fault("no whole number where one is expected") }
    guard digits == 1 || bytes[start] != UInt8(ascii: "0") else {
      throw fault("a number with a leading zero")
    }
    return value
  }

  private mutating func escape() throws(Fault) -> [UInt8] {
    guard position < bytes.count else { throw fault("a string that does not end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw fault("an unknown escape in a string")
    }
  }

  private mutating func unicodeEscape() throws(Fault) -> [UInt8] {
    var units = [try hexUnit()]
    if UTF16.isLeadSurrogate(units[0]), bytes[position...].starts(with: Array("\\u".utf8)) {
      position += 2
      units.append(try hexUnit())
    }
    guard let text = String(validating: units, as: UTF16.self) else {
      throw fault("half a surrogate pair in a string")
    }
    return Array(text.utf8)
  }

  private mutating func hexUnit() throws(Fault) -> UInt16 {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ isHexDigit($0) }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw fault("an escape without four hexadecimal digits") }
    position += 4
    return unit
  }

  private func isHexDigit(_ byte: UInt8) -> Bool {
    Character(Unicode.Scalar(byte)).isHexDigit && byte < 0x80
  }

  private mutating func skipSpace() {
    let spaces: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
    while position < bytes.count, spaces.contains(bytes[position]) { position += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Fault) {
    guard skip(character) else { throw fault("no '\(character)' where one is expected") }
  }

  private func fault(_ what: String) -> Fault {
    Fault(code: .malformedHeader, message: "the header has \(what), at byte \(position) of it")
  }
}
