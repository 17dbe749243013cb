import COnnxRuntime
import Foundation
import Torch

/// ONNX Runtime, opened while running: nothing links it, and where it is not at hand nothing misses it.
package final class ONNXRuntime {
  /// As `1.20.1`.
  package let version: String
  fileprivate let handle: OpaquePointer

  /// Opens a library.
  ///
  /// - Parameter path: The file, or a name that the system's loader finds.
  /// - Throws: ``ModelExportError`` if it is none, or older than 1.14.
  package init(library path: String) throws {
    var handle: OpaquePointer?
    try check(ox_runtime_open(path, &handle), path)
    self.handle = try present(handle, path)
    version = String(cString: ox_runtime_version(self.handle))
  }

  deinit { ox_runtime_close(handle) }

  /// The library that a user named, or else the first that is found.
  ///
  /// - Parameter path: A library, or a folder that holds one: that of a Python package, too.
  /// - Returns: `nil` where nothing was named and none is found.
  /// - Throws: ``ModelExportError`` if what was named is none.
  package static func find(_ path: String?) throws -> ONNXRuntime? {
    if let path {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw ModelExportError(
          place: path,
          message: "no such file or folder; expected ONNX Runtime's library or the folder that "
            + "holds it"
        )
      }
      guard isFolder.boolValue else { return try ONNXRuntime(library: path) }
      guard let library = libraries(in: path).first else {
        throw ModelExportError(
          place: path,
          message: "found no libonnxruntime in this folder; expected ONNX Runtime's library in it, "
            + "in lib/ or in capi/"
        )
      }
      return try ONNXRuntime(library: library)
    }
    let environment = ProcessInfo.processInfo.environment
    let places =
      ["/usr/local/lib", "/opt/homebrew/lib"] + pythonPackages(environment["VIRTUAL_ENV"])
    let names = ["libonnxruntime.so", "libonnxruntime.so.1", "libonnxruntime.dylib"]
    for candidate in names + places.flatMap({ libraries(in: $0) }) {
      if let runtime = try? ONNXRuntime(library: candidate) { return runtime }
    }
    return nil
  }

  /// ONNX Runtime's folders of a Python environment.
  private static func pythonPackages(_ environment: String?) -> [String] {
    guard let environment else { return [] }
    let lib = "\(environment)/lib"
    let pythons = (try? FileManager.default.contentsOfDirectory(atPath: lib)) ?? []
    return pythons.filter { $0.hasPrefix("python") }.sorted()
      .map { "\(lib)/\($0)/site-packages/onnxruntime" }
  }

  /// The libraries in a folder, in its `lib/` and in its `capi/`.
  private static func libraries(in folder: String) -> [String] {
    ["", "/lib", "/capi"].flatMap { part in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + part)) ?? []
      return names.filter { name in
        name.hasPrefix("libonnxruntime.so") || name.hasPrefix("libonnxruntime.dylib")
          || (name.hasPrefix("libonnxruntime.") && name.hasSuffix(".dylib"))
      }.sorted().map { "\(folder)\(part)/\($0)" }
    }
  }
}

/// A model that ONNX Runtime has read.
final class ONNXSession {
  /// The elements of an output.
  enum Values {
    case floats([Float])
    case integers([Int64])
  }

  private let runtime: ONNXRuntime
  private let path: String
  private let handle: OpaquePointer

  init(contentsOf path: String, runtime: ONNXRuntime, threads: Int = 0) throws {
    var handle: OpaquePointer?
    try check(ox_session_open(runtime.handle, path, Int32(threads), &handle), path)
    self.handle = try present(handle, path)
    (self.runtime, self.path) = (runtime, path)
  }

  deinit { ox_session_close(handle) }

  /// Runs the model on float32 tensors, for the outputs that every detector has.
  func run(_ inputs: [(name: String, tensor: Tensor)]) throws -> [Values] {
    var made: OpaquePointer?
    try check(ox_run_new(handle, &made), path)
    let run = try present(made, path)
    defer { ox_run_free(run) }
    for (name, tensor) in inputs {
      let values = try tensor.floats()
      let shape = tensor.shape.map(Int64.init)
      try check(ox_run_add_input(run, name, values, shape, shape.count), path)
    }
    for name in ONNXDetection.outputs { try check(ox_run_add_output(run, name), path) }
    try check(ox_run_execute(run), path)
    return try ONNXDetection.outputs.indices.map { index in
      var output = ox_output()
      try check(ox_run_output(run, index, &output), path)
      if output.is_float {
        return .floats(Array(UnsafeBufferPointer(start: output.floats, count: output.count)))
      }
      return .integers(Array(UnsafeBufferPointer(start: output.integers, count: output.count)))
    }
  }
}

/// Reads the message of one call to the shim; the only place that does.
private func check(_ message: UnsafeMutablePointer<CChar>?, _ place: String) throws {
  guard let message else { return }
  defer { ox_free(message) }
  let text = String(cString: message).split(whereSeparator: \.isNewline).joined(separator: " ")
  throw ModelExportError(place: place, message: "ONNX Runtime: \(text)")
}

private func present(_ handle: OpaquePointer?, _ place: String) throws -> OpaquePointer {
  guard let handle else {
    throw ModelExportError(place: place, message: "ONNX Runtime: no result was given")
  }
  return handle
}
