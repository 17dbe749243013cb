/// The size of one level of a feature pyramid, in cells.
public struct FeatureSize: Hashable, Sendable {
  /// Number of rows.
  public var height: Int

  /// Number of columns.
  public var width: Int

  /// Makes the size of a level.
  ///
  /// - Parameters:
  ///   - height: Number of rows.
  ///   - width: Number of columns.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }
}
