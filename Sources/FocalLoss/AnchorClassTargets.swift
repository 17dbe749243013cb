public import Torch

/// What each anchor of a batch is trained to be, in index form: no one-hot tensor is ever made.
///
/// A loss over logits of shape [M, K] needs to know three things, and all three are small: which rows
/// hold an object and of which category, and which rows count for nothing.
public struct AnchorClassTargets {
  /// Rows that hold an object.
  ///
  /// Shape [F], int64, ascending.
  public let foregroundRows: Tensor
  /// Where each foreground row's own category lies among the M·K logits: row · K + category.
  ///
  /// Shape [F], int64.
  public let foregroundEntries: Tensor
  /// Rows that are left out of the loss.
  ///
  /// Shape [G], int64, ascending.
  public let ignoredRows: Tensor
  /// The number of rows, M.
  public let rowCount: Int
  /// The number of categories, K.
  public let categoryCount: Int
  /// The number of foreground rows, F: the normaliser of the paper.
  public let foregroundCount: Int

  /// The value that marks a background row.
  public static let background: Int32 = -1
  /// The value that marks a row to leave out.
  public static let ignored: Int32 = -2

  /// Sorts rows by what they are.
  ///
  /// - Parameters:
  ///   - classIndices: One value a row: a category index >= 0, ``background`` or ``ignored``.
  ///   - categoryCount: K; every category index must be below it.
  ///   - device: Where the index tensors go.
  /// - Throws: ``TargetError`` if a value is neither a category below `categoryCount` nor one of the
  ///   two marks; ``TorchError`` if memory runs out.
  public init(
    classIndices: some Collection<Int32>,
    categoryCount: Int,
    device: Device = .cpu
  ) throws {
    var rows: [Int64] = []
    var entries: [Int64] = []
    var ignored: [Int64] = []
    for (row, value) in classIndices.enumerated() {
      if value == Self.background { continue }
      if value == Self.ignored {
        ignored.append(Int64(row))
        continue
      }
      guard value >= 0, Int(value) < categoryCount else {
        throw TargetError(row: row, value: Int(value), categoryCount: categoryCount)
      }
      rows.append(Int64(row))
      entries.append(Int64(row * categoryCount) + Int64(value))
    }
    rowCount = classIndices.count
    self.categoryCount = categoryCount
    foregroundCount = rows.count
    foregroundRows = try Tensor(rows, shape: [rows.count]).to(device)
    foregroundEntries = try Tensor(entries, shape: [entries.count]).to(device)
    ignoredRows = try Tensor(ignored, shape: [ignored.count]).to(device)
  }
}

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
