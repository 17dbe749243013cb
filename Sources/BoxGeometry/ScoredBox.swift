/// A box, a category and how sure the detector is of them: one detection.
public struct ScoredBox: Hashable, Sendable {
  /// Where the object is.
  public var box: BoundingBox

  /// The object's category: an index in 0..<K, contiguous, without a background.
  public var label: Int

  /// How sure the detector is, 0...1 for a sigmoid; only the order counts here.
  public var score: Float

  /// Makes a detection.
  ///
  /// - Parameters:
  ///   - box: Where the object is.
  ///   - label: Category index in 0..<K.
  ///   - score: How sure the detector is.
  public init(box: BoundingBox, label: Int, score: Float) {
    self.box = box
    self.label = label
    self.score = score
  }
}
