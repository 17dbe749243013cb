import Testing
import Torch
import TorchInference
import TorchTestSupport

// The oracle sums (code − zero) · weight in double precision, where such sums are exact, and rounds once.
@Suite struct QuantizedConvolutionTests {
  struct Shape: CustomStringConvertible {
    var images = 1
    var inputs = 8
    var outputs = 16
    var side = 3
    var height = 9
    var width = 7
    var movement = KernelMovement(padding: 1)

    var description: String {
      "\(images)×\(inputs)→\(outputs) \(side)×\(side) \(height)×\(width) \(movement)"
    }
  }

  static let shapes = [
    Shape(), Shape(images: 2, inputs: 3, outputs: 5, height: 4, width: 4),
    Shape(inputs: 16, outputs: 4, side: 1, height: 5, width: 6, movement: .init()),
    Shape(inputs: 16, outputs: 32, side: 1, height: 5, width: 6, movement: .init(stride: 2)),
    Shape(inputs: 32, outputs: 32, movement: .init(stride: 2, padding: 1)),
    Shape(inputs: 32, outputs: 32, movement: .init(padding: 1, groups: 8)),
    Shape(inputs: 8, outputs: 8, movement: .init(padding: 2, dilation: 2)),
    Shape(inputs: 64, outputs: 64, height: 20, width: 33),
  ]

  @Test func `by hand: padding stands for 0, whatever the code of 0 is`() throws {
    // One pixel of 3 = (13 − 10) · 1, a 3×3 kernel of 127s with scale 1: everywhere 381, plus a bias of 1.
    let convolution = try QuantizedConvolution(
      weight: Tensor([Float](repeating: 127, count: 9), shape: [1, 1, 3, 3]),
      bias: Tensor([Float(1)]),
      movement: KernelMovement(padding: 1),
      grid: QuantizationGrid(scale: 1, zero: 10)
    )
    let pixel = try Tensor([UInt8(13)], shape: [1, 1, 1, 1]).channelsLast()
    #expect(try convolution(pixel, dtype: .float32).floats() == [382])
    let codes = try convolution(pixel, grid: QuantizationGrid(scale: 2, zero: 4))
    #expect(try codes.doubles() == [195])
  }

  @Test(arguments: shapes, [DType.float32, .bfloat16])
  func `a result of more bits is the exact sum, rounded`(shape: Shape, dtype: DType) throws {
    let problem = try Problem(shape)
    for rectifies in [false, true] {
      let found = try problem.convolution()(problem.codes, rectified: rectifies, dtype: dtype)
      let exact = try problem.exact(rectifies: rectifies)
      #expect(found.dtype == dtype && found.shape == exact.shape && found.isChannelsLast)
      // Sums are exact; scales and bias are applied in float32, and the result is rounded.
      let bound = dtype == .float32 ? 0x1p-20 : 0x1p-8
      #expect(greatestDeviation(of: found, from: exact) < bound, "rectifies \(rectifies)")
    }
  }

  @Test(arguments: shapes)
  func `a result of 8 bits is the nearest code`(shape: Shape) throws {
    let problem = try Problem(shape)
    let size = try problem.exact().abs().amax().item()
    let grids = [
      QuantizationGrid(covering: -size...size), QuantizationGrid(covering: 0...size),
      // Clips at both ends.
      QuantizationGrid(covering: -size / 4...size / 3),
    ]
    for grid in grids {
      for rectifies in [false, true] {
        let found = try problem.convolution()(problem.codes, rectified: rectifies, grid: grid)
        #expect(found.dtype == .uint8 && found.isChannelsLast)
        try expect(found, nearest: problem.exact(rectifies: rectifies), on: grid)
      }
    }
  }

  @Test(arguments: shapes)
  func `it adds onto codes of another grid, in their memory`(shape: Shape) throws {
    let problem = try Problem(shape)
    let plain = try problem.exact()
    let size = try plain.abs().amax().item()
    let other = QuantizationGrid(covering: -size / 2...size)
    let result = QuantizationGrid(covering: -size...1.5 * size)
    for rectifies in [false, true] {
      let added = try problem.numbers(plain.shape, seed: 5).channelsLast()
      let numbers = try added.dequantized(other, to: .float32).to(.float64)
      let sum = try plain + numbers
      let exact = rectifies ? try sum.relu() : sum
      let found = try problem.convolution()(
        problem.codes,
        onto: (added, other),
        rectified: rectifies,
        grid: result
      )
      try expect(found, nearest: exact, on: result)
    }
  }

