import Testing
import Torch
import TorchTestSupport

@Suite struct TensorReductionTests {
  let matrix: Tensor

  init() throws { matrix = try Tensor([1, 5, 3, 4, 2, 6], shape: [2, 3]) }

  @Test func `reductions over everything`() throws {
    try expectElements(matrix.sum(), [21], shape: [])
    try expectElements(matrix.mean(), [3.5], shape: [])
    try expectElements(matrix.max(), [6], shape: [])
    try expectElements(matrix.min(), [1], shape: [])
    try expectElements(Tensor([3, 4]).norm(), [5], shape: [])
    #expect(try matrix.all().item() == 1)
    #expect(try matrix.greater(6).any().item() == 0)
  }

  @Test func `reductions over dimensions`() throws {
    try expectElements(matrix.sum(dims: [1]), [9, 12], shape: [2])
    try expectElements(matrix.mean(dims: [0], keepingDims: true), [2.5, 3.5, 4.5], shape: [1, 3])
    try expectElements(matrix.amax(dims: [1]), [5, 6])
    try expectElements(matrix.amin(dims: [0, 1]), [1])
    let (values, indices) = try matrix.max(dim: 1)
    try expectElements(values, [5, 6])
    #expect(try indices.int64s() == [1, 2])
    let (least, places) = try matrix.min(dim: 0, keepingDim: true)
    try expectElements(least, [1, 2, 3], shape: [1, 3])
    #expect(try places.int64s() == [0, 1, 0])
    #expect(try matrix.argmax(dim: 1).int64s() == [1, 2])
    #expect(throws: TorchError.self) { try matrix.sum(dims: [2]) }
  }

  @Test func `nothing has a sum and no maximum`() throws {
    let nothing = try Tensor.empty(shape: [0, 4])
    #expect(try nothing.sum().item() == 0)
    #expect(try nothing.mean().item().isNaN)
    #expect(try nothing.all().item() == 1)
    #expect(throws: TorchError.self) { try nothing.max() }
    #expect(throws: TorchError.self) { try nothing.argmax(dim: 0) }
  }

  @Test func `topK, sort and cumsum`() throws {
    let (values, indices) = try matrix.topK(2)
    try expectElements(values, [5, 3, 6, 4], shape: [2, 2])
    #expect(try indices.int64s() == [1, 2, 2, 0])
    try expectElements(matrix.topK(1, dim: 0, largest: false).values, [1, 2, 3])
    let (sorted, places) = try Tensor([2, 1, 2, 1]).sort(descending: true)
    try expectElements(sorted, [2, 2, 1, 1])
    #expect(try places.int64s() == [0, 2, 1, 3])
    try expectElements(matrix.cumsum(dim: 1), [1, 6, 9, 4, 6, 12])
    #expect(throws: TorchError.self) { try matrix.topK(4) }
  }
}
