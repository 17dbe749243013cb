import Testing
import Torch
import TorchTestSupport

@Suite struct TensorReadingTests {
  @Test func `one element is read as a number`() throws {
    #expect(try Tensor([2.5], shape: []).item() == 2.5)
    #expect(try Tensor([Int64.max]).itemInt() == Int(Int64.max))
    #expect(throws: TorchError.self) { try Tensor([1, 2]).item() }
    #expect(throws: TorchError.self) { try Tensor([Float]()).itemInt() }
  }

  @Test func `views are read row by row`() throws {
    let transposed = try Tensor([1, 2, 3, 4], shape: [2, 2]).transposed()
    #expect(try transposed.floats() == [1, 3, 2, 4])
    #expect(try transposed.int64s() == [1, 3, 2, 4])
    #expect(try transposed.doubles() == [1, 3, 2, 4])
    #expect(try transposed.bools() == [true, true, true, true])
  }

  @Test func `memory is lent where it is contiguous`() throws {
    let tensor = try Tensor([1, 2, 3, 4], shape: [2, 2])
    let sum = try tensor.withUnsafeBytes { $0.bindMemory(to: Float.self).reduce(0, +) }
    #expect(sum == 10)
    #expect(throws: TorchError.self) { try tensor.transposed().withUnsafeBytes { $0.count } }
    try tensor.withUnsafeMutableBytes { $0.bindMemory(to: Float.self)[3] = 9 }
    try expectElements(tensor, [1, 2, 3, 9])
    #expect(try Tensor([Float]()).withUnsafeBytes { $0.count } == 0)
  }

  @Test func `a tensor that requires a gradient can be read`() throws {
    let leaf = try Tensor([1, 2])
    try leaf.setRequiresGradient(true)
    #expect(try (leaf * 2).floats() == [2, 4])
  }
}
