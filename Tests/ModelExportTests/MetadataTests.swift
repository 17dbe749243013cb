import BoxGeometry
import DetectionModels
import Foundation
import SwiftProtobuf
import Testing
import Torch

@testable import ModelExport

/// What an exported file says of itself, in both formats.
struct MetadataTests {
  private let configuration: RetinaNetConfiguration
  private let folder: TemporaryFolder

  init() throws {
    configuration =
      ExportCase("") {
        $0.categories = ["cat \"A\"", "dög", "owl"]
        $0.categoryIDs = [3, 5, 90]
        $0.input.channelOrder = .bgr
        $0.input.pixelRange = .bytes
        $0.input.mean = [102, 51, 204]
        $0.input.standardDeviation = [255, 51, 25.5]
        $0.input.resize = ResizeRule(shortSide: 320, longSideCap: 500, multiple: 64)
      }.configuration
    folder = try TemporaryFolder()
  }

  private func check(_ entries: [String: Any]) throws {
    #expect(entries["focal.categories"] as? [String] == ["cat \"A\"", "dög", "owl"])
    #expect(entries["focal.category_ids"] as? [Int] == [3, 5, 90])
    #expect(entries["focal.version"] as? Int == 1)
    let input = try #require(entries["focal.input"] as? [String: Any])
    #expect(input["color"] as? String == "RGB")
    #expect(input["shortSide"] as? Int == 320 && input["longSideCap"] as? Int == 500)
    #expect(input["multiple"] as? Int == 64)
    // Red first, and for pixels of 0...1, whatever the network was trained on.
    let mean = try #require(input["mean"] as? [Double])
    #expect(zip(mean, [0.8, 0.2, 0.4]).allSatisfy { abs($0 - $1) < 1e-6 })
    let deviation = try #require(input["standardDeviation"] as? [Double])
    #expect(zip(deviation, [0.1, 0.2, 1]).allSatisfy { abs($0 - $1) < 1e-6 })
    let written = try #require(entries["focal.configuration"])
    let own = try JSONSerialization.data(withJSONObject: written)
    #expect(try JSONDecoder().decode(RetinaNetConfiguration.self, from: own) == configuration)
  }

  @Test func `TorchScript carries it as one JSON file`() throws {
    let url = folder.file("model.pt")
    try ModelExporter.write(RetinaNet(talkative: configuration), as: .torchscript, to: url)
    let note = try ScriptModule(contentsOf: url.path, noteName: "focal.json").note
    let object = try JSONSerialization.jsonObject(with: Data(note.utf8))
    try check(try #require(object as? [String: Any]))
  }

  @Test func `ONNX carries it as properties`() throws {
    let url = folder.file("model.onnx")
    try ModelExporter.write(RetinaNet(talkative: configuration), as: .onnx, to: url)
    let model = try ONNXModelProto(serializedBytes: Data(contentsOf: url))
    var entries: [String: Any] = [:]
    for property in model.metadataProps {
      entries[property.key] = try JSONSerialization.jsonObject(
        with: Data(property.value.utf8),
        options: .fragmentsAllowed
      )
    }
    try check(entries)
  }
}
