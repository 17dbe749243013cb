import CTorch

/// Reads the status of one call to the shim.
func call(
  _ operation: String,
  shapes: @autoclosure () -> [[Int]],
  _ body: () -> ct_status
) throws(TorchError) {
  let status = body()
  guard status.code != CT_OK else { return }
  throw TorchError(takingOver: status.message, of: status.code, operation, shapes: shapes())
}

extension TorchError {
  /// What a status says that is not CT_OK; the only place that reads one, and frees its message.
  package init(
    takingOver text: UnsafeMutablePointer<CChar>?,
    of code: Int32,
    _ operation: String,
    shapes: [[Int]]
  ) {
    defer { ct_message_free(text) }
    self.init(
      Code(rawValue: code) ?? .failed,
      operation: operation,
      shapes: shapes,
      message: oneLine(text.map { String(cString: $0) } ?? "LibTorch gave no reason")
    )
  }
}

/// Calls the shim on tensors, for no result.
func call(
  _ operation: String,
  _ operands: @autoclosure () -> [Tensor],
  _ body: () -> ct_status
) throws(TorchError) {
  try call(operation, shapes: operands().map(\.shape), body)
}

/// Calls the shim for a +1 handle; `shape` is the shape asked for.
func newHandle(
  _ operation: String,
  _ shape: @autoclosure () -> [Int]? = nil,
  _ body: (UnsafeMutablePointer<OpaquePointer?>) -> ct_status
) throws(TorchError) -> OpaquePointer {
  var handle: OpaquePointer?
  try call(operation, shapes: shape().map { [$0] } ?? []) { body(&handle) }
  return try present(handle, operation)
}

/// Calls the shim on tensors, for a tensor.
func result(
  _ operation: String,
  _ operands: @autoclosure () -> [Tensor],
  _ body: (UnsafeMutablePointer<OpaquePointer?>) -> ct_status
) throws(TorchError) -> Tensor {
  var handle: OpaquePointer?
  try call(operation, operands()) { body(&handle) }
  return Tensor(owning: try present(handle, operation))
}

/// Calls the shim on tensors, for two tensors.
func results(
  _ operation: String,
  _ operands: @autoclosure () -> [Tensor],
  _ body: (UnsafeMutablePointer<OpaquePointer?>, UnsafeMutablePointer<OpaquePointer?>) -> ct_status
) throws(TorchError) -> (Tensor, Tensor) {
  var second: OpaquePointer?
  let first = try result(operation, operands()) { body($0, &second) }
  return (first, Tensor(owning: try present(second, operation)))
}

func present(
  _ handle: OpaquePointer?,
  _ operation: String
) throws(TorchError) -> OpaquePointer {
  guard let handle else {
    throw TorchError(.failed, operation: operation, shapes: [], message: "no result was given")
  }
  return handle
}

private func oneLine(_ message: String) -> String {
  message.split(whereSeparator: \.isNewline)
    .map { String($0.drop(while: \.isWhitespace)) }
    .joined(separator: " ")
}
