import DetectionModels
import Foundation
import SwiftProtobuf
import Testing
import Torch

@testable import ModelExport

/// The file's structure, without ONNX Runtime.
struct ONNXFileTests {
  private func written(_ export: ExportCase) throws -> ONNXModelProto {
    let folder = try TemporaryFolder()
    let url = folder.file("model.onnx")
    try ModelExporter.write(RetinaNet(talkative: export.configuration), as: .onnx, to: url)
    return try ONNXModelProto(serializedBytes: Data(contentsOf: url))
  }

  /// 300 is 0b10_0101100: the low seven bits first, marked that more follow.
  @Test func `a field starts with its number, its type and its length`() {
    #expect(Framing.start(ofField: 7, length: 5) == [0x3A, 5])
    #expect(Framing.start(ofField: 9, length: 300) == [0x4A, 0xAC, 0x02])
    #expect(Framing.start(ofField: 5, length: 0) == [0x2A, 0])
    #expect(Framing.size(ofField: 127) == 129 && Framing.size(ofField: 128) == 131)
  }

  @Test(arguments: ExportCase.all)
  func `every value is made once, before it is read, and every weight is read`(
    export: ExportCase
  ) throws {
    let graph = try written(export).graph
    var known = Set(graph.input.map(\.name)).union(graph.initializer.map(\.name))
    #expect(known.count == graph.initializer.count + 1, "sizes is an input with a value")
    var read: Set<String> = []
    for node in graph.node {
      for input in node.input where !input.isEmpty {
        #expect(known.contains(input), "\(node.name)")
        read.insert(input)
      }
      for output in node.output { #expect(known.insert(output).inserted, "\(output)") }
    }
    #expect(graph.output.map(\.name) == ONNXDetection.outputs)
    #expect(graph.output.allSatisfy { known.contains($0.name) })
    #expect(graph.initializer.allSatisfy { read.contains($0.name) })
    for tensor in graph.initializer {
      let size = tensor.dataType == ONNXElement.float.rawValue ? 4 : 8
      #expect(tensor.rawData.count == tensor.dims.reduce(size) { $0 * Int($1) }, "\(tensor.name)")
    }
  }

  @Test func `norms are folded, so that no graph holds one`() throws {
    for norm in [BackboneNorm.frozen, .batch] {
      let graph = try written(ExportCase("") { $0.backbone.norm = norm }).graph
      #expect(!graph.node.contains { $0.opType == "BatchNormalization" })
      #expect(!graph.initializer.contains { $0.name.contains(".bn") })
      #expect(graph.node.filter { $0.opType == "InstanceNormalization" }.isEmpty)
    }
  }

  @Test func `batch, height, width and detections are dynamic`() throws {
    let model = try written(ExportCase(""))
    let shape = try #require(model.graph.input.first).type.tensorType.shape.dim
    #expect(shape.map(\.dimParam) == ["images", "", "height", "width"])
    #expect(shape[1].dimValue == 3)
    #expect(model.opsetImport.map(\.version) == [18] && model.irVersion == 8)
  }

  @Test func `a file that no reader would take is refused`() {
    #expect(throws: Never.self) { try ONNXFile.check(size: Int(Int32.max), "m.onnx") }
    let error = #expect(throws: ModelExportError.self) {
      try ONNXFile.check(size: Int(Int32.max) + 1, "m.onnx")
    }
    #expect(error?.place == "m.onnx" && error?.message.contains("torchscript") == true)
  }
}
