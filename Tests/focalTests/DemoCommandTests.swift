import Foundation
import Testing

struct DemoCommandTests {
  @Test func `Ctrl-C is heard while the pictures are rendered`() throws {
    let folder = try TemporaryFolder()
    let running = try RunningFocal(["demo", "--out", folder.path("demo")])
    let data = folder.path("demo/data")
    while running.process.isRunning, !FileManager.default.fileExists(atPath: data) {
      Thread.sleep(forTimeInterval: 0.01)
    }
    running.process.interrupt()
    let stopped = try running.wait()
    #expect(stopped.status == 130)
    #expect(stopped.output.isEmpty)
    #expect(
      stopped.errorLines == [
        "focal: stopping after this step; again to end at once", "focal: error: stopped",
      ],
      "\(stopped.error)"
    )
    // What was half rendered is gone.
    #expect(try FileManager.default.contentsOfDirectory(atPath: data).isEmpty)
  }

  @Test func `a folder that is something else is left alone`() throws {
    let folder = try TemporaryFolder()
    let mine = try folder.write("mine", to: "thesis.txt")
    try expectFailure(
      ["demo", "--out", folder.url.path],
      status: 1,
      naming: [folder.url.path, "thesis.txt", "--out"]
    )
    #expect(try String(contentsOfFile: mine, encoding: .utf8) == "mine")
  }
}
