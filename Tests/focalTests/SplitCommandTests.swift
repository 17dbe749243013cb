import Foundation
import TestSupport
import Testing

/// `focal split`, through the built command.
@Suite struct SplitCommandTests {
  @Test func `a dataset is divided, the same way each time`() throws {
    let folder = try TemporaryFolder()
    func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }
    let made = try FocalProcess([
      "convert", "synth:10:0", "--to", "coco", "--out", path("all"), "--quiet",
    ])
    #expect(made.status == 0, "\(made.error)")
    func split(_ out: String, _ more: String...) throws -> FocalProcess {
      try FocalProcess(
        ["split", path("all/annotations.json"), "--out", path(out), "--seed", "4"] + more
      )
    }
    let run = try split("one", "--fractions", "train=0.6,val=0.4", "--json")
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    let figures = try run.json()
    let splits = try #require(figures["splits"] as? [[String: Any]])
    #expect(splits.map { $0["name"] as? String } == ["train", "val"])
    #expect(splits.reduce(0) { $0 + ($1["pictures"] as? Int ?? 0) } == 10)
    #expect(figures["images"] as? String == path("all/images"))
    let text = try split("two", "--fractions", "train=0.6,val=0.4")
    #expect(
      text.output.contains("wanted") && text.output.contains("--images \(path("all/images"))")
    )
    for name in ["train.json", "val.json"] {
      #expect(
        FileManager.default.contents(atPath: path("one/\(name)"))
          == FileManager.default.contents(atPath: path("two/\(name)"))
      )
    }
    let whole = try split("three", "--pictures", "copy", "--json")
    #expect(try whole.json()["images"] == nil)
    let inspected = try FocalProcess(["inspect", path("three/train.json"), "--json", "--quiet"])
    #expect(inspected.status == 0, "\(inspected.error)")
  }

  @Test func `shares that are none are wrong usage`() throws {
    let faults = [
      ("train=0.5,val=0.6", "found 1.1"), ("train=0.5,train=0.5", "stands twice"),
      ("a=1.5,b=-0.5", "above 0"), ("train", "expected a name and a share"),
      ("x/y=1", "becomes that of a file"), ("=1", "becomes that of a file"),
    ]
    for (fractions, reason) in faults {
      let run = try FocalProcess(["split", "x.json", "--out", "y", "--fractions", fractions])
      #expect(run.status == 64 && run.errorLines.count == 1, "\(fractions): \(run.error)")
      #expect(run.error.contains(reason), "\(run.error)")
    }
  }
}
