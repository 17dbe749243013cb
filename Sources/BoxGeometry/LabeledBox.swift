/// A box and the category of the object in it: what an annotation says.
public struct LabeledBox: Hashable, Sendable {
  /// Where the object is.
  public var box: BoundingBox

  /// The object's category: an index in 0..<K, contiguous, without a background.
  ///
  /// It is not the category id of a dataset, which may have gaps.
  public var label: Int

  /// Makes a labelled box.
  ///
  /// - Parameters:
  ///   - box: Where the object is.
  ///   - label: Category index in 0..<K.
  public init(box: BoundingBox, label: Int) {
    self.box = box
    self.label = label
  }
}
