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
      startedAt: 1000
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

  @Test func `a file that cannot be read gives way`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try folder.create()
    try Data("[{".utf8).write(to: folder.facts)
    try facts(startStep: 3).append(to: folder)
    #expect(try RunFacts.all(of: folder) == [facts(startStep: 3)])
  }
}
