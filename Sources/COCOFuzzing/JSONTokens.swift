/// A text cut where JSON's grammar cuts it; pieces put together again give the text.
///
/// Nothing is refused: what is no JSON becomes pieces too.
package struct JSONTokens: Sendable {
  /// What a piece is.
  package enum Kind: Hashable, Sendable {
    /// A string that is followed by a colon.
    case key
    case string, number, word, space
    /// One of `[{`.
    case opening
    /// One of `]}`.
    case closing
    /// A comma, a colon, or any other byte.
    case mark
  }

  /// One piece of the text.
  package struct Token: Sendable {
    package var kind: Kind
    package var bytes: [UInt8]
  }

  /// The pieces in their order.
  package var tokens: [Token]

  /// Cuts a text.
  ///
  /// - Parameter text: Any bytes.
  package init(_ text: [UInt8]) {
    tokens = []
    var position = 0
    while position < text.count {
      let (kind, end) = Self.piece(of: text, at: position)
      if text[position] == UInt8(ascii: ":"),
        let last = tokens.lastIndex(where: { $0.kind != .space }),
        tokens[last].kind == .string
      {
        tokens[last].kind = .key
      }
      tokens.append(Token(kind: kind, bytes: Array(text[position..<end])))
      position = end
    }
  }

  /// The text of all pieces.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(tokens.reduce(0) { $0 + $1.bytes.count })
    for token in tokens { bytes += token.bytes }
    return bytes
  }

  /// The value that begins at a piece, to the bracket that closes it.
  ///
  /// - Parameter start: Where it begins.
  /// - Returns: Its pieces; a single one unless it is a list or an object.
  package func value(at start: Int) -> Range<Int> {
    guard tokens[start].kind == .opening else { return start..<start + 1 }
    var depth = 0
    for index in start..<tokens.count {
      if tokens[index].kind == .opening { depth += 1 }
      if tokens[index].kind == .closing { depth -= 1 }
      if depth == 0 { return start..<index + 1 }
    }
    return start..<tokens.count
  }

  private static func piece(of text: [UInt8], at start: Int) -> (Kind, end: Int) {
    func run(_ belongs: (UInt8) -> Bool) -> Int {
      text[start...].firstIndex { !belongs($0) } ?? text.count
    }
    switch text[start] {
    case UInt8(ascii: "{"), UInt8(ascii: "["): return (.opening, start + 1)
    case UInt8(ascii: "}"), UInt8(ascii: "]"): return (.closing, start + 1)
    case UInt8(ascii: "\""): return (.string, endOfString(text, start))
    case 9, 10, 13, 32: return (.space, run { $0 == 9 || $0 == 10 || $0 == 13 || $0 == 32 })
    case let byte where isOfNumber(byte): return (.number, run(isOfNumber))
    case let byte where isLetter(byte): return (.word, run(isLetter))
    default: return (.mark, start + 1)
    }
  }

  private static func endOfString(_ text: [UInt8], _ start: Int) -> Int {
    var position = start + 1
    while position < text.count, text[position] != UInt8(ascii: "\"") {
      position += text[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(position + 1, text.count)
  }

  private static func isOfNumber(_ byte: UInt8) -> Bool {
    "+-.0123456789".utf8.contains(byte)
      || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 32)
  }
}
