/// JSON as it is written, piece by piece.
///
/// An answer of a hundred detections takes `JSONEncoder` a millisecond, which the network would miss.
package struct JSONText: Sendable {
  /// The UTF-8 text so far.
  package private(set) var bytes: [UInt8] = []

  /// An empty text.
  package init() {}

  /// Appends brackets, names, commas as they are.
  ///
  /// - Parameter text: Sound JSON in its place.
  package mutating func raw(_ text: StaticString) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    )
  }

  /// Appends a string in quotes.
  ///
  /// - Parameter text: Any text.
  package mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(Self.digits[Int(byte >> 4)])
        bytes.append(Self.digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends a string in quotes, or `null`.
  ///
  /// - Parameter text: Any text.
  package mutating func string(_ text: String?) {
    if let text { string(text) } else { raw("null") }
  }

  /// Appends a whole number.
  ///
  /// - Parameter number: The number.
  package mutating func number(_ number: Int) { bytes.append(contentsOf: "\(number)".utf8) }

  /// Appends a number in the shortest form that reads back the same.
  ///
  /// - Parameter number: The number; JSON has no infinite ones, they become `null`.
  package mutating func number(_ number: Float) {
    if number.isFinite { bytes.append(contentsOf: "\(number)".utf8) } else { raw("null") }
  }

  /// Appends a time in milliseconds, to the microsecond.
  ///
  /// - Parameter duration: The time.
  package mutating func milliseconds(_ duration: Duration) {
    let microseconds = max(0, Int((duration / .microseconds(1)).rounded()))
    number(microseconds / 1000)
    let rest = microseconds % 1000
    if rest == 0 { return }
    bytes.append(UInt8(ascii: "."))
    for digit in [rest / 100, rest / 10 % 10, rest % 10] { bytes.append(48 + UInt8(digit)) }
  }

  /// Appends the items of a list in brackets, with commas between them.
  ///
  /// - Parameters:
  ///   - items: The items.
  ///   - write: Appends one of them.
  package mutating func list<Item>(_ items: [Item], _ write: (inout JSONText, Item) -> Void) {
    raw("[")
    for (index, item) in items.enumerated() {
      if index > 0 { raw(",") }
      write(&self, item)
    }
    raw("]")
  }

  private static let digits = Array("0123456789abcdef".utf8)
}
