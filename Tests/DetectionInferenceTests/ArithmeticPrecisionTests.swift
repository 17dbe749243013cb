import DetectionInference
import Testing
import Torch

struct ArithmeticPrecisionTests {
  @Test(arguments: ArithmeticPrecision.allCases)
  func `a product is computed in the format asked for`(precision: ArithmeticPrecision) throws {
    let a = try Tensor([Float](repeating: 1, count: 4), shape: [2, 2])
    let expected: DType = precision == .float32 ? .float32 : .bfloat16
    #expect(try precision.training { try a.matmul(a).dtype } == expected)
    #expect(try precision.inference { try a.matmul(a).dtype } == expected)
    // What the format is outside does not change.
    #expect(try a.matmul(a).dtype == .float32)
  }

  @Test(arguments: ArithmeticPrecision.allCases)
  func `training records gradients, inference does not`(precision: ArithmeticPrecision) throws {
    let a = try Tensor([Float](repeating: 1, count: 4), shape: [2, 2])
    try a.setRequiresGradient(true)
    #expect(try precision.training { try a.matmul(a).requiresGradient })
    #expect(try !precision.inference { try a.matmul(a).requiresGradient })
  }

  @Test func `the fastest format is bfloat16 where the processor has it`() {
    #expect(ArithmeticPrecision.fastest == (TorchRuntime.hasFastBFloat16 ? .bfloat16 : .float32))
  }
}
