/// JSON text, piece by piece.
struct JSONWriter {
  /// The name for errors.
  let file: String
  /// The text so far.
  private(set) var bytes: [UInt8] = []

  init(file: String) { self.file = file }

  /// Text that is JSON already.
  mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// What stands before the entry of a list: a comma unless it is the first, and a new line.
  mutating func separator(_ index: Int) { raw(index == 0 ? "\n" : ",\n") }

  /// A string in quotes; what JSON does not allow bare is escaped, all else is UTF-8.
  mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
      case 0..<32:
        let digits = String(byte, radix: 16)
        raw("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// The shortest text that reads back as the same number; whole numbers without a point.
  mutating func number(
    _ value: Double,
    _ path: @autoclosure () -> String
  ) throws(COCOFormatError) {
    guard value.isFinite else {
      throw COCOFormatError(
        code: .invalidValue,
        file: file,
        path: path(),
        message: "expected a finite number, found \(value); JSON cannot hold it"
      )
    }
    let text = "\(value)"
    raw(text.hasSuffix(".0") && text != "-0.0" ? String(text.dropLast(2)) : text)
  }

  mutating func box(
    _ box: COCOBox,
    _ path: @autoclosure () -> String
  ) throws(COCOFormatError) {
    for (index, value) in [box.x, box.y, box.width, box.height].enumerated() {
      raw(index == 0 ? "[" : ",")
      try number(value, path())
    }
    raw("]")
  }
}
