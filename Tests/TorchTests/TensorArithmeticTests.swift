import Testing
import Torch
import TorchTestSupport

@Suite struct TensorArithmeticTests {
  let a: Tensor
  let b: Tensor

  init() throws {
    a = try Tensor([1, -2, 4])
    b = try Tensor([2, 2, -8])
  }

  @Test func `operators between tensors`() throws {
    try expectElements(a + b, [3, 0, -4])
    try expectElements(a - b, [-1, -4, 12])
    try expectElements(a * b, [2, -4, -32])
    try expectElements(a / b, [0.5, -1, -0.5])
    try expectElements(-a, [-1, 2, -4])
  }

  @Test func `operators with numbers on either side`() throws {
    try expectElements(a + 1, [2, -1, 5])
    try expectElements(1 + a, [2, -1, 5])
    try expectElements(a - 1, [0, -3, 3])
    try expectElements(1 - a, [0, 3, -3])
    try expectElements(a * 2, [2, -4, 8])
    try expectElements(2 * a, [2, -4, 8])
    try expectElements(a / 2, [0.5, -1, 2])
    try expectElements(2 / a, [2, -1, 0.5])
  }

  @Test func `one try covers an expression`() throws {
    try expectElements((a * 2 + b - 1).relu(), [3, 0, 0])
  }

  @Test func `whole numbers leave integers integers`() throws {
    let integers = try Tensor([Int64(7), -7])
    #expect(try (integers * 3).int64s() == [21, -21])
    #expect(try (integers * 3).dtype == .int64)
    #expect(try (integers * 0.5).dtype == .float32)
    #expect(try (integers / 2).floats() == [3.5, -3.5])
    #expect(try integers.floorDivided(by: 2).int64s() == [3, -4])
    #expect(try integers.remainder(dividingBy: 2).int64s() == [1, 1])
    #expect(try (integers + 9e18).dtype == .float32)
    #expect(throws: TorchError.self) { try integers.floorDivided(by: 0) }
  }

  @Test func `matmul, minimum and maximum`() throws {
    let matrix = try Tensor([1, 2, 3, 4], shape: [2, 2])
    try expectElements(matrix.matmul(matrix), [7, 10, 15, 22], shape: [2, 2])
    try expectElements(a.minimum(b), [1, -2, -8])
    try expectElements(a.maximum(b), [2, 2, 4])
    #expect(try a.maximum(Tensor([.nan, 0, 0])).floats()[0].isNaN)
  }

  @Test func `shapes broadcast or are refused by name`() throws {
    let column = try Tensor([10, 20], shape: [2, 1])
    try expectElements(a + column, [11, 8, 14, 21, 18, 24], shape: [2, 3])
    let error = #expect(throws: TorchError.self) { try a + Tensor([1, 2]) }
    #expect(error?.operation == "+" && error?.shapes == [[3], [2]] && error?.code == .invalid)
  }
}
