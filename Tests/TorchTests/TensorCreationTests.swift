import Testing
import Torch
import TorchTestSupport

@Suite struct TensorCreationTests {
  @Test func `literals become singles`() throws {
    let tensor = try Tensor([1, 2.5, -3], shape: [3, 1])
    #expect(tensor.dtype == .float32)
    #expect(tensor.shape == [3, 1] && tensor.rank == 2 && tensor.count == 3)
    #expect(tensor.device == .cpu && tensor.strides == [1, 1])
    try expectElements(tensor, [1, 2.5, -3])
  }

  @Test func `every element type keeps its values`() throws {
    #expect(try Tensor([Double.pi]).doubles() == [.pi])
    #expect(try Tensor([Int64.max, .min]).int64s() == [.max, .min])
    #expect(try Tensor([Int32.max]).dtype == .int32)
    #expect(try Tensor([UInt8.max]).int64s() == [255])
    #expect(try Tensor([true, false]).bools() == [true, false])
    #expect(try Tensor([Float]()).shape == [0])
  }

  @Test func `bytes are copied unaligned and come back`() throws {
    let bytes: [UInt8] = [9, 1, 0, 0, 0, 2, 0, 0, 0]
    let tensor = try bytes.withUnsafeBytes { buffer in
      try Tensor(
        copying: UnsafeRawBufferPointer(rebasing: buffer[1...]),
        shape: [2],
        dtype: .int32
      )
    }
    #expect(try tensor.int64s() == [1, 2])
    #expect(try tensor.bytes() == [1, 0, 0, 0, 2, 0, 0, 0])
  }

  @Test func `values that do not fill the shape are refused`() {
    #expect(throws: TorchError.self) { try Tensor([1, 2, 3], shape: [2, 2]) }
    #expect(throws: TorchError.self) { try Tensor([1], shape: [-1, -1]) }
    #expect(throws: TorchError.self) { try Tensor.empty(shape: [-1]) }
  }

  @Test func `interleaved pixels become channels-last`() throws {
    // One image of one row and two pixels, three channels.
    let image = try Tensor.channelsLast(
      nhwc: [1, 2, 3, 4, 5, 6],
      images: 1,
      height: 1,
      width: 2,
      channels: 3
    )
    #expect(image.shape == [1, 3, 1, 2] && image.strides == [6, 1, 6, 3])
    #expect(image.isChannelsLast && !image.isContiguous)
    try expectElements(image, [1, 4, 2, 5, 3, 6])
    #expect(throws: TorchError.self) {
      try Tensor.channelsLast(nhwc: [1], images: 1, height: 1, width: 2, channels: 3)
    }
  }

  @Test func `constants and counts`() throws {
    try expectElements(.zeros(shape: [2]), [0, 0])
    try expectElements(.ones(shape: [1, 2], dtype: .bfloat16), [1, 1], shape: [1, 2])
    try expectElements(.full(shape: [], 7, dtype: .int64), [7], shape: [])
    try expectElements(.arange(3), [0, 1, 2])
    try expectElements(.arange(1, 2, step: 0.25, dtype: .float32), [1, 1.25, 1.5, 1.75])
    #expect(try Tensor.empty(shape: [3, 0]).count == 0)
  }

  @Test(arguments: DType.allCases) func `every dtype can be made, named and read`(dtype: DType)
    throws
  {
    let one = try Tensor.ones(shape: [2], dtype: dtype)
    #expect(one.dtype == dtype)
    #expect(try one.bytes().count == 2 * dtype.byteCount)
    #expect(try one.floats() == [1, 1])
    // Division makes floating point of anything.
    let half = try one / 2
    #expect(half.dtype == (dtype.isFloatingPoint ? dtype : .float32))
  }

  @Test func `random tensors follow the Swift generator alone`() throws {
    var (first, second) = (SeededGenerator(seed: 1), SeededGenerator(seed: 1))
    let a = try Tensor.normal(shape: [1000], mean: 3, standardDeviation: 2, using: &first)
    try TorchRuntime.setSeed(99)
    let b = try Tensor.normal(shape: [1000], mean: 3, standardDeviation: 2, using: &second)
    #expect(try a.floats() == b.floats())
    // Standard error of the mean: 2 / sqrt(1000) = 0.063; four of them.
    #expect(abs(try a.mean().item() - 3) < 0.26)
    let even = try Tensor.uniform(shape: [1000], in: -1..<1, using: &first)
    #expect(try even.amin().item() >= -1 && even.amax().item() < 1)
    #expect(abs(try even.mean().item()) < 0.08)
    #expect(throws: TorchError.self) {
      try Tensor.normal(shape: [1], standardDeviation: -1, using: &first)
    }
  }
}
