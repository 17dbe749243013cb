/// A name of parameters, or of a part of the network, in which `*` stands for any letters.
///
/// `backbone.body.layer1` names everything whose name begins with it and goes on after a dot; `*.bn1` every first
/// norm of a block.
struct ParameterPattern: Hashable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  /// Whether a text can name parts: letters, digits, dots, underscores and stars.
  static func isWellFormed(_ text: String) -> Bool {
    !text.isEmpty && text.count <= 200
      && text.allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_" || $0 == "*")
      }
  }

  /// Whether it names a parameter, or a part that it belongs to.
  func matches(_ name: String) -> Bool {
    let letters = Array(name)
    let ends = letters.indices.filter { letters[$0] == "." } + [letters.count]
    return ends.contains { Self.matches(Array(text)[...], letters[..<$0]) }
  }

  /// By going back to the last star alone, which is enough.
  private static func matches(
    _ pattern: ArraySlice<Character>,
    _ name: ArraySlice<Character>
  ) -> Bool {
    var (p, n) = (pattern.startIndex, name.startIndex)
    var star: (p: Int, n: Int)?
    while n < name.endIndex {
      if p < pattern.endIndex, pattern[p] == "*" {
        star = (p, n)
        p += 1
      } else if p < pattern.endIndex, pattern[p] == name[n] {
        (p, n) = (p + 1, n + 1)
      } else if let last = star {
        star = (last.p, last.n + 1)
        (p, n) = (last.p + 1, last.n + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }
}
