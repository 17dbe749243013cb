/// The first place where a text stops being JSON, for the error that refuses it.
///
/// The parser proper is fast and says only that something is wrong; this one is slow, runs after a
/// failure and says where. It keeps its own stack, so nesting cannot overflow the machine's.
struct JSONFault: Equatable {
  /// Counted from 1.
  let line: Int
  /// In bytes, counted from 1.
  let column: Int
  /// What was expected and found.
  let message: String

  /// Finds the first fault.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - maximumDepth: How deep arrays and objects may nest.
  /// - Returns: The fault, or `nil` if the text is JSON after all.
  static func first(in bytes: UnsafeRawBufferPointer, maximumDepth: Int) -> JSONFault? {
    var scanner = JSONScanner(bytes: bytes, maximumDepth: maximumDepth)
    do {
      try scanner.scan()
      return nil
    } catch {
      let before = bytes.prefix(error.offset)
      let line = before.count { $0 == UInt8(ascii: "\n") } + 1
      let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      return JSONFault(line: line, column: error.offset - start + 1, message: error.message)
    }
  }
}

/// Walks over JSON text without keeping any of it.
private struct JSONScanner {
  struct Failure: Error {
    let offset: Int
    let message: String
  }

  let bytes: UnsafeRawBufferPointer
  let maximumDepth: Int
  private var position = 0
  /// The closing byte of each open array and object.
  private var open: [UInt8] = []

  init(bytes: UnsafeRawBufferPointer, maximumDepth: Int) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
  }

  private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func scan() throws(Failure) {
    skipSpace()
    repeat {
      try scanValueOrOpen()
      try scanAfterValue()
    } while !open.isEmpty
    if byte != nil { throw fault("expected the end of the text") }
  }

  /// A scalar, an empty container, or the way down to the first scalar of nested ones.
  private mutating func scanValueOrOpen() throws(Failure) {
    while let byte, byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
      // Two apart in ASCII, both of them.
      let closing = byte + 2
      position += 1
      open.append(closing)
      guard open.count <= maximumDepth else {
        throw fault("expected at most \(maximumDepth) nested lists and objects", found: false)
      }
      skipSpace()
      if self.byte == closing { return }
      if closing == UInt8(ascii: "}") { try scanKey() }
    }
    try scanScalar()
    skipSpace()
  }

  /// Closing brackets, then a comma and perhaps a key, up to the next value.
  private mutating func scanAfterValue() throws(Failure) {
    while let closing = open.last {
      if byte == closing {
        open.removeLast()
        position += 1
        skipSpace()
        continue
      }
      guard byte == UInt8(ascii: ",") else {
        throw fault("expected \",\" or \"\(Character(UnicodeScalar(closing)))\"")
      }
      position += 1
      skipSpace()
      if closing == UInt8(ascii: "}") { try scanKey() }
      return
    }
  }

  private mutating func scanKey() throws(Failure) {
    guard byte == UInt8(ascii: "\"") else { throw fault("expected a key in quotes") }
    try scanString()
    skipSpace()
    guard byte == UInt8(ascii: ":") else { throw fault("expected \":\" after a key") }
    position += 1
    skipSpace()
  }

  private mutating func scanScalar() throws(Failure) {
    switch byte {
    case UInt8(ascii: "\""): try scanString()
    case UInt8(ascii: "t"): try scanWord("true")
    case UInt8(ascii: "f"): try scanWord("false")
    case UInt8(ascii: "n"): try scanWord("null")
    case UInt8(ascii: "N"), UInt8(ascii: "I"):
      throw fault("expected a value; NaN and Infinity are not JSON, remove that entry")
    case .some(let byte) where "-0123456789".utf8.contains(byte): try scanNumber()
    default: throw fault("expected a value")
    }
  }

  private mutating func scanWord(_ word: StaticString) throws(Failure) {
    for offset in 0..<word.utf8CodeUnitCount {
      guard byte == word.utf8Start[offset] else { throw fault("expected \"\(word)\"") }
      position += 1
    }
  }

  private mutating func scanString() throws(Failure) {
    let start = position
    position += 1
    while let byte, byte != UInt8(ascii: "\"") {
      guard byte >= 32 else { throw fault("expected no bare control character in a string") }
      if byte == UInt8(ascii: "\\") { try scanEscape() } else { try scanCharacter() }
    }
    guard byte != nil else {
      position = start
      throw fault("expected a closing quote for the string that starts", found: false)
    }
    position += 1
  }

  private mutating func scanEscape() throws(Failure) {
    position += 1
    guard let byte, "\"\\/bfnrtu".utf8.contains(byte) else { throw fault("expected an escape") }
    position += 1
    guard byte == UInt8(ascii: "u") else { return }
    for _ in 0..<4 {
      guard let digit = self.byte, Character(UnicodeScalar(digit)).isHexDigit else {
        throw fault("expected four hexadecimal digits")
      }
      position += 1
    }
  }

  /// One character of UTF-8.
  private mutating func scanCharacter() throws(Failure) {
    let rest = bytes[position..<min(position + 4, bytes.count)]
    var decoder = UTF8()
    var iterator = rest.makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else {
      throw fault("expected UTF-8: save the file in that encoding")
    }
    position += UTF8.width(scalar)
  }

  private mutating func scanNumber() throws(Failure) {
    let start = position
    while let byte, "+-.eE0123456789".utf8.contains(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    let digits = text.drop { $0 == "-" }
    let isWhole = !text.contains { ".eE".contains($0) }
    let hasZeroInFront = digits.hasPrefix("0") && digits.dropFirst().first?.isNumber == true
    let fits = isWhole ? Int64(text) != nil || UInt64(text) != nil : Double(text)?.isFinite == true
    guard
      !fits || hasZeroInFront || text.hasSuffix(".") || text.contains(".e")
        || text.contains(".E") || digits.hasPrefix(".")
    else { return }
    position = start
    let shown = text.count > 40 ? text.prefix(40) + "…" : text[...]
    throw fault("expected a number that fits 64 bits, found \(shown)", found: false)
  }

  private mutating func skipSpace() {
    while let byte, byte == 32 || byte == 9 || byte == 10 || byte == 13 { position += 1 }
  }

  /// A failure here, with what stands here.
  private func fault(_ expected: String, found: Bool = true) -> Failure {
    guard found else { return Failure(offset: position, message: expected) }
    guard let byte else {
      return Failure(offset: position, message: "\(expected), found the end; the file is cut off")
    }
    let isPrintable = (33..<127).contains(byte)
    let text =
      isPrintable ? "\"\(Character(UnicodeScalar(byte)))\"" : "the byte \(byte)"
    return Failure(offset: position, message: "\(expected), found \(text)")
  }
}
