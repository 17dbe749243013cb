extension TrainingBatch {
  /// The batch cut into parts, each after the other, as even as can be.
  ///
  /// - Parameter count: How many parts, >= 1; a batch of fewer pictures has a part for each.
  /// - Returns: Ranges of pictures, none of them empty.
  package func parts(_ count: Int) -> [Range<Int>] {
    precondition(count >= 1, "a batch has at least one part")
    let parts = min(count, self.count)
    return (0..<parts).map { $0 * self.count / parts..<($0 + 1) * self.count / parts }
  }
}
