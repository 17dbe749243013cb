import COCOFormat
import Foundation
import Testing

@Suite(.serialized) struct SynthCommandTests {
  private func contents(of folder: String) throws -> [String: Data] {
    let root = URL(fileURLWithPath: folder)
    var contents: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      let url = root.appendingPathComponent(name)
      if let data = try? Data(contentsOf: url) { contents[name] = data }
    }
    return contents
  }

  @Test func `the same seed gives the same bytes, another one others`() throws {
    let folder = try TemporaryFolder()
    for (name, seed) in [("a", "4"), ("b", "4"), ("c", "5")] {
      let run = try FocalProcess([
        "synth", "--out", folder.path(name), "--images", "2", "--seed", seed, "--quiet",
      ])
      #expect(run.status == 0 && run.error.isEmpty)
    }
    let first = try contents(of: folder.path("a"))
    #expect(
      first.keys.sorted() == ["annotations.json", "images/000001.jpg", "images/000002.jpg"]
    )
    let isSame = try contents(of: folder.path("b")) == first
    #expect(isSame)
    let isOther =
      try contents(of: folder.path("c"))["images/000001.jpg"] != first["images/000001.jpg"]
    #expect(isOther)
  }

  @Test func `what is printed is what was written`() throws {
    let folder = try TemporaryFolder()
    let run = try FocalProcess([
      "synth", "--out", folder.path("s"), "--images", "3", "--seed", "1", "--json",
    ])
    let figures = try run.json()
    let file = try #require(figures["annotations"] as? String)
    let truth = try COCOGroundTruth(contentsOf: URL(fileURLWithPath: file))
    #expect(figures["images"] as? Int == 3 && truth.images.count == 3)
    #expect(figures["boxes"] as? Int == truth.annotations.count)
    let text = try FocalProcess(["synth", "--out", folder.path("t"), "--images", "1"])
    #expect(text.output.hasPrefix("\(folder.path("t"))/annotations.json: 1 pictures, "))
  }

  @Test func `what is in the way is named and left alone`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("mine", to: "file")
    try expectFailure(["synth", "--out", file, "--images", "1"], status: 1, naming: [file])
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
    let absent = "/proc/focal-test"
    try expectFailure(["synth", "--out", absent, "--images", "1"], status: 1, naming: [absent])
  }
}
