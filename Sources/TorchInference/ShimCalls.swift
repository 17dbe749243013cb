import CTorch
import Torch

/// Reads the status of one call to this module's shim.
func call(
  _ operation: String,
  _ operands: @autoclosure () -> [Tensor] = [],
  _ body: () -> ct_status
) throws(TorchError) {
  let status = body()
  guard status.code != CT_OK else { return }
  throw TorchError(
    takingOver: status.message,
    of: status.code,
    operation,
    shapes: operands().map(\.shape)
  )
}

/// A handle that a successful call gave.
func present(_ handle: OpaquePointer?, _ operation: String) throws(TorchError) -> OpaquePointer {
  guard let handle else {
    throw TorchError(.failed, operation: operation, shapes: [], message: "no result was given")
  }
  return handle
}
