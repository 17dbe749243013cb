import Foundation
import Testing
import Torch
import TorchTestSupport

// The oracle is LibTorch's own convolution in double precision. The bound is relative to the greatest
// element: 512 channels of normal numbers gave 2e-5 at most.
@Suite struct WinogradTests {
  private static let sets = ["AVX-512", "AVX2", "portable"]
  private static let bound = 4e-5

  @Test func `one channel, one tile, by hand`() throws {
    // A kernel that sums its nine inputs, over ones: 4 in corners, 6 at edges, 9 within.
    let input = try Tensor.ones(shape: [1, 1, 4, 4])
    let weight = try Tensor.ones(shape: [1, 1, 3, 3])
    let bias = try Tensor([0.5])
    let output = try withConvolutions(.winograd) {
      try input.conv2d(weight: weight, bias: bias, padding: 1)
    }
    let sums: [Double] = [4, 6, 6, 4, 6, 9, 9, 6, 6, 9, 9, 6, 4, 6, 6, 4]
    try expectElements(
      #require(output),
      sums.map { $0 + 0.5 },
      shape: [1, 1, 4, 4],
      tolerance: 4e-6
    )
  }

  @Test(arguments: sets)
  func `outputs and gradients of every size, against double precision`(set: String) throws {
    // N, C in, C out, H, W: whole tiles and parts, whole panels of channels and parts.
    let shapes = [
      [1, 1, 1, 1, 1], [2, 3, 5, 4, 4], [1, 16, 33, 5, 7], [2, 17, 64, 9, 3], [1, 40, 8, 13, 6],
      [3, 32, 16, 8, 8], [1, 70, 90, 4, 21],
    ]
    for (seed, shape) in shapes.enumerated() {
      let problem = try Problem(seed: UInt64(seed), shape: shape)
      let expected = try problem.exact()
      guard let found = try withConvolutions(.winograd, instructionSet: set, problem.results) else {
        return
      }
      for (name, (value, exact)) in zip(Problem.names, zip(found, expected)) {
        let deviation = greatestDeviation(of: value, from: exact)
        #expect(deviation < Self.bound, "\(name) of \(shape) by \(set): \(deviation)")
      }
    }
  }

