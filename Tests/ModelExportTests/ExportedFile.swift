import BoxGeometry
import DetectionModels
import Foundation
import ModelExport
import Testing
import Torch

/// ONNX Runtime for tests: what `focal` itself would find, or the environment that `Scripts/golden/export_check.py` made.
enum TestRuntime {
  static let absence: Comment =
    "no ONNX Runtime at hand: activate a Python environment that has it, or run Scripts/golden/export_check.py"

  static var isAtHand: Bool { (try? open()) != nil }

  static func open() throws -> ONNXRuntime? {
    if let found = try ONNXRuntime.find(nil) { return found }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let lib = root.appendingPathComponent("Scripts/golden/.venv/export_check/lib").path
    let pythons = (try? FileManager.default.contentsOfDirectory(atPath: lib)) ?? []
    for python in pythons.sorted() {
      let package = "\(lib)/\(python)/site-packages/onnxruntime"
      guard FileManager.default.fileExists(atPath: package) else { continue }
      return try ONNXRuntime.find(package)
    }
    return nil
  }
}

/// A model, and the file that was exported from it, read back.
struct ExportedFile {
  let model: RetinaNet
  let exported: ExportedModel
  private let folder: TemporaryFolder

  init(_ model: RetinaNet, as format: ExportFormat) throws {
    self.model = model
    folder = try TemporaryFolder()
    let url = folder.file("model")
    try ModelExporter.write(model, as: format, to: url)
    switch format {
    case .torchscript: exported = try ExportedModel(torchScript: url)
    case .onnx:
      let runtime = try #require(try TestRuntime.open())
      exported = try ExportedModel(onnx: url, runtime: runtime)
    }
  }

  /// The model's own detections and the file's.
  func detections(
    in images: Tensor,
    sizes: [(width: Int, height: Int)]
  ) throws -> (own: [[ScoredBox]], file: [[ScoredBox]]) {
    let own = try withInferenceMode { try model.detections(in: images, sizes: sizes) }
    return (own, try exported.detections(in: images, sizes: sizes))
  }

  /// Expects both to find the same; returns how much.
  @discardableResult
  func expectSame(
    in images: Tensor,
    sizes: [(width: Int, height: Int)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Int {
    let (own, file) = try detections(in: images, sizes: sizes)
    try #require(own.count == file.count, sourceLocation: sourceLocation)
    var parity = DetectionParity()
    for (own, file) in zip(own, file) {
      parity.add(
        expected: own,
        found: file,
        scoreThreshold: model.configuration.detection.scoreThreshold,
        limit: model.configuration.detection.detectionsPerImage
      )
      let scores = file.map(\.score)
      #expect(scores == scores.sorted(by: >), sourceLocation: sourceLocation)
    }
    #expect(parity.mismatched == 0, "of \(parity.detections)", sourceLocation: sourceLocation)
    #expect(parity.largestBoxDifference < 0.01, sourceLocation: sourceLocation)
    #expect(parity.largestScoreDifference < 1e-4, sourceLocation: sourceLocation)
    return parity.detections
  }
}
