import Testing
import Torch

@Suite struct TorchErrorTests {
  @Test func `an error names operation and shapes on one line`() throws {
    let image = try Tensor.zeros(shape: [1, 3, 8, 8])
    let kernel = try Tensor.zeros(shape: [4, 2, 3, 3])
    let error = try #require(
      #expect(throws: TorchError.self) { try image.conv2d(weight: kernel) }
    )
    #expect(error.code == .invalid && error.operation == "conv2d")
    #expect(error.shapes == [[1, 3, 8, 8], [4, 2, 3, 3]])
    let description = "\(error)"
    #expect(description.hasPrefix("conv2d of [1, 3, 8, 8], [4, 2, 3, 3]: "))
    #expect(!description.contains("\n") && !description.contains("frame #"))
  }

  @Test func `memory that is not there is an error`() {
    let error = #expect(throws: TorchError.self) { try Tensor.empty(shape: [1 << 30, 1 << 20]) }
    #expect(error?.code == .outOfMemory)
    #expect(error?.shapes == [[1 << 30, 1 << 20]])
  }

  @Test func `sizes beyond 64 bits are an error`() {
    #expect(throws: TorchError.self) { try Tensor.empty(shape: [.max, .max]) }
    #expect(throws: TorchError.self) { try Tensor.zeros(shape: [1]).reshape([.max, 3]) }
  }

  @Test func `an error without operands says so simply`() {
    let error = TorchError(.failed, operation: "seed", shapes: [], message: "no")
    #expect("\(error)" == "seed: no")
  }
}