  @Test func `one convolution serves pictures of other sizes`() throws {
    let problem = try Problem(Shape(inputs: 32, outputs: 32))
    let convolution = try problem.convolution()
    for (height, width) in [(9, 7), (40, 3), (2, 64), (1, 1), (9, 7)] {
      let codes = try problem.numbers([2, 32, height, width], seed: 8).channelsLast()
      let found = try convolution(codes, dtype: .float32)
      #expect(greatestDeviation(of: found, from: try problem.exact(of: codes)) < 0x1p-20)
    }
  }

  @Test func `an output of zero weights is its bias`() throws {
    let convolution = try QuantizedConvolution(
      weight: Tensor.zeros(shape: [2, 4, 1, 1]),
      bias: Tensor([Float(-1.5), 2]),
      movement: KernelMovement(),
      grid: QuantizationGrid(scale: 0.1, zero: 7)
    )
    let codes = try Tensor([UInt8](repeating: 200, count: 4), shape: [1, 4, 1, 1]).channelsLast()
    #expect(try convolution(codes, dtype: .float32).floats() == [-1.5, 2])
  }

  @Test func `what does not fit is an error`() throws {
    let problem = try Problem(Shape(inputs: 32, outputs: 32))
    let error = #expect(throws: TorchError.self) {
      try problem.convolution()(
        problem.numbers([1, 31, 9, 7], seed: 1).channelsLast(),
        dtype: .float32
      )
    }
    #expect(error?.operation == "QuantizedConvolution")
  }

  /// Codes are the nearest of a grid; where a number lies in the middle between two, float32 may take either.
  private func expect(
    _ found: Tensor,
    nearest exact: Tensor,
    on grid: QuantizationGrid,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var ties = 0
    let (codes, numbers) = (try found.doubles(), try exact.doubles())
    #expect(codes.count == numbers.count, sourceLocation: sourceLocation)
    for (code, number) in zip(codes, numbers) {
      let place = min(255, max(0, number / grid.scale + Double(grid.zero)))
      let distance = abs(code - place)
      if distance > 0.5 { ties += 1 }
      #expect(distance < 0.502, "\(code) for \(place)", sourceLocation: sourceLocation)
    }
    #expect(Double(ties) <= 1 + 0.01 * Double(codes.count), sourceLocation: sourceLocation)
  }

  private struct Problem {
    static let grid = QuantizationGrid(scale: 0.02, zero: 37)

    let codes: Tensor
    private let weight: Tensor
    private let bias: Tensor
    private let movement: KernelMovement

    init(_ shape: Shape) throws {
      movement = shape.movement
      var generator = SeededGenerator(seed: 1)
      let weights = [shape.outputs, shape.inputs / movement.groups, shape.side, shape.side]
      weight = try Tensor(
        (0..<weights.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &generator) },
        shape: weights
      )
      bias = try Tensor(
        (0..<shape.outputs).map { _ in Float.random(in: -1...1, using: &generator) }
      )
      let count = shape.images * shape.inputs * shape.height * shape.width
      codes = try Tensor(
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) },
        shape: [shape.images, shape.inputs, shape.height, shape.width]
      ).channelsLast()
    }

    func convolution() throws -> QuantizedConvolution {
      try QuantizedConvolution(weight: weight, bias: bias, movement: movement, grid: Self.grid)
    }

    func exact(rectifies: Bool = false) throws -> Tensor {
      let sum = try exact(of: codes)
      return rectifies ? try sum.relu() : sum
    }

    func exact(of codes: Tensor) throws -> Tensor {
      let rounded = try RoundedWeight(weight)
      let sums = try (codes.to(.float64) - Double(Self.grid.zero))
        .conv2d(
          weight: rounded.values.to(.float64),
          bias: nil,
          stride: movement.stride,
          padding: movement.padding,
          dilation: movement.dilation,
          groups: movement.groups
        )
      let scales = try rounded.scales.to(.float64).reshape([1, -1, 1, 1])
      let shift = try bias.to(.float64).reshape([1, -1, 1, 1])
      return try sums * scales * Self.grid.scale + shift
    }

    func numbers(_ shape: [Int], seed: UInt64) throws -> Tensor {
      var generator = SeededGenerator(seed: seed)
      return try Tensor(
        (0..<shape.reduce(1, *)).map { _ in UInt8.random(in: 0...255, using: &generator) },
        shape: shape
      )
    }
  }
}
