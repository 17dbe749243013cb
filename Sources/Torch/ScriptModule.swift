import CTorch

/// A network as TorchScript: compiled from source by LibTorch itself, or read from a file, and run without Python.
package final class ScriptModule {
  private let handle: OpaquePointer

  /// The text that travels in the file beside the network; empty where it holds none.
  package let note: String

  deinit { ct_script_free(handle) }

  /// Compiles a network.
  ///
  /// - Parameters:
  ///   - name: The qualified name of its class, as `__torch__.focal.RetinaNet`.
  ///   - buffers: The tensors that the source sees as attributes of `self`; no copies are made.
  ///   - source: The methods, in TorchScript's part of Python.
  /// - Throws: ``TorchError`` if the source does not compile.
  package init(name: String, buffers: [(name: String, tensor: Tensor)], source: String)
    throws(TorchError)
  {
    handle = try newHandle("ScriptModule") { ct_script_new(name, $0) }
    note = ""
    for buffer in buffers {
      try call("ScriptModule.buffer \(buffer.name)", [buffer.tensor]) {
        ct_script_add_buffer(handle, buffer.name, buffer.tensor.handle)
      }
    }
    try call("ScriptModule.define", shapes: []) { ct_script_define(handle, source) }
  }

  /// Reads a network.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - noteName: The name of the text beside the network.
  /// - Throws: ``TorchError`` if it is no TorchScript file, or one that this LibTorch cannot read.
  package init(contentsOf path: String, noteName: String) throws(TorchError) {
    var text: UnsafeMutablePointer<CChar>?
    handle = try newHandle("ScriptModule(contentsOf:)") {
      ct_script_load(path, noteName, $0, &text)
    }
    note = text.map { String(cString: $0) } ?? ""
    ct_message_free(text)
  }

  /// Writes the network.
  ///
  /// - Parameters:
  ///   - path: The file; what is there is overwritten.
  ///   - noteName: The name of the text beside the network.
  ///   - note: The text.
  /// - Throws: ``TorchError`` if the file cannot be written.
  package func save(to path: String, noteName: String, note: String) throws(TorchError) {
    try call("ScriptModule.save", shapes: []) { ct_script_save(handle, path, noteName, note) }
  }

  /// Runs `forward`.
  ///
  /// - Parameters:
  ///   - inputs: Its arguments.
  ///   - outputCount: How many tensors the tuple that it returns holds, at least 1.
  /// - Returns: The tensors of the tuple.
  /// - Throws: ``TorchError`` if the network refuses the inputs, returns something else, or memory runs out.
  package func callAsFunction(_ inputs: [Tensor], outputCount: Int) throws(TorchError) -> [Tensor] {
    precondition(outputCount > 0, "expected at least one output")
    var handles = [OpaquePointer?](repeating: nil, count: outputCount)
    try call("ScriptModule", inputs) {
      ct_script_run(handle, inputs.map(\.handle), inputs.count, &handles, outputCount)
    }
    let tensors = handles.compactMap { $0.map { Tensor(owning: $0) } }
    guard tensors.count == outputCount else {
      let message = "no result was given"
      throw TorchError(.failed, operation: "ScriptModule", shapes: [], message: message)
    }
    return tensors
  }
}
