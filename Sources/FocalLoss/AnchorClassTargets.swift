public import Torch

/// What each anchor of a batch is trained to be, in index form: no one-hot tensor is ever made.
///
/// A loss over logits of shape [M, K] needs to know which rows hold an object, of which category,
/// and which rows count for nothing. The fused kernel reads ``classIndices``; the composed forms
/// take the few rows that are no background.
public struct AnchorClassTargets {
  /// Of each row its category in 0..<K, or ``background``, or ``ignored``.
  ///
  /// Shape [M], int64, contiguous.
  public let classIndices: Tensor
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
  ///   - categoryCount: K, >= 0; every category index must be below it.
  ///   - device: Where the index tensors go.
  /// - Throws: ``TargetError`` if a value is neither a category below `categoryCount` nor one of
  ///   the two marks; `TorchError` if memory runs out.
  public init(
    classIndices: some Collection<Int32>,
    categoryCount: Int,
    device: Device = .cpu
  ) throws {
    let values = Array(classIndices)
    try self.init(
      values,
      tensor: Tensor(values, shape: [values.count]).to(.int64).to(device),
      categoryCount: categoryCount
    )
  }

  /// Sorts rows by what they are.
  ///
  /// The values are read once to check and sort them, so a tensor on another device is waited for.
  /// - Parameters:
  ///   - classIndices: One value a row: a category index >= 0, -1 for background, -2 for ignored.
  ///     Shape [M], any integer dtype. Its storage may be shared and is not to change afterwards.
  ///   - categoryCount: K, >= 0; every category index must be below it.
  /// - Throws: ``TargetError`` if a value is neither a category below `categoryCount` nor one of
  ///   the two marks; `TorchError` if the shape is not [M], the dtype no integer, or memory runs
  ///   out.
  public init(classIndices: Tensor, categoryCount: Int) throws {
    let dtype = classIndices.dtype
    guard classIndices.rank == 1, !dtype.isFloatingPoint, dtype != .bool else {
      throw TorchError(
        .invalid,
        operation: "AnchorClassTargets",
        shapes: [classIndices.shape],
        message: "found class indices of rank \(classIndices.rank) and dtype \(dtype), "
          + "expected shape [M] and an integer dtype"
      )
    }
    try self.init(
      classIndices.int64s(),
      tensor: classIndices.to(.int64).contiguous(),
      categoryCount: categoryCount
    )
  }

  private init(
    _ values: [some FixedWidthInteger],
    tensor: Tensor,
    categoryCount: Int
  ) throws {
    precondition(categoryCount >= 0, "expected 0 categories or more, found \(categoryCount)")
    var rows: [Int64] = []
    var entries: [Int64] = []
    var ignored: [Int64] = []
    for (row, value) in values.enumerated() {
      if value == Self.background { continue }
      if value == Self.ignored {
        ignored.append(Int64(row))
        continue
      }
      guard value >= 0, value < categoryCount else {
        throw TargetError(row: row, value: Int(value), categoryCount: categoryCount)
      }
      rows.append(Int64(row))
      entries.append(Int64(row * categoryCount) + Int64(value))
    }
    let device = tensor.device
    classIndices = tensor
    rowCount = values.count
    self.categoryCount = categoryCount
    foregroundCount = rows.count
    foregroundRows = try Tensor(rows, shape: [rows.count]).to(device)
    foregroundEntries = try Tensor(entries, shape: [entries.count]).to(device)
    ignoredRows = try Tensor(ignored, shape: [ignored.count]).to(device)
  }
}

extension AnchorClassTargets {
  /// Logits as [M, K], in the dtype that losses are computed in.
  ///
  /// - Parameters:
  ///   - logits: Raw scores of M rows of K categories, rows in any number of leading dimensions.
  ///   - operation: Who asks, for the error.
  /// - Returns: Shape [M, K], float32 or float64; gradients flow through.
  /// - Throws: `TorchError` if there are not M rows of K floating-point numbers.
  func table(of logits: Tensor, for operation: String) throws(TorchError) -> Tensor {
    let logits = try logits.inLossPrecision(for: operation)
    try check(logits, for: operation)
    // (…, K) -> (M, K)
    return try logits.reshape([rowCount, categoryCount])
  }

  /// Refuses logits that are not M rows of K.
  func check(_ logits: Tensor, for operation: String) throws(TorchError) {
    let shape = logits.shape
    guard shape.last == categoryCount, shape.dropLast().reduce(1, *) == rowCount else {
      throw TorchError(
        .invalid,
        operation: operation,
        shapes: [shape],
        message: "the targets are \(rowCount) rows of \(categoryCount) categories, "
          + "expected logits of shape [\(rowCount), \(categoryCount)]"
      )
    }
  }
}
