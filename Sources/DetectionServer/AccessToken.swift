/// A secret that a request shows as `Authorization: Bearer …`.
package struct AccessToken: Sendable {
  private let bytes: [UInt8]

  /// A token from a text, such as a file's; `nil` if it could not stand in a header.
  ///
  /// - Parameter text: Visible ASCII, at least one character; white space around it is not part of it.
  package init?(_ text: String) {
    let isSpace: (Character) -> Bool = { $0.isWhitespace || $0.isNewline }
    let trimmed = text.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
    bytes = Array(String(trimmed).utf8)
    guard !bytes.isEmpty, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
  }

  /// Whether a header shows this token.
  ///
  /// Takes as long for a token that is wrong in its first character as for one that is wrong in its last.
  /// - Parameter authorization: The header's value.
  /// - Returns: Whether it does.
  package func matches(authorization: String) -> Bool {
    let shown = Array(authorization.utf8)
    let scheme = Array("bearer ".utf8)
    guard shown.count > scheme.count,
      zip(shown, scheme).allSatisfy({ ($0 | 0x20) == ($1 | 0x20) })
    else { return false }
    let candidate = shown.dropFirst(scheme.count).drop { $0 == 0x20 }
    var difference = UInt(bitPattern: candidate.count ^ bytes.count)
    for (index, byte) in candidate.enumerated() {
      difference |= UInt(byte ^ bytes[index % bytes.count])
    }
    return difference == 0
  }
}
