import CTorch

// LibTorch's modes belong to a thread. They are synchronous closures here because a task may go on
// on another thread after an `await`; the mode that was there before comes back in any case.

/// Whether operations are recorded for differentiation here and now.
package var isRecordingGradient: Bool { ct_gradient_enabled() }

/// Runs operations without recording them for differentiation.
/// - Parameter body: The operations.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws.
public func withoutGradient<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  try withGradientMode(false, body)
}

/// Records operations again, inside ``withoutGradient(_:)``.
/// - Parameter body: The operations.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws.
public func withGradient<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  try withGradientMode(true, body)
}

private func withGradientMode<Result, Failure: Error>(
  _ enabled: Bool,
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let previous = ct_gradient_enabled()
  ct_set_gradient_enabled(enabled)
  defer { ct_set_gradient_enabled(previous) }
  return try body()
}

/// Runs operations whose results never take part in differentiation, not even later: the fastest.
///
/// Without memory for the mode itself, `body` runs in ``withoutGradient(_:)``, with equal numbers.
/// - Parameter body: The operations.
/// - Returns: What `body` returns; its tensors cannot be used where gradients are recorded.
/// - Throws: What `body` throws.
public func withInferenceMode<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  var mode: OpaquePointer?
  let status = ct_inference_mode_enter(&mode)
  ct_message_free(status.message)
  defer { mode.map(ct_inference_mode_leave) }
  return try withoutGradient(body)
}

/// Runs convolutions and matrix products in a shorter dtype; sums and losses keep `.float32`.
///
/// Gradients and parameters stay `.float32`. Leave the closure before the backward pass.
/// - Parameters:
///   - dtype: The short dtype: `.bfloat16`, or `.float16` on CUDA.
///   - device: Which kind of device it is for.
///   - body: The operations.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws.
public func withAutocast<Result, Failure: Error>(
  _ dtype: DType,
  on device: Device = .cpu,
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  precondition(dtype == .bfloat16 || dtype == .float16, "autocast needs a short floating type")
  var previous = ct_autocast_state()
  let status = ct_autocast_enter(device.kind, dtype.rawValue, &previous)
  ct_message_free(status.message)
  let entered = status.code == CT_OK
  defer { if entered { ct_autocast_leave(device.kind, previous) } }
  return try body()
}
