package import DetectionModels
package import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The formats that other programs read.
package enum ExportFormat: String, Codable, Hashable, Sendable, CaseIterable {
  case onnx, torchscript
}

/// Takes a model elsewhere: a whole graph, from normalised pictures to detections.
package enum ModelExporter {
  /// Writes a model in another format.
  ///
  /// - Parameters:
  ///   - model: The network; what its configuration says of thresholds and limits is in the graph.
  ///   - format: What to write.
  ///   - url: The file; written beside its final name, then renamed.
  /// - Throws: ``ModelExportError`` if a field cannot be expressed or the file cannot be written; `TorchError`.
  package static func write(_ model: RetinaNet, as format: ExportFormat, to url: URL) throws {
    let name = ".\(url.lastPathComponent).\(UUID().uuidString)"
    let temporary = url.deletingLastPathComponent().appendingPathComponent(name).path
    let file = try OutputFile(temporary, goal: url.path)
    do {
      switch format {
      case .onnx: try ONNXFile.write(model, to: file)
      case .torchscript: try TorchScriptFile.write(model, to: temporary, goal: url.path)
      }
      try file.finish()
    } catch {
      unlink(temporary)
      throw error
    }
  }
}
