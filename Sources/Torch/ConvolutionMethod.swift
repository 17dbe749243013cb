import CTorch

/// How a 3×3 convolution of stride 1 and padding 1 is computed in main memory.
package enum ConvolutionMethod {
  /// By Winograd's filtering where that is faster, else by its definition; a build that is not
  /// optimised always by its definition.
  case usual
  /// By its definition, as LibTorch does.
  case direct
  /// By Winograd's minimal filtering F(4×4, 3×3) wherever float32 weights allow it.
  ///
  /// A quarter of the multiplications, in float32 whatever the pictures are. An error is at most some
  /// 2e-5 of the greatest output, ten times that of the definition in float32 and a hundredth of that
  /// of bfloat16. NaN and infinity make NaN of all that their tiles of 4×4 outputs see.
  /// - Note: Winograd 1980; Lavin and Gray 2016, *Fast Algorithms for Convolutional Neural Networks*.
  case winograd

  fileprivate var choice: Int32 {
    switch self {
    case .usual: Int32(CT_WINOGRAD_USUALLY)
    case .direct: Int32(CT_WINOGRAD_NEVER)
    case .winograd: Int32(CT_WINOGRAD_ALWAYS)
    }
  }
}

/// Computes convolutions by one method on the calling thread, for tests and benchmarks.
///
/// - Parameters:
///   - method: The method.
///   - instructionSet: `AVX-512`, `AVX2` or `portable` for Winograd's; `nil` is the best there is.
///   - body: What computes, its backward pass included.
/// - Returns: What `body` returns; `nil` where there are no such instructions.
/// - Throws: What `body` throws.
package func withConvolutions<Result, Failure: Error>(
  _ method: ConvolutionMethod,
  instructionSet: String? = nil,
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result? {
  if let instructionSet {
    guard instructionSet.withCString({ ct_choose_winograd_instruction_set($0) }) else { return nil }
  }
  let previous = ct_winograd()
  ct_set_winograd(method.choice)
  defer {
    ct_set_winograd(previous)
    _ = ct_choose_winograd_instruction_set(nil)
  }
  return try body()
}
