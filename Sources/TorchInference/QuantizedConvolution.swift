import CTorch
import CTorchInference
package import Torch

/// A convolution in 8-bit integers whose weights are packed once, with what comes after it in the same pass.
///
/// Sums are 32-bit integers and exact. Main memory only, no differentiation; used on one thread at a time.
package final class QuantizedConvolution {
  /// Whether the processor multiplies 8-bit integers and adds them up in one instruction (VNNI).
  ///
  /// Without it a pass in 8 bits gains little over float32, and sums of pairs may saturate.
  package static var isFast: Bool { ct_has_fast_int8() }

  private let handle: OpaquePointer

  /// Rounds the weights to int8, for each output by a scale of its own: the greatest magnitude becomes 127.
  ///
  /// - Parameters:
  ///   - weight: The kernels, float32. Shape [C out, C in / groups, side, side].
  ///   - bias: Added to each output channel, float32. Shape [C out].
  ///   - movement: How the kernel moves.
  ///   - grid: What the pictures' values stand for.
  /// - Throws: `TorchError` if memory runs out.
  package init(
    weight: Tensor,
    bias: Tensor?,
    movement: KernelMovement,
    grid: QuantizationGrid
  ) throws(TorchError) {
    let rounded = try RoundedWeight(weight)
    var made: OpaquePointer?
    try call("QuantizedConvolution", [weight] + (bias.map { [$0] } ?? [])) {
      ct_quantized_convolution_new(
        rounded.values.handle,
        rounded.scales.handle,
        bias?.handle,
        movement.window,
        grid.scale,
        Int64(grid.zero),
        &made
      )
    }
    handle = try present(made, "QuantizedConvolution")
  }

  deinit { ct_quantized_convolution_free(handle) }

  /// Applies the convolution, for a result of 8 bits.
  ///
  /// - Parameters:
  ///   - pictures: uint8 of the convolution's grid. Shape [N, C in, H, W], channels-last.
  ///   - added: uint8 of the result's shape, and its grid, added before `rectified`; its memory becomes the result's.
  ///   - rectified: Whether what is below 0 becomes 0.
  ///   - grid: What the result's values stand for.
  /// - Returns: uint8, shape [N, C out, H out, W out], channels-last.
  /// - Throws: `TorchError` if shapes do not fit or memory runs out.
  package func callAsFunction(
    _ pictures: Tensor,
    onto added: (values: Tensor, grid: QuantizationGrid)? = nil,
    rectified: Bool = false,
    grid: QuantizationGrid
  ) throws(TorchError) -> Tensor {
    try run(pictures, onto: added, rectified: rectified, dtype: .uint8, grid: grid)
  }

  /// Applies the convolution, for a result of more bits.
  ///
  /// - Parameters:
  ///   - pictures: uint8 of the convolution's grid. Shape [N, C in, H, W], channels-last.
  ///   - rectified: Whether what is below 0 becomes 0.
  ///   - dtype: float32 or bfloat16.
  /// - Returns: Shape [N, C out, H out, W out], channels-last.
  /// - Throws: `TorchError` if shapes do not fit or memory runs out.
  package func callAsFunction(
    _ pictures: Tensor,
    rectified: Bool = false,
    dtype: DType
  ) throws(TorchError) -> Tensor {
    precondition(dtype == .float32 || dtype == .bfloat16, "a result in float32 or bfloat16")
    return try run(
      pictures,
      onto: nil,
      rectified: rectified,
      dtype: dtype,
      grid: QuantizationGrid(scale: 1, zero: 0)
    )
  }

  private func run(
    _ pictures: Tensor,
    onto added: (values: Tensor, grid: QuantizationGrid)?,
    rectified: Bool,
    dtype: DType,
    grid: QuantizationGrid
  ) throws(TorchError) -> Tensor {
    var result: OpaquePointer?
    try call("QuantizedConvolution", [pictures]) {
      ct_quantized_convolution_run(
        handle,
        pictures.handle,
        added?.values.handle,
        added?.grid.scale ?? 1,
        Int64(added?.grid.zero ?? 0),
        rectified,
        dtype.rawValue,
        grid.scale,
        Int64(grid.zero),
        &result
      )
    }
    return Tensor(owning: try present(result, "QuantizedConvolution"))
  }
}
