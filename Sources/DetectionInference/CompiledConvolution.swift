import ModelGraph
import Torch
import TorchInference

/// A value between layers: numbers, or 8-bit integers that stand for numbers.
struct CompiledValue {
  private let elements: Tensor
  /// What the elements stand for, if they are uint8.
  let grid: QuantizationGrid?

  /// - Parameters:
  ///   - elements: float32, bfloat16, or, with a grid, uint8.
  ///   - grid: What uint8 stand for.
  init(_ elements: Tensor, grid: QuantizationGrid? = nil) {
    self.elements = elements
    self.grid = grid
  }

  var shape: [Int] { elements.shape }

  /// The numbers.
  func tensor(_ dtype: DType) throws -> Tensor {
    if let grid { return try elements.dequantized(grid, to: dtype) }
    return elements.dtype == dtype ? elements : try elements.to(dtype)
  }

  /// The numbers in whatever format they lie.
  func floating(_ dtype: DType) throws -> Tensor {
    grid == nil ? elements : try tensor(dtype)
  }

  /// The nearest values of a grid.
  func codes(_ grid: QuantizationGrid) throws -> Tensor {
    if self.grid == grid { return elements }
    return try floating(.bfloat16).quantized(grid)
  }
}

/// A convolution with what is fused to it, in one of several number formats.
protocol CompiledConvolution {
  /// Applies it to `inputs`, as many as the step reads; `added`, none or as many, comes with whether its memory may be
  /// taken; `wanted` says which cells of the results are looked at, `nil` all.
  func callAsFunction(
    _ inputs: [CompiledValue],
    adding added: [(value: CompiledValue, isLast: Bool)],
    wanted: [Tensor]?
  ) throws -> [CompiledValue]
}

/// One in float32 or bfloat16.
struct CompiledPacked: CompiledConvolution {
  private let packed: PackedConvolution
  private let isRectified: Bool
  private let dtype: DType
  private let resultDType: DType

  init(
    _ convolution: FusedGraph.Convolution,
    weight: Tensor,
    bias: Tensor?,
    dtype: DType,
    resultDType: DType
  ) throws {
    packed = try PackedConvolution(
      weight: weight,
      bias: bias,
      movement: KernelMovement(convolution.window),
      dtype: dtype
    )
    isRectified = convolution.isRectified
    self.dtype = dtype
    self.resultDType = resultDType
  }

  func callAsFunction(
    _ inputs: [CompiledValue],
    adding added: [(value: CompiledValue, isLast: Bool)],
    wanted: [Tensor]?
  ) throws -> [CompiledValue] {
    try packed(
      inputs.map { try $0.tensor(dtype) },
      adding: added.isEmpty ? nil : added.map { try $0.value.tensor(resultDType) },
      rectified: isRectified,
      dtype: resultDType,
      wanted: wanted
    ).map { CompiledValue($0) }
  }
}

/// One in 8-bit integers; each input has a grid of its own.
struct CompiledQuantized: CompiledConvolution {
  private let convolutions: [QuantizedConvolution]
  private let grids: [QuantizationGrid]
  private let results: [QuantizationGrid?]
  private let isRectified: Bool
  private let dtype: DType

  init(
    _ convolution: FusedGraph.Convolution,
    weight: Tensor,
    bias: Tensor?,
    grids: [QuantizationGrid],
    results: [QuantizationGrid?],
    dtype: DType
  ) throws {
    convolutions = try grids.map { grid in
      try QuantizedConvolution(
        weight: weight,
        bias: bias,
        movement: KernelMovement(convolution.window),
        grid: grid
      )
    }
    self.grids = grids
    self.results = results
    isRectified = convolution.isRectified
    self.dtype = dtype
  }

  func callAsFunction(
    _ inputs: [CompiledValue],
    adding added: [(value: CompiledValue, isLast: Bool)],
    wanted: [Tensor]?
  ) throws -> [CompiledValue] {
    try inputs.indices.map { index in
      let picture = try inputs[index].codes(grids[index])
      let (convolution, result) = (convolutions[index], results[index])
      guard let other = added.isEmpty ? nil : added[index] else {
        guard let result else {
          return CompiledValue(try convolution(picture, rectified: isRectified, dtype: dtype))
        }
        return CompiledValue(
          try convolution(picture, rectified: isRectified, grid: result),
          grid: result
        )
      }
      if let result, let grid = other.value.grid {
        let codes = try other.value.codes(grid)
        let onto = other.isLast ? codes : try codes.clone()
        return CompiledValue(
          try convolution(picture, onto: (onto, grid), rectified: isRectified, grid: result),
          grid: result
        )
      }
      let sum = try convolution(picture, dtype: dtype) + other.value.tensor(dtype)
      let rectified = isRectified ? try sum.relu() : sum
      return try result.map { CompiledValue(try rectified.quantized($0), grid: $0) }
        ?? CompiledValue(rectified)
    }
  }
}

extension KernelMovement {
  init(_ window: NetworkGraph.ConvolutionWindow) {
    self.init(
      stride: window.stride,
      padding: window.padding,
      dilation: window.dilation,
      groups: window.groups
    )
  }
}
