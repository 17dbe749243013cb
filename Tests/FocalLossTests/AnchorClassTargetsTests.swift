import FocalLoss
import Testing
import Torch
import TorchTestSupport

struct AnchorClassTargetsTests {
  /// Rows 1 and 4 hold categories 2 and 0 of 3: entries 1·3 + 2 and 4·3 + 0.
  @Test func `rows are sorted by what they are`() throws {
    let values: [Int32] = [-1, 2, -2, -1, 0, -2]
    let arrays = try AnchorClassTargets(classIndices: values, categoryCount: 3)
    #expect(try arrays.classIndices.int64s() == values.map(Int64.init))
    #expect(arrays.classIndices.dtype == .int64)
    #expect(try arrays.foregroundRows.int64s() == [1, 4])
    #expect(try arrays.foregroundEntries.int64s() == [5, 12])
    #expect(try arrays.ignoredRows.int64s() == [2, 5])
    #expect(arrays.rowCount == 6 && arrays.categoryCount == 3 && arrays.foregroundCount == 2)
  }

  @Test(arguments: [DType.int64, .int32, .int16, .int8])
  func `a tensor of any integer dtype and layout says the same as an array`(dtype: DType) throws {
    let values: [Int32] = [-1, 2, -2, -1, 0, -2]
    let wide = try Tensor(values.flatMap { [$0, 99] }, shape: [6, 2]).to(dtype)
    let column = try wide.select(dim: 1, index: 0)
    #expect(!column.isContiguous)
    let targets = try AnchorClassTargets(classIndices: column, categoryCount: 3)
    #expect(try targets.classIndices.int64s() == values.map(Int64.init))
    #expect(targets.classIndices.isContiguous && targets.classIndices.dtype == .int64)
    #expect(try targets.foregroundEntries.int64s() == [5, 12])
    #expect(try targets.ignoredRows.int64s() == [2, 5])
  }

  @Test func `no rows and no categories are targets`() throws {
    let none = try AnchorClassTargets(classIndices: [], categoryCount: 0)
    #expect(none.rowCount == 0 && none.classIndices.shape == [0])
    let empty = try AnchorClassTargets(
      classIndices: Tensor([Int64](), shape: [0]),
      categoryCount: 2
    )
    #expect(empty.rowCount == 0 && empty.foregroundCount == 0)
    let unlabelled = try AnchorClassTargets(classIndices: [-1, -2], categoryCount: 0)
    #expect(unlabelled.rowCount == 2 && unlabelled.foregroundCount == 0)
  }

  @Test func `a class index that is no category is refused by row`() throws {
    let high = #expect(throws: TargetError.self) {
      try AnchorClassTargets(classIndices: [0, 3], categoryCount: 3)
    }
    #expect(high?.row == 1 && high?.value == 3 && high?.categoryCount == 3)
    let low = #expect(throws: TargetError.self) {
      try AnchorClassTargets(classIndices: [-3], categoryCount: 3)
    }
    #expect(
      low?.description
        == "targets[0]: found class index -3, expected 0..<3, -1 (background) or -2 (ignored)"
    )
    for value in [Int64.max, Int64.min, 1 << 32] {
      let huge = #expect(throws: TargetError.self) {
        try AnchorClassTargets(classIndices: Tensor([0, value]), categoryCount: 3)
      }
      #expect(huge?.row == 1 && huge?.value == Int(value))
    }
    #expect(throws: TargetError.self) {
      try AnchorClassTargets(classIndices: [0], categoryCount: 0)
    }
  }

  @Test func `a tensor that is no list of integers is refused`() throws {
    for tensor in try [
      Tensor.zeros(shape: [2]), .zeros(shape: [2], dtype: .bool), .zeros(shape: [], dtype: .int64),
      .zeros(shape: [2, 1], dtype: .int64),
    ] {
      let error = #expect(throws: TorchError.self) {
        try AnchorClassTargets(classIndices: tensor, categoryCount: 1)
      }
      #expect(error?.code == .invalid)
    }
  }

  @Test func `mining leaves the rest of the rows ignored`() {
    #expect(AnchorClassTargets.classIndices([3, -1, -2, -1], keeping: [3, 0]) == [3, -2, -2, -1])
    #expect(AnchorClassTargets.classIndices([], keeping: []) == [])
  }
}
