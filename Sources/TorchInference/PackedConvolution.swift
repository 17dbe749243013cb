import CTorch
import CTorchInference
package import Torch

/// How the kernel of a convolution moves.
package struct KernelMovement: Hashable, Sendable {
  /// How many pixels it moves.
  package var stride: Int
  /// How many zeros are put around the picture.
  package var padding: Int
  /// How many pixels apart its taps are.
  package var dilation: Int
  /// Into how many groups the channels fall.
  package var groups: Int

  /// - Parameters:
  ///   - stride: How many pixels it moves.
  ///   - padding: How many zeros are put around the picture.
  ///   - dilation: How many pixels apart its taps are.
  ///   - groups: Into how many groups the channels fall.
  package init(stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1) {
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  var window: ct_convolution_window {
    ct_convolution_window(stride: stride, padding: padding, dilation: dilation, groups: groups)
  }
}

/// A convolution whose weights are packed once for the machine, with what comes after it in the same pass.
///
/// 3×3 kernels of stride 1 go by Winograd's filtering where that is faster, in float32 whatever the pictures are; all
/// others by oneDNN's kernels. Main memory only, no differentiation; used on one thread at a time.
package final class PackedConvolution {
  private let handle: OpaquePointer

  /// Keeps the weights; they are packed with the first pictures.
  ///
  /// - Parameters:
  ///   - weight: The kernels, float32. Shape [C out, C in / groups, side, side].
  ///   - bias: Added to each output channel, float32. Shape [C out].
  ///   - movement: How the kernel moves.
  ///   - dtype: Of the arithmetic: float32 or bfloat16.
  /// - Throws: `TorchError` if memory runs out.
  package init(
    weight: Tensor,
    bias: Tensor?,
    movement: KernelMovement,
    dtype: DType
  ) throws(TorchError) {
    precondition(dtype == .float32 || dtype == .bfloat16, "arithmetic in float32 or bfloat16")
    var made: OpaquePointer?
    try call("PackedConvolution", [weight] + (bias.map { [$0] } ?? [])) {
      ct_packed_convolution_new(
        weight.handle,
        bias?.handle,
        movement.window,
        dtype.rawValue,
        &made
      )
    }
    handle = try present(made, "PackedConvolution")
  }

  deinit { ct_packed_convolution_free(handle) }

  /// Whether these pictures would go by Winograd's filtering.
  ///
  /// - Parameter pictures: At least one. Shape [N, C in, H, W] each.
  /// - Returns: False: by the definition.
  package func filters(_ pictures: [Tensor]) -> Bool {
    ct_packed_convolution_filters(handle, pictures.map(\.handle), pictures.count)
  }

  /// Applies the convolution.
  ///
  /// - Parameters:
  ///   - pictures: Of one dtype. Shape [N, C in, H, W] each; channels-last for speed.
  ///   - added: Added to each result before `rectified`; of the result's shape. `nil` adds nothing.
  ///   - rectified: Whether what is below 0 becomes 0.
  ///   - dtype: Of the results.
  ///   - wanted: What is looked at of each result: shape [N, 1, H, W], float32, not 0 where it is. Other places may be
  ///     left 0. `nil`: all.
  /// - Returns: For each of the pictures, shape [N, C out, H out, W out], channels-last.
  /// - Throws: `TorchError` if shapes do not fit or memory runs out.
  package func callAsFunction(
    _ pictures: [Tensor],
    adding added: [Tensor]? = nil,
    rectified: Bool = false,
    dtype: DType,
    wanted: [Tensor]? = nil
  ) throws(TorchError) -> [Tensor] {
    precondition(added.map { $0.count == pictures.count } ?? true, "something for each to add")
    precondition(wanted.map { $0.count == pictures.count } ?? true, "marks for each")
    var results = [OpaquePointer?](repeating: nil, count: pictures.count)
    try call("PackedConvolution", pictures) {
      ct_packed_convolution_run(
        handle,
        pictures.map(\.handle),
        pictures.count,
        added?.map(\.handle),
        rectified,
        dtype.rawValue,
        wanted?.map(\.handle),
        &results
      )
    }
    return try results.map { handle throws(TorchError) in
      Tensor(owning: try present(handle, "PackedConvolution"))
    }
  }
}