  @Test func `bfloat16 pictures are rounded once, at the end`() throws {
    let problem = try Problem(seed: 7, shape: [2, 48, 40, 9, 10])
    let input = try problem.input.detach().to(.bfloat16)
    let exact = try input.to(.float64)
      .conv2d(weight: problem.weight.to(.float64), bias: problem.bias.to(.float64), padding: 1)
    let output = try #require(
      try withConvolutions(.winograd) {
        try withoutGradient {
          try input.conv2d(weight: problem.weight, bias: problem.bias, padding: 1)
        }
      }
    )
    #expect(output.dtype == .bfloat16)
    let pairs = zip(try output.doubles(), try exact.doubles())
    let greatest = try exact.doubles().map(abs).max() ?? 0
    // Half a unit of bfloat16's eighth bit, and float32's error.
    for (value, exact) in pairs {
      #expect(abs(value - exact) <= abs(exact) * 0x1p-8 + greatest * Self.bound)
    }
  }

  @Test
  func `under autocast a float32 picture comes out short, and weights keep float32 gradients`()
    throws
  {
    let problem = try Problem(seed: 8, shape: [1, 16, 16, 8, 8])
    let dtypes = try withConvolutions(.winograd) {
      let output = try withAutocast(.bfloat16) {
        try problem.input.conv2d(weight: problem.weight, bias: problem.bias, padding: 1)
      }
      try output.backward(from: problem.slope.to(.bfloat16))
      return [
        output.dtype, try #require(try problem.weight.gradient()).dtype,
        try #require(try problem.input.gradient()).dtype,
      ]
    }
    #expect(dtypes == [.bfloat16, .float32, .float32])
  }

  @Test func `autocast to float16, which the tiles do not know, is LibTorch's own or its error`()
    throws
  {
    let problem = try Problem(seed: 12, shape: [1, 16, 16, 8, 8])
    func output() throws -> Tensor {
      try withoutGradient {
        try withAutocast(.float16) { try problem.input.conv2d(weight: problem.weight, padding: 1) }
      }
    }
    guard let direct = withConvolutions(.direct, { try? output() }) ?? nil else { return }
    let found = try #require(try withConvolutions(.winograd, output))
    #expect(found.dtype == .float16 && direct.dtype == .float16)
    #expect(try greatestDeviation(of: found.to(.float32), from: direct.to(.float32)) == 0)
  }

  @Test func `levels in one call are levels one by one, ReLU and its gradient included`() throws {
    let shapes = [[2, 24, 8, 12, 9], [2, 24, 8, 6, 5], [2, 24, 8, 1, 1]]
    let parts = try shapes.enumerated().map { try Problem(seed: UInt64($0), shape: $1) }
    let (weight, bias) = (parts[0].weight, parts[0].bias)
    try withConvolutions(.winograd) {
      let together = try Tensor.convolved3x3(
        parts.map(\.input),
        weight: weight,
        bias: bias,
        rectified: true
      )
      var sum = try Tensor.zeros(shape: [])
      for (output, part) in zip(together, parts) { sum = try sum + (output * part.slope).sum() }
      try sum.backward()
    }
    let found = [weight, bias] + parts.map(\.input)
    let gradients = try found.map { try #require(try $0.gradient()) }
    for tensor in found { try tensor.clearGradient() }
    try withConvolutions(.direct) {
      for part in parts {
        let output = try part.input.conv2d(weight: weight, bias: bias, padding: 1).relu()
        try (output * part.slope).sum().backward()
      }
    }
    for (gradient, tensor) in zip(gradients, found) {
      let direct = try #require(try tensor.gradient())
      #expect(greatestDeviation(of: gradient, from: direct) < Self.bound)
    }
  }

  @Test func `slopes that are 0 nearly everywhere are skipped without a difference`() throws {
    let problem = try Problem(seed: 9, shape: [2, 20, 24, 33, 30])
    var slopes = [Double](repeating: 0, count: problem.slope.count)
    // One in the middle of a tile, one at a corner of four tiles, one in the picture's last corner.
    for (image, channel, row, column) in [(0, 3, 9, 9), (0, 5, 8, 15), (1, 23, 32, 29)] {
      slopes[((image * 24 + channel) * 33 + row) * 30 + column] = Double(channel)
    }
    try problem.slope.copy_(Tensor(slopes.map(Float.init), shape: problem.slope.shape))
    let expected = try problem.exact()
    let found = try #require(try withConvolutions(.winograd, problem.results))
    for (name, (value, exact)) in zip(Problem.names, zip(found, expected)) {
      #expect(greatestDeviation(of: value, from: exact) < Self.bound, "\(name)")
    }
    try problem.slope.zero_()
    let none = try #require(try withConvolutions(.winograd, problem.results))
    for gradient in none.dropFirst() { #expect(try gradient.doubles().allSatisfy { $0 == 0 }) }
  }

  @Test func `the same bits with any number of threads`() throws {
    let before = TorchRuntime.threads
    defer { try? TorchRuntime.setThreads(before) }
    let problem = try Problem(seed: 10, shape: [2, 33, 70, 17, 18])
    let results = try [1, 2, 3].map { threads in
      try TorchRuntime.setThreads(threads)
      let found = try #require(try withConvolutions(.winograd, problem.results))
      return try found.map { try $0.doubles() }
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  @Test func `NaN stays within the tiles that see it, and ReLU does not hide it`() throws {
    let input = try Tensor.ones(shape: [1, 1, 12, 12])
    var values = [Float](repeating: 1, count: 144)
    values[0] = .nan
    try input.copy_(Tensor(values, shape: [1, 1, 12, 12]))
    let weight = try Tensor.ones(shape: [1, 1, 3, 3])
    let output = try #require(
      try withConvolutions(.winograd) {
        try Tensor.convolved3x3([input], weight: weight, rectified: true)
      }
    )
    let found = try output[0].doubles()
    #expect(found[0].isNaN && found[1].isNaN && found[13].isNaN)
    #expect(found[8...11].allSatisfy(\.isFinite) && found[100...].allSatisfy(\.isFinite))
  }

  @Test func `shapes that do not fit are refused as ever`() throws {
    let input = try Tensor.ones(shape: [1, 3, 8, 8])
    let weight = try Tensor.ones(shape: [4, 5, 3, 3])
    #expect(throws: TorchError.self) {
      try withConvolutions(.winograd) { try input.conv2d(weight: weight, padding: 1) }
    }
    #expect(throws: TorchError.self) {
      try withConvolutions(.winograd) {
        try input.conv2d(
          weight: Tensor.ones(shape: [4, 3, 3, 3]),
          bias: Tensor.ones(shape: [3]),
          padding: 1
        )
      }
    }
    let none = try #require(
      try withConvolutions(.winograd) {
        try Tensor.zeros(shape: [0, 3, 8, 8])
          .conv2d(weight: Tensor.ones(shape: [4, 3, 3, 3]), padding: 1)
      }
    )
    #expect(none.shape == [0, 4, 8, 8])
  }
}

/// A convolution with the slopes of its outputs.
private struct Problem {
  static let names = ["output", "input gradient", "weight gradient", "bias gradient"]

  let input, weight, bias, slope: Tensor

  /// Normal numbers.
  /// - Parameters:
  ///   - seed: Which.
  ///   - shape: N, C in, C out, H, W.
  /// - Throws: What making a tensor throws.
  init(seed: UInt64, shape: [Int]) throws {
    var generator = SeededGenerator(seed: seed)
    let (images, inputs, outputs) = (shape[0], shape[1], shape[2])
    input = try Tensor.normal(shape: [images, inputs, shape[3], shape[4]], using: &generator)
    weight = try Tensor.normal(shape: [outputs, inputs, 3, 3], using: &generator)
    bias = try Tensor.normal(shape: [outputs], using: &generator)
    slope = try Tensor.normal(shape: [images, outputs, shape[3], shape[4]], using: &generator)
    for tensor in [input, weight, bias] { try tensor.setRequiresGradient(true) }
  }

  /// The output and the three gradients.
  func results() throws -> [Tensor] {
    try Self.results(input, weight, bias, slope)
  }

  /// The same in double precision, which is LibTorch's own.
  func exact() throws -> [Tensor] {
    let leaves = try [input, weight, bias].map { try $0.detach().to(.float64).clone() }
    for leaf in leaves { try leaf.setRequiresGradient(true) }
    return try Self.results(leaves[0], leaves[1], leaves[2], slope.to(.float64))
  }

  private static func results(
    _ input: Tensor,
    _ weight: Tensor,
    _ bias: Tensor,
    _ slope: Tensor
  ) throws -> [Tensor] {
    let output = try input.conv2d(weight: weight, bias: bias, padding: 1)
    try output.backward(from: slope)
    let gradients = try [input, weight, bias].map { leaf in
      let gradient = try #require(try leaf.gradient())
      try leaf.clearGradient()
      return gradient
    }
    return [try output.detach()] + gradients
  }
}
