import Testing
import Torch
import TorchInference
import TorchTestSupport

// The oracle is LibTorch's own convolution in double precision, of the very numbers that go in.
@Suite struct PackedConvolutionTests {
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
    Shape(
      inputs: 3,
      outputs: 8,
      side: 7,
      height: 21,
      width: 30,
      movement: .init(stride: 2, padding: 3)
    ),
    Shape(inputs: 16, outputs: 4, side: 1, height: 5, width: 6, movement: .init()),
    Shape(inputs: 16, outputs: 32, side: 1, height: 5, width: 6, movement: .init(stride: 2)),
    Shape(inputs: 32, outputs: 32, movement: .init(stride: 2, padding: 1)),
    Shape(inputs: 32, outputs: 32, movement: .init(padding: 1, groups: 8)),
    Shape(inputs: 8, outputs: 8, movement: .init(padding: 2, dilation: 2)),
    Shape(inputs: 32, outputs: 64, height: 40, width: 33),
  ]

  @Test(arguments: shapes, [DType.float32, .bfloat16])
  func `bias, addition and ReLU come with the convolution`(shape: Shape, dtype: DType) throws {
    for method in [ConvolutionMethod.direct, .winograd] {
      for (adds, rectifies) in [(false, false), (false, true), (true, false), (true, true)] {
        let problem = try Problem(shape, dtype: dtype)
        let found = try #require(
          try withConvolutions(method) {
            try problem.packed()(
              [problem.picture],
              adding: adds ? [problem.added] : nil,
              rectified: rectifies,
              dtype: dtype
            )[0]
          }
        )
        let exact = try problem.exact(adds: adds, rectifies: rectifies)
        #expect(found.dtype == dtype && found.shape == exact.shape && found.isChannelsLast)
        // float32: Winograd's 4e-5 of the greatest; bfloat16: 8 bits of weights, pictures' own, and the result.
        let bound = dtype == .float32 ? 4e-5 : 0x1p-7
        let deviation = greatestDeviation(of: found, from: exact)
        #expect(deviation < bound, "\(method) adds \(adds) rectifies \(rectifies): \(deviation)")
      }
    }
  }

  @Test func `several sizes go through together`() throws {
    let problem = try Problem(Shape(inputs: 16, outputs: 24), dtype: .float32)
    let sizes = [(13, 9), (4, 4), (1, 1), (7, 2)]
    let pictures = try sizes.map { height, width in
      try problem.numbers([2, 16, height, width]).channelsLast()
    }
    for method in [ConvolutionMethod.direct, .winograd] {
      let found = try #require(
        try withConvolutions(method) { try problem.packed()(pictures, dtype: .float32) }
      )
      for (result, picture) in zip(found, pictures) {
        let exact = try picture.to(.float64)
          .conv2d(weight: problem.weight.to(.float64), bias: problem.bias.to(.float64), padding: 1)
        #expect(greatestDeviation(of: result, from: exact) < 4e-5)
      }
    }
  }

  @Test func `places that are wanted are right, whatever is left out`() throws {
    let problem = try Problem(
      Shape(inputs: 16, outputs: 24, height: 30, width: 23),
      dtype: .float32
    )
    var marks = [Float](repeating: 0, count: 30 * 23)
    for (row, column) in [(0, 0), (12, 13), (29, 22)] { marks[row * 23 + column] = 1 }
    let wanted = try Tensor(marks, shape: [1, 1, 30, 23])
    for method in [ConvolutionMethod.direct, .winograd] {
      let found = try #require(
        try withConvolutions(method) {
          try problem.packed()([problem.picture], dtype: .float32, wanted: [wanted])[0]
        }
      )
      let exact = try problem.exact(adds: false, rectifies: false)
      #expect(try greatestDeviation(of: found * wanted, from: exact * wanted.to(.float64)) < 4e-5)
      // Three tiles of 4×4 are computed, of which the last has 2×3 places in the picture.
      let computed = try found.doubles().filter { $0 != 0 }.count
      #expect(method == .direct || computed == 24 * (16 + 16 + 2 * 3))
    }
  }

  @Test func `the same convolution serves pictures of other sizes and other dtypes of results`()
    throws
  {
    let problem = try Problem(Shape(inputs: 32, outputs: 32), dtype: .bfloat16)
    let packed = try problem.packed()
    for (height, width) in [(9, 7), (40, 3), (2, 64), (9, 7)] {
      let picture = try problem.numbers([1, 32, height, width]).to(.bfloat16).channelsLast()
      let found = try packed([picture], dtype: .float32)[0]
      #expect(found.dtype == .float32)
      let exact = try picture.to(.float64)
        .conv2d(weight: problem.weight.to(.float64), bias: problem.bias.to(.float64), padding: 1)
      #expect(greatestDeviation(of: found, from: exact) < 0x1p-7)
    }
  }

  @Test func `what does not fit is an error`() throws {
    let problem = try Problem(Shape(inputs: 32, outputs: 32), dtype: .float32)
    let packed = try problem.packed()
    let error = #expect(throws: TorchError.self) {
      try packed([problem.numbers([1, 31, 9, 7])], dtype: .float32)
    }
    #expect(error?.operation == "PackedConvolution")
  }

  private struct Problem {
    let weight: Tensor
    let bias: Tensor
    let picture: Tensor
    let added: Tensor
    private let movement: KernelMovement
    private let dtype: DType

    init(_ shape: Shape, dtype: DType) throws {
      self.dtype = dtype
      movement = shape.movement
      weight = try Self.numbers(
        [shape.outputs, shape.inputs / movement.groups, shape.side, shape.side],
        seed: 1
      )
      bias = try Self.numbers([shape.outputs], seed: 2)
      picture = try Self.numbers([shape.images, shape.inputs, shape.height, shape.width], seed: 3)
        .to(dtype).channelsLast()
      let result = try picture.to(.float32)
        .conv2d(
          weight: weight,
          stride: movement.stride,
          padding: movement.padding,
          dilation: movement.dilation,
          groups: movement.groups
        )
      added = try Self.numbers(result.shape, seed: 4).to(dtype).channelsLast()
    }

    func packed() throws -> PackedConvolution {
      try PackedConvolution(weight: weight, bias: bias, movement: movement, dtype: dtype)
    }

    func exact(adds: Bool, rectifies: Bool) throws -> Tensor {
      var result = try picture.to(.float64)
        .conv2d(
          weight: weight.to(.float64),
          bias: bias.to(.float64),
          stride: movement.stride,
          padding: movement.padding,
          dilation: movement.dilation,
          groups: movement.groups
        )
      if adds { result = try result + added.to(.float64) }
      return rectifies ? try result.relu() : result
    }

    func numbers(_ shape: [Int]) throws -> Tensor { try Self.numbers(shape, seed: 9) }

    private static func numbers(_ shape: [Int], seed: UInt64) throws -> Tensor {
      var generator = SeededGenerator(seed: seed)
      return try Tensor(
        (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &generator) },
        shape: shape
      )
    }
  }
}
