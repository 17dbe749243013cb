import Testing
import Torch
import TorchTestSupport

@Suite struct TensorNetworkTests {
  @Test func `a convolution worked by hand`() throws {
    let image = try Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], shape: [1, 1, 3, 3])
    let kernel = try Tensor([1, 0, 0, 2], shape: [1, 1, 2, 2])
    try expectElements(
      image.conv2d(weight: kernel, bias: Tensor([10])),
      [21, 24, 30, 33],
      shape: [1, 1, 2, 2]
    )
    try expectElements(image.conv2d(weight: kernel, stride: 2), [11], shape: [1, 1, 1, 1])
    try expectElements(image.conv2d(weight: kernel, dilation: 2), [19], shape: [1, 1, 1, 1])
    #expect(try image.conv2d(weight: kernel, padding: 1).shape == [1, 1, 4, 4])
    let pair = try Tensor([1, 2], shape: [1, 2, 1, 1])
    let scales = try Tensor([3, 5], shape: [2, 1, 1, 1])
    try expectElements(pair.conv2d(weight: scales, groups: 2), [3, 10], shape: [1, 2, 1, 1])
  }

  @Test(arguments: [DType.float32, .bfloat16]) func `a convolution keeps channels-last`(
    dtype: DType
  ) throws {
    var generator = SeededGenerator(seed: 2)
    let image = try Tensor.normal(shape: [2, 8, 9, 7], using: &generator)
    let kernel = try Tensor.normal(shape: [16, 8, 3, 3], using: &generator)
    let plain = try image.to(dtype).conv2d(weight: kernel.to(dtype), padding: 1)
    let last = try image.to(dtype).channelsLast().conv2d(
      weight: kernel.to(dtype).channelsLast(),
      padding: 1
    )
    #expect(last.isChannelsLast && !plain.isChannelsLast)
    // 72 products of deviation 1: sums of deviation 8.5, single precision; bfloat16 has 8 bits.
    let tolerance = dtype == .float32 ? 1e-5 : 0.02
    try expectElements(last, plain.doubles(), shape: [2, 16, 9, 7], tolerance: tolerance)
  }

  /// oneDNN once wrote past the end of its memory here: the process ended at the next `free`.
  @Test(arguments: [1, 8, 12, 15, 16])
  func `a 1x1 convolution may stride over few channels`(channels: Int) throws {
    var generator = SeededGenerator(seed: UInt64(channels))
    let image = try Tensor.normal(shape: [2, channels, 64, 80], using: &generator)
    let kernel = try Tensor.normal(shape: [16, channels, 1, 1], using: &generator)
    func gradients(of dtype: DType) throws -> (output: [Double], image: [Double], kernel: [Double])
    {
      // Times 1, as `to` may give the very same tensor, with the gradient it has.
      let image = try (image * 1).to(dtype).channelsLast()
      let kernel = try (kernel * 1).to(dtype).channelsLast()
      try image.setRequiresGradient(true)
      try kernel.setRequiresGradient(true)
      let output = try image.conv2d(weight: kernel, stride: 2)
      try output.sum().backward()
      let slopes = (try #require(try image.gradient()), try #require(try kernel.gradient()))
      return (try output.doubles(), try slopes.0.doubles(), try slopes.1.doubles())
    }
    let expected = try gradients(of: .float64)
    for _ in 0..<20 {
      let found = try gradients(of: .float32)
      // Sums of at most 2560 terms of deviation 1, in single precision.
      #expect(zip(found.output, expected.output).allSatisfy { abs($0 - $1) < 1e-4 })
      #expect(zip(found.image, expected.image).allSatisfy { abs($0 - $1) < 1e-4 })
      #expect(zip(found.kernel, expected.kernel).allSatisfy { abs($0 - $1) < 1e-3 })
    }
  }

  @Test func `pooling and upsampling`() throws {
    let image = try Tensor((1...16).map(Float.init), shape: [1, 1, 4, 4])
    try expectElements(image.maxPool2d(kernelSize: 2, stride: 2), [6, 8, 14, 16])
    try expectElements(
      image.maxPool2d(kernelSize: 3, stride: 2, padding: 1),
      [6, 8, 14, 16],
      shape: [1, 1, 2, 2]
    )
    let small = try Tensor([1, 2], shape: [1, 1, 1, 2])
    try expectElements(
      small.upsampleNearest(height: 2, width: 3),
      [1, 1, 2, 1, 1, 2],
      shape: [1, 1, 2, 3]
    )
  }

  @Test func `batch normalisation in training follows the statistics`() throws {
    let x = try Tensor([1, 3], shape: [2, 1, 1, 1])
    let (mean, variance) = (try Tensor([0]), try Tensor([1]))
    let y = try x.batchNorm(
      weight: Tensor([2]),
      bias: Tensor([1]),
      runningMean: mean,
      runningVariance: variance,
      training: true,
      momentum: 0.5,
      epsilon: 0
    )
    // Mean 2, biased variance 1, unbiased variance 2.
    try expectElements(y, [-1, 3])
    try expectElements(mean, [1])
    try expectElements(variance, [1.5])
    let z = try x.batchNorm(
      weight: nil,
      bias: nil,
      runningMean: Tensor([1]),
      runningVariance: Tensor([4]),
      training: false,
      epsilon: 0
    )
    try expectElements(z, [0, 1])
  }

  @Test func `group normalisation sees one group of one image`() throws {
    let x = try Tensor([1, 3, 10, 30], shape: [1, 4, 1, 1])
    let y = try x.groupNorm(
      groups: 2,
      weight: Tensor([1, 1, 2, 2]),
      bias: Tensor([0, 0, 1, 1]),
      epsilon: 0
    )
    try expectElements(y, [-1, 1, -1, 3])
    #expect(throws: TorchError.self) { try x.groupNorm(groups: 3, weight: nil, bias: nil) }
  }

  @Test func `a linear map`() throws {
    let weight = try Tensor([1, 2, 3, 4], shape: [2, 2])
    try expectElements(Tensor([1, 1]).linear(weight: weight, bias: Tensor([10, 20])), [13, 27])
    try expectElements(Tensor([1, 1]).linear(weight: weight), [3, 7])
  }

  @Test func `regression losses on both sides of beta`() throws {
    let (x, target) = (try Tensor([0.05, 1, -3]), try Tensor([0, 0, 0]))
    // beta 0.1: 0.05² / 0.2 = 0.0125; 1 − 0.05; 3 − 0.05.
    let expected = [0.0125, 0.95, 2.95]
    try expectElements(
      x.smoothL1Loss(target, beta: 0.1, reduction: .elementwise),
      expected
    )
    try expectElements(x.smoothL1Loss(target, beta: 0.1, reduction: .sum), [3.9125])
    try expectElements(x.smoothL1Loss(target, beta: 0, reduction: .sum), [4.05])
    try expectElements(x.l1Loss(target, reduction: .mean), [1.35])
    #expect(throws: TorchError.self) { try x.l1Loss(Tensor([0]), reduction: .sum) }
    #expect(throws: TorchError.self) {
      try x.smoothL1Loss(Tensor([0]), beta: 1, reduction: .sum)
    }
  }
}
