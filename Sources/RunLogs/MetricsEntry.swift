/// What one line of a metrics log says: a training step and named values, in the order written.
package struct MetricsEntry: Sendable, Hashable {
  /// Keys that the file format needs for itself.
  package static let reservedKeys: Set<String> = ["step", "nonfinite"]

  /// Optimizer steps taken when the line was written, >= 0.
  package var step: Int
  /// The names of the values, in the order written.
  package private(set) var keys: [String] = []
  private var values: [String: MetricValue] = [:]

  /// Makes an entry; a key given twice keeps its first place and its last value.
  ///
  /// - Parameters:
  ///   - step: Optimizer steps taken so far.
  ///   - values: Names and values; no name may be one of ``reservedKeys``.
  package init(step: Int, _ values: KeyValuePairs<String, MetricValue> = [:]) {
    self.step = step
    for (key, value) in values { self[key] = value }
  }

  /// The value of a name; setting `nil` removes it.
  package subscript(key: String) -> MetricValue? {
    get { values[key] }
    set {
      precondition(
        !Self.reservedKeys.contains(key),
        "'\(key)' is a key of the metrics format itself: choose another name"
      )
      if values[key] == nil, newValue != nil {
        keys.append(key)
      } else if values[key] != nil, newValue == nil {
        keys.removeAll { $0 == key }
      }
      values[key] = newValue
    }
  }
}

extension [MetricsEntry] {
  /// The course of one value over the steps; entries that lack it, or hold no number, are passed by.
  ///
  /// - Parameter key: Name of the value.
  /// - Returns: Step and value, in the order of the entries. Non-finite values are kept.
  package func series(_ key: String) -> [(step: Int, value: Double)] {
    compactMap { entry in entry[key]?.number.map { (entry.step, $0) } }
  }
}
