/// A class index that is neither a category nor one of the two marks.
public struct TargetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where the value stands.
  public let row: Int
  /// The value found.
  public let value: Int
  /// The number of categories.
  public let categoryCount: Int

  /// What was found, what was expected.
  public var description: String {
    "targets[\(row)]: found class index \(value), expected 0..<\(categoryCount), "
      + "-1 (background) or -2 (ignored)"
  }
}
