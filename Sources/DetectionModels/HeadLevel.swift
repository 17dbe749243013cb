/// One level of one picture's outputs of both heads, where they lie.
///
/// The memory has to outlive it.
public struct HeadLevel {
  /// Raw scores by row, column, anchor of the cell and category: H·W·A·L, L being
  /// ``RetinaNetConfiguration/logitsPerAnchor``.
  public var logits: UnsafeBufferPointer<Float>
  /// Box deltas by row, column, anchor of the cell and coordinate: H·W·A·4.
  ///
  /// Read for those anchors alone that have a candidate.
  public var deltas: UnsafeBufferPointer<Float>

  /// - Parameters:
  ///   - logits: H·W·A·L raw scores.
  ///   - deltas: H·W·A·4 box deltas.
  public init(logits: UnsafeBufferPointer<Float>, deltas: UnsafeBufferPointer<Float>) {
    self.logits = logits
    self.deltas = deltas
  }
}
