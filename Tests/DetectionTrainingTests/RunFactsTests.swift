import Foundation
import Testing

@testable import DetectionTraining

@Suite struct RunFactsTests {
  private func facts(startStep: Int) -> RunFacts {
    RunFacts(
      focal: "0.1.0",
      libtorch: "2.13.0",
      command: ["train", "--out", "runs/a b"],
      folder: "here",
      system: "a system",
      processor: "a processor",
      cores: 2,
      memoryMiB: 7000,
      instructions: "AVX2",
      precision: "float32",
      threads: 1,
      workers: 2,
      startStep: startStep,
      startedAt: Date(timeIntervalSince1970: 1_795_307_485)
    )
  }

  @Test func `each process of a run adds its own`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try folder.create()
    try facts(startStep: 0).append(to: folder)
    try facts(startStep: 7).append(to: folder)
    #expect(try RunFacts.all(of: folder) == [facts(startStep: 0), facts(startStep: 7)])
  }

  @Test func `times are written for people, to the second`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try folder.create()
    var facts = facts(startStep: 0)
    facts.startedAt += 0.25
    try facts.append(to: folder)
    try RunFacts.end(folder, .init(.stopped, endedAt: Date(timeIntervalSince1970: 0)))
    let text = try String(contentsOf: folder.facts, encoding: .utf8)
    #expect(text.contains("\"startedAt\" : \"2026-11-22T00:31:25Z\""), "\(text)")
    #expect(text.contains("\"endedAt\" : \"1970-01-01T00:00:00Z\""), "\(text)")
    let read = try #require(try RunFacts.all(of: folder).first)
    #expect(read.startedAt == self.facts(startStep: 0).startedAt)
    #expect(read.ending?.endedAt == Date(timeIntervalSince1970: 0))
  }

  @Test(arguments: [("1795307485", true), ("1e300", false), ("-5", false), ("\"soon\"", false)])
  func `seconds since 1970, as older files have them, are read; what is no time is refused`(
    written: String,
    isTime: Bool
  ) throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try folder.create()
    try facts(startStep: 0).append(to: folder)
    let text = try String(contentsOf: folder.facts, encoding: .utf8)
    let older = text.replacingOccurrences(of: "\"2026-11-22T00:31:25Z\"", with: written)
    #expect(older != text)
    try Data(older.utf8).write(to: folder.facts)
    if isTime {
      #expect(try RunFacts.all(of: folder) == [facts(startStep: 0)])
    } else {
      #expect(throws: (any Error).self) { try RunFacts.all(of: folder) }
    }
  }

  @Test func `a file that cannot be read gives way`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try folder.create()
    try Data("[{".utf8).write(to: folder.facts)
    try facts(startStep: 3).append(to: folder)
    #expect(try RunFacts.all(of: folder) == [facts(startStep: 3)])
  }

  @Test func `what is no file is left as it is`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try folder.create()
    try FileManager.default.createDirectory(at: folder.facts, withIntermediateDirectories: false)
    #expect(throws: (any Error).self) { try facts(startStep: 3).append(to: folder) }
    var isFolder: ObjCBool = false
    #expect(FileManager.default.fileExists(atPath: folder.facts.path, isDirectory: &isFolder))
    #expect(isFolder.boolValue)
  }
}
