import BoxGeometry
import DetectionModels
import Foundation
import Testing
import Torch

@testable import ModelExport

@Suite(.serialized) struct ONNXRuntimeTests {
  @Test func `a place that is none is an error that names it`() throws {
    let folder = try TemporaryFolder()
    let missing = folder.file("none").path
    let first = #expect(throws: ModelExportError.self) { try ONNXRuntime.find(missing) }
    #expect(first?.place == missing)
    let second = #expect(throws: ModelExportError.self) { try ONNXRuntime.find(folder.url.path) }
    #expect(second?.message.contains("libonnxruntime") == true)
    let text = folder.file("libonnxruntime.so")
    try Data("no library".utf8).write(to: text)
    #expect(throws: ModelExportError.self) { try ONNXRuntime.find(text.path) }
    #expect(throws: ModelExportError.self) { try ONNXRuntime.find(folder.url.path) }
  }

  @Test(.enabled(if: TestRuntime.isAtHand, TestRuntime.absence))
  func `a file that is no model is refused`() throws {
    let runtime = try #require(try TestRuntime.open())
    let folder = try TemporaryFolder()
    let url = folder.file("model.onnx")
    try Data("no model".utf8).write(to: url)
    let error = #expect(throws: ModelExportError.self) {
      try ExportedModel(onnx: url, runtime: runtime)
    }
    #expect(error?.place == url.path)
    #expect(error.map { !$0.message.contains("\n") } == true)
  }

  @Test(.enabled(if: TestRuntime.isAtHand, TestRuntime.absence))
  func `without sizes a picture fills the input`() throws {
    let model = try RetinaNet(talkative: ExportCase.all[0].configuration)
    let folder = try TemporaryFolder()
    let url = folder.file("model.onnx")
    try ModelExporter.write(model, as: .onnx, to: url)
    let runtime = try #require(try TestRuntime.open())
    let session = try ONNXSession(contentsOf: url.path, runtime: runtime)
    let images = try noise(images: 2, width: 70, height: 50)
    let sizes = try Tensor([Float(70), 50, 70, 50], shape: [2, 2])
    let with = try session.run([("images", images), ("sizes", sizes)])
    let without = try session.run([("images", images)])
    guard case .floats(let a) = with[0], case .floats(let b) = without[0] else {
      Issue.record("boxes are floats")
      return
    }
    #expect(!a.isEmpty && a == b)
  }

  @Test(.enabled(if: TestRuntime.isAtHand, TestRuntime.absence))
  func `an input of another shape is an error`() throws {
    let model = try RetinaNet(talkative: ExportCase.all[0].configuration)
    let folder = try TemporaryFolder()
    let url = folder.file("model.onnx")
    try ModelExporter.write(model, as: .onnx, to: url)
    let runtime = try #require(try TestRuntime.open())
    let session = try ONNXSession(contentsOf: url.path, runtime: runtime)
    let images = try Tensor.zeros(shape: [1, 4, 32, 32])
    #expect(throws: ModelExportError.self) { try session.run([("images", images)]) }
  }
}
