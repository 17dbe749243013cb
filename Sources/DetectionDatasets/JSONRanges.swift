import Foundation

/// Where the values of a JSON text lie, so that they can be copied as they stand.
///
/// For texts that a parser has accepted: of others it finds something, and never reads beyond them.
struct JSONRanges {
  let bytes: [UInt8]

  /// A member of an object.
  struct Member {
    /// Its name.
    var name: String
    /// Where its name stands, with the quotation marks.
    var key: Range<Int>
    /// Where its value stands.
    var value: Range<Int>
  }

  /// The members of the object at a place; of a name that stands twice the last.
  /// - Parameter start: Where the object begins.
  /// - Returns: The members in their order.
  func members(at start: Int) -> [Member] {
    var members: [Member] = []
    // By bytes: texts that are canonically equivalent are two names.
    var last: [[UInt8]: Int] = [:]
    visit(start) { key, value in
      let name = text(key)
      last[Array(name.utf8)] = members.count
      members.append(Member(name: name, key: key, value: value))
    }
    return members.enumerated().filter { last[Array($1.name.utf8)] == $0 }.map(\.element)
  }

  /// The value of a member of the object at a place; of one that stands twice the last.
  /// - Parameters:
  ///   - name: The member.
  ///   - start: Where the object begins.
  /// - Returns: The place of the value; `nil` if there is no such member.
  func value(of name: String, at start: Int) -> Range<Int>? {
    var found: Range<Int>?
    visit(start) { key, value in
      let inner = bytes[key].dropFirst().dropLast()
      let isMeant =
        inner.contains(UInt8(ascii: "\\"))
        ? text(key).utf8.elementsEqual(name.utf8) : inner.elementsEqual(name.utf8)
      if isMeant { found = value }
    }
    return found
  }

  /// Goes over the members of the object at a place, each with the places of its name and value.
  private func visit(_ start: Int, _ body: (Range<Int>, Range<Int>) -> Void) {
    var index = skipSpace(start)
    guard index < bytes.count, bytes[index] == UInt8(ascii: "{") else { return }
    index = skipSpace(index + 1)
    while index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
      let key = index..<end(at: index)
      index = skipSpace(key.upperBound)
      guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else { break }
      let valueStart = skipSpace(index + 1)
      let value = valueStart..<end(at: valueStart)
      body(key, value)
      index = skipSpace(value.upperBound)
      guard index < bytes.count, bytes[index] == UInt8(ascii: ",") else { break }
      index = skipSpace(index + 1)
    }
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

  /// The whole number at a place, by the rule of COCOFormat: `7.0` and `7e0` pass for 7.
  /// - Parameter range: Where it stands.
  /// - Returns: The number; `nil` if it is none of 64 bits.
  func integer(_ range: Range<Int>) -> Int? {
    let text = String(decoding: bytes[range], as: UTF8.self)
    if let integer = Int(text) { return integer }
    // Digits alone that do not fit are another number than the one next to them.
    guard text.contains(where: { ".eE".contains($0) }), let number = Double(text),
      number.magnitude <= 0x1p53
    else { return nil }
    return Int(exactly: number)
  }

  /// A string without its quotation marks and escapes.
  private func text(_ range: Range<Int>) -> String {
    let inner = bytes[range].dropFirst().dropLast()
    let plain = String(decoding: inner, as: UTF8.self)
    guard inner.contains(UInt8(ascii: "\\")) else { return plain }
    // Escapes in names are legal and rare.
    return (try? JSONDecoder().decode(String.self, from: Data(bytes[range]))) ?? plain
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
