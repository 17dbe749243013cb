import Foundation

/// Where the values of a JSON text lie, so that they can be copied as they stand.
///
/// For texts that a parser has accepted: of others it finds something, and never reads beyond them.
struct JSONRanges {
  let bytes: [UInt8]

  /// The members of the object at a place; of a key that stands twice the last.
  /// - Parameter start: Where the object begins.
  /// - Returns: Keys, as text, with the places of their values.
  func members(at start: Int) -> [(key: String, value: Range<Int>)] {
    var members: [(key: String, value: Range<Int>)] = []
    var index = skipSpace(start)
    guard index < bytes.count, bytes[index] == UInt8(ascii: "{") else { return [] }
    index = skipSpace(index + 1)
    while index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
      let keyEnd = end(at: index)
      let key = text(index..<keyEnd)
      index = skipSpace(keyEnd)
      guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else { break }
      let valueStart = skipSpace(index + 1)
      let value = valueStart..<end(at: valueStart)
      members.removeAll { $0.key == key }
      members.append((key, value))
      index = skipSpace(value.upperBound)
      guard index < bytes.count, bytes[index] == UInt8(ascii: ",") else { break }
      index = skipSpace(index + 1)
    }
    return members
  }

  /// The entries of the list at a place.
  /// - Parameter start: Where the list begins.
  /// - Returns: The places of its entries.
  func entries(at start: Int) -> [Range<Int>] {
    var entries: [Range<Int>] = []
    var index = skipSpace(start)
    guard index < bytes.count, bytes[index] == UInt8(ascii: "[") else { return [] }
    index = skipSpace(index + 1)
    while index < bytes.count, bytes[index] != UInt8(ascii: "]") {
      let entry = index..<end(at: index)
      guard !entry.isEmpty else { break }
      entries.append(entry)
      index = skipSpace(entry.upperBound)
      guard index < bytes.count, bytes[index] == UInt8(ascii: ",") else { break }
      index = skipSpace(index + 1)
    }
    return entries
  }

  /// The whole number at a place.
  func integer(_ range: Range<Int>) -> Int? { Int(String(decoding: bytes[range], as: UTF8.self)) }

  /// A string without its quotation marks and escapes.
  private func text(_ range: Range<Int>) -> String {
    let inner = bytes[range].dropFirst().dropLast()
    let plain = String(decoding: inner, as: UTF8.self)
    // Escapes in keys are legal and rare; only \uXXXX can hide a letter.
    guard inner.contains(UInt8(ascii: "\\")) else { return plain }
    var text = ""
    var rest = plain[...]
    while let mark = rest.range(of: "\\u") {
      text += rest[..<mark.lowerBound]
      let digits = rest[mark.upperBound...].prefix(4)
      guard let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) else {
        return plain
      }
      text.unicodeScalars.append(scalar)
      rest = rest[digits.endIndex...]
    }
    return text + rest
  }

  private func skipSpace(_ start: Int) -> Int {
    var index = start
    while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
    return index
  }

  /// Where the value that begins at a place ends.
  private func end(at start: Int) -> Int {
    guard start < bytes.count else { return bytes.count }
    var depth = 0
    var index = start
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
          index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        if depth == 0 { return min(index + 1, bytes.count) }
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        // A bare value ends before the bracket around it.
        if depth == 0 { return index }
        depth -= 1
        if depth == 0 { return index + 1 }
      case UInt8(ascii: ","), 0x20, 0x09, 0x0A, 0x0D:
        if depth == 0 { return index }
      default: break
      }
      index += 1
    }
    return bytes.count
  }
}
