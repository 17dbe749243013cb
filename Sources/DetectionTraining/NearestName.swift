/// The name a person probably meant.
package enum NearestName {
  /// The candidate with the fewest single-letter edits, where these are few enough to be a slip.
  ///
  /// - Parameters:
  ///   - name: What was written.
  ///   - candidates: What could have been meant.
  /// - Returns: The nearest candidate, or `nil` where none is near.
  package static func suggestion(for name: String, among candidates: [String]) -> String? {
    // Nothing is called like that, and the distance takes time by the product of both lengths.
    if name.count > 100 { return nil }
    let written = Array(name.lowercased())
    let scored = candidates.map { ($0, distance(written, Array($0.lowercased()))) }
    guard let best = scored.min(by: { $0.1 < $1.1 }) else { return nil }
    return best.1 <= max(2, name.count / 3) ? best.0 : nil
  }

  /// Levenshtein's distance, one row at a time.
  static func distance(_ first: [Character], _ second: [Character]) -> Int {
    var row = Array(0...second.count)
    for (i, a) in first.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in second.enumerated() {
        let substituted = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
      }
    }
    return row[second.count]
  }
}
