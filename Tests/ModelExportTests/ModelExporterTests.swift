import DetectionModels
import Foundation
import ModelExport
import Testing
import Torch

struct ModelExporterTests {
  private let model: RetinaNet

  init() throws { model = try RetinaNet(talkative: ExportCase("").configuration) }

  @Test(arguments: ExportFormat.allCases)
  func `a file takes the place of another and leaves nothing beside it`(
    format: ExportFormat
  ) throws {
    let folder = try TemporaryFolder()
    let url = folder.file("model")
    try Data("old".utf8).write(to: url)
    try ModelExporter.write(model, as: format, to: url)
    #expect(try folder.names == ["model"])
    #expect(try Data(contentsOf: url).count > 100_000)
  }

  @Test(arguments: ExportFormat.allCases)
  func `the same model gives the same bytes`(format: ExportFormat) throws {
    let folder = try TemporaryFolder()
    try ModelExporter.write(model, as: format, to: folder.file("a"))
    try ModelExporter.write(model, as: format, to: folder.file("b"))
    #expect(try Data(contentsOf: folder.file("a")) == Data(contentsOf: folder.file("b")))
  }

  @Test(arguments: ExportFormat.allCases)
  func `a folder that is not there is an error that names the goal`(format: ExportFormat) throws {
    let folder = try TemporaryFolder()
    let url = folder.file("none").appendingPathComponent("model")
    let error = #expect(throws: ModelExportError.self) {
      try ModelExporter.write(model, as: format, to: url)
    }
    #expect(error?.place == url.path)
    #expect(error?.message.contains("no such file or folder") == true)
  }

  @Test(arguments: ExportFormat.allCases)
  func `a goal that is a folder stays one`(format: ExportFormat) throws {
    let folder = try TemporaryFolder()
    let goal = folder.file("folder")
    try FileManager.default.createDirectory(at: goal, withIntermediateDirectories: false)
    #expect(throws: ModelExportError.self) {
      try ModelExporter.write(model, as: format, to: goal)
    }
    #expect(try folder.names == ["folder"])
  }
}
