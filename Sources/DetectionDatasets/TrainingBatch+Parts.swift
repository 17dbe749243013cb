extension TrainingBatch {
  /// The batch cut into parts, each after the other, as even as can be.
  ///
  /// - Parameters:
  ///   - count: How many parts, >= 1; a batch of fewer pictures has a part for each.
  ///   - most: The most pictures that a worker has of this step; all have as many parts as that one, some of them empty.
  ///     `nil` where there are no others.
  /// - Returns: Ranges of pictures.
  package func parts(_ count: Int, ofAtMost most: Int? = nil) -> [Range<Int>] {
    precondition(count >= 1, "a batch has at least one part")
    let parts = min(count, most ?? self.count)
    return (0..<parts).map { $0 * self.count / parts..<($0 + 1) * self.count / parts }
  }
}
