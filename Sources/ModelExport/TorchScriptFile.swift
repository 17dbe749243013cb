import BoxGeometry
import DetectionModels
import Foundation
import ModelGraph
import Torch

/// Writes a model as TorchScript.
enum TorchScriptFile {
  /// - Parameters:
  ///   - model: The network.
  ///   - path: The file to write.
  ///   - goal: What the file is going to be, for the error.
  /// - Throws: ``ModelExportError`` if a field cannot be expressed or the file cannot be written; `TorchError`.
  static func write(_ model: RetinaNet, to path: String, goal: String) throws {
    let rules = try DetectionRules(model.configuration)
    let graph = try NetworkGraph(model)
    var buffers = try graph.tensors.map { tensor in
      let value = try tensor.value()
      return (
        name: TorchScriptSource.attribute(tensor.name),
        tensor: tensor.shape.count == 4 ? try value.channelsLast() : try value.contiguous()
      )
    }
    for level in rules.levels {
      let corners = level.cell.flatMap { box in (0..<4).map { box.corners[$0] } }
      buffers.append(
        (TorchScriptSource.anchors(level), try Tensor(corners, shape: [level.cell.count, 4]))
      )
    }
    let module = try ScriptModule(
      name: "__torch__.focal.RetinaNet",
      buffers: buffers,
      source: TorchScriptSource(graph, rules).text
    )
    let note = try ModelMetadata(model.configuration).object
    do {
      try module.save(to: path, noteName: ModelMetadata.fileName, note: note)
    } catch {
      throw ModelExportError(place: goal, message: "cannot be written: \(error.message)")
    }
  }
}
