/// Numbers of things, in words.
package enum CountText {
  /// `1 step`, `2 steps`.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - noun: One of them; the plural ends in `s`.
  /// - Returns: The number with the noun.
  package static func of(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}
