import Testing
import Torch
import TorchTestSupport

@Suite struct TensorIndexingTests {
  let matrix: Tensor

  init() throws { matrix = try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]) }

  @Test func `indexSelect takes whole slices`() throws {
    let index = try Tensor([Int64(2), 0])
    try expectElements(matrix.indexSelect(dim: 1, index), [3, 1, 6, 4], shape: [2, 2])
    #expect(throws: TorchError.self) { try matrix.indexSelect(dim: 0, index) }
  }

  @Test func `gather takes one element a place`() throws {
    let index = try Tensor([Int64(2), 0], shape: [2, 1])
    try expectElements(matrix.gather(dim: 1, index), [3, 4], shape: [2, 1])
  }

  @Test func `indices and masks pick along leading dimensions`() throws {
    let (rows, columns) = (try Tensor([Int64(1), 0]), try Tensor([Int64(2), 1]))
    try expectElements(matrix.indexed(by: rows, columns), [6, 2])
    try expectElements(matrix.indexed(by: rows), [4, 5, 6, 1, 2, 3], shape: [2, 3])
    try expectElements(matrix.indexed(by: Tensor([false, true])), [4, 5, 6], shape: [1, 3])
    try expectElements(matrix.indexed(by: matrix.greater(4)), [5, 6])
    #expect(try matrix.indexed(by: Tensor([false, false])).shape == [0, 3])
  }

  @Test func `indexPut replaces and accumulates`() throws {
    let index = try Tensor([Int64(1), 1])
    let vector = try Tensor([1, 1, 1])
    try expectElements(
      vector.indexPut([index], Tensor([2, 3]), accumulating: true),
      [1, 6, 1]
    )
    try vector.indexPut_([Tensor([Int64(0)])], Tensor([9]))
    try expectElements(vector, [9, 1, 1])
    #expect(throws: TorchError.self) { try vector.indexPut([Tensor([Int64(3)])], Tensor([0])) }
  }

  @Test func `indexAdd adds slices`() throws {
    let index = try Tensor([Int64(0), 0])
    try expectElements(
      matrix.indexAdd(dim: 0, index, matrix),
      [6, 9, 12, 4, 5, 6],
      shape: [2, 3]
    )
  }

  @Test func `maskedFill and nonzero`() throws {
    try expectElements(matrix.maskedFill(matrix.less(3), 0), [0, 0, 3, 4, 5, 6])
    let places = try matrix.greaterEqual(5).nonzero()
    #expect(places.shape == [2, 2])
    #expect(try places.int64s() == [1, 1, 1, 2])
  }
}
