import DetectionTraining
import Foundation
import Testing

struct RunFolderTests {
  @Test func `a folder with a run in it is not begun again`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try folder.create()
    try FileManager.default.createDirectory(
      at: folder.checkpoints.appendingPathComponent("step-0000000003"),
      withIntermediateDirectories: true
    )
    let error = #expect(throws: TrainingError.self) { try folder.create() }
    #expect(error?.code == .folderInUse)
    #expect(error?.message.hasPrefix(folder.url.path) == true)
    #expect(error?.message.contains("--resume \(folder.url.path)") == true)
  }

  @Test func `metrics alone keep a folder from being begun again`() throws {
    let folder = RunFolder(try TemporaryFolder().url)
    try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder.url) }
    try Data().write(to: folder.metrics)
    #expect(throws: TrainingError.self) { try folder.create() }
  }

  @Test(arguments: [
    "data.json", "recipe.yaml", "metrics.jsonl", "best.safetensors", "mine.safetensors",
  ])
  func `a file that no run wrote is not written over`(name: String) throws {
    let temporary = try TemporaryFolder()
    let file = temporary.url.appendingPathComponent(name)
    try Data(#"{"images": [], "annotations": [], "categories": []}"#.utf8).write(to: file)
    let error = #expect(throws: TrainingError.self) { try RunFolder(temporary.url).create() }
    #expect(error?.code == .folderInUse)
    #expect(error?.message.hasPrefix(file.path) == true, "\(error as Any)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.url.path) == [name])
  }

  @Test func `a run that came to no checkpoint is begun again`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try folder.create()
    try RunData(train: "synth:6:1", validation: "synth:2:2", images: nil).write(to: folder)
    for file in [folder.recipe, folder.metrics] { try Data("x: 1\n".utf8).write(to: file) }
    let partial = folder.checkpoints.appendingPathComponent("step-0000000003.partial")
    try FileManager.default.createDirectory(at: partial, withIntermediateDirectories: true)
    try folder.create()
    // Weights are worth keeping, whatever became of the checkpoints.
    try Data().write(to: folder.best)
    #expect(throws: TrainingError.self) { try folder.create() }
  }

  @Test func `an existing folder without a run is taken`() throws {
    let temporary = try TemporaryFolder()
    let folder = RunFolder(temporary.url)
    try Data("notes".utf8).write(to: temporary.url.appendingPathComponent("notes.txt"))
    try folder.create()
    #expect(FileManager.default.fileExists(atPath: folder.checkpoints.path))
  }

  @Test func `a file in the folder's place is told`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try Data().write(to: folder.url)
    let error = #expect(throws: TrainingError.self) { try folder.create() }
    let expected = "a part of the path is a file and no folder; check the path"
    #expect(error?.message == "\(folder.url.path): the run folder cannot be made: \(expected)")
  }
}

struct RunDataTests {
  @Test(arguments: [nil, "/pictures"] as [String?])
  func `what a run was started with comes back`(images: String?) throws {
    let folder = RunFolder(try TemporaryFolder().url)
    try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder.url) }
    let data = RunData(train: "synth:6:1", validation: "/data/val ü.json", images: images)
    try data.write(to: folder)
    #expect(try RunData(contentsOf: folder) == data)
  }

  @Test func `a folder without a run, or with a broken file, is named`() throws {
    let temporary = try TemporaryFolder()
    let folder = RunFolder(temporary.url)
    let absent = #expect(throws: TrainingError.self) { _ = try RunData(contentsOf: folder) }
    #expect(absent?.code == .nothingToResume)
    #expect(absent?.message.hasPrefix("\(folder.url.path): no run to resume here") == true)
    try Data("{\"train\": 3}".utf8).write(to: folder.data)
    let broken = #expect(throws: TrainingError.self) { _ = try RunData(contentsOf: folder) }
    #expect(broken?.message.hasPrefix(folder.data.path) == true)
  }
}
