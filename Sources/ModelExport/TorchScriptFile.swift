import BoxGeometry
import DetectionModels
import Foundation
import Torch

/// Writes a model as TorchScript.
enum TorchScriptFile {
  static func write(_ model: RetinaNet, to path: String) throws {
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
    try module.save(
      to: path,
      noteName: ModelMetadata.fileName,
      note: ModelMetadata(model.configuration).object
    )
  }
}
