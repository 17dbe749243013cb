import BoxGeometry
import DetectionModels
import Foundation
import Testing
import Torch
import TorchTestSupport

@testable import ModelExport

struct TorchScriptFileTests {
  @Test func `without sizes a picture fills the input`() throws {
    let model = try RetinaNet(talkative: ExportCase.all[0].configuration)
    let folder = try TemporaryFolder()
    let url = folder.file("model.pt")
    try ModelExporter.write(model, as: .torchscript, to: url)
    let module = try ScriptModule(contentsOf: url.path, noteName: ModelMetadata.fileName)
    let images = try noise(images: 2, width: 70, height: 50)
    let sizes = try Tensor([Float(70), 50, 70, 50], shape: [2, 2])
    let with = try module([images, sizes], outputCount: 4)
    let without = try module([images], outputCount: 4)
    #expect(try !with[0].floats().isEmpty)
    #expect(try with[0].floats() == without[0].floats())
    #expect(with.map(\.dtype) == [.float32, .float32, .int64, .int64])
    let most = try #require(try with[3].int64s().max())
    #expect(with.map(\.shape) == [[2, Int(most), 4], [2, Int(most)], [2, Int(most)], [2]])
  }

  /// The second picture is a strip without detections: its rows are padding.
  @Test func `behind a picture's last detection there are zeros and labels of -1`() throws {
    let model = try RetinaNet(talkative: ExportCase.all[0].configuration)
    let folder = try TemporaryFolder()
    let url = folder.file("model.pt")
    try ModelExporter.write(model, as: .torchscript, to: url)
    let module = try ScriptModule(contentsOf: url.path, noteName: ModelMetadata.fileName)
    let sizes = try Tensor([Float(96), 96, 0, 0], shape: [2, 2])
    let outputs = try module([noise(images: 2, width: 96, height: 96), sizes], outputCount: 4)
    let counts = try outputs[3].int64s()
    #expect(counts[0] > 0 && counts[1] == 0)
    #expect(try outputs[0].select(dim: 0, index: 1).floats().allSatisfy { $0 == 0 })
    #expect(try outputs[1].select(dim: 0, index: 1).floats().allSatisfy { $0 == 0 })
    #expect(try outputs[2].select(dim: 0, index: 1).int64s().allSatisfy { $0 == -1 })
  }

  @Test func `what cannot be written is told by the name of the goal`() throws {
    let model = try RetinaNet(talkative: ExportCase("").configuration)
    let folder = try TemporaryFolder()
    let error = #expect(throws: ModelExportError.self) {
      try TorchScriptFile.write(model, to: folder.url.path, goal: "goal.pt")
    }
    #expect(error?.place == "goal.pt")
    #expect(error?.message.hasPrefix("cannot be written: ") == true)
    #expect(error.map { !$0.message.contains("\n") } == true)
  }

  @Test func `a file that is none is refused`() throws {
    let folder = try TemporaryFolder()
    let url = folder.file("model.pt")
    try Data("no model".utf8).write(to: url)
    #expect(throws: TorchError.self) { try ExportedModel(torchScript: url) }
  }
}
