import Foundation
import TestSupport
import Testing

/// `focal anchors`, through the built command.
@Suite struct AnchorsCommandTests {
  @Test(.requiresSharedData("bccd"))
  func `anchors that cover everything are left alone, and a recipe is written all the same`() throws
  {
    let folder = try TemporaryFolder()
    let out = folder.path("anchors.yaml")
    let data = SharedData.url("bccd/test.json").path
    // A debug build is slow: few numbers to fit.
    let run = try FocalProcess([
      "anchors", data, "--out", out, "--json", "--scales", "1", "--ratios", "1", "--quiet",
    ])
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    let figures = try run.json()
    #expect(figures["isImproved"] as? Bool == false)
    let parts = try #require(figures["parts"] as? [[String: Any]])
    #expect(parts.count == 1)
    // One more level is told of with the shapes of all others, so that it alone is what differs.
    let (after, finer) = (
      figures["after"] as? [String: Any], figures["withFinerLevel"] as? [String: Any]
    )
    for shapes in ["scales", "aspectRatios"] {
      let expected = try #require(after?[shapes] as? [Double])
      #expect(finer?[shapes] as? [Double] == expected)
    }
    // What was written is read as a recipe.
    let inspected = try FocalProcess(["inspect", data, "--no-decode", "--json", "--config", out])
    #expect(inspected.status == 0, "\(inspected.error)")
    #expect(try inspected.json()["images"] as? Int == 72)
  }

  @Test func `what makes no sense is refused in one line`() throws {
    let folder = try TemporaryFolder()
    try expectFailure(
      ["anchors", "synth:1:1", "--scales", "0"],
      status: 64,
      naming: ["--scales 0", "1 to 6"]
    )
    try expectFailure(
      ["anchors", "synth:1:1", "--out", folder.path("no/anchors.yaml")],
      status: 1,
      naming: ["no/anchors.yaml", "no such folder"]
    )
    try expectFailure(["anchors", "nowhere"], status: 1, naming: ["nowhere"])
    let empty = try folder.write(
      #"{"images": [], "categories": [{"id": 1, "name": "a"}], "annotations": []}"#,
      to: "empty.json"
    )
    try expectFailure(["anchors", empty], status: 1, naming: ["empty.json", "no box"])
  }

  @Test func `anchors take the place of none but earlier ones`() throws {
    let folder = try TemporaryFolder()
    let list = try folder.write("pictures/a.jpg\n", to: "train.txt")
    try expectFailure(
      ["anchors", "synth:1:1", "--out", list],
      status: 1,
      naming: ["train.txt", "is a file already", "--out"]
    )
    #expect(try String(contentsOfFile: list, encoding: .utf8) == "pictures/a.jpg\n")
    let out = folder.path("anchors.yaml")
    for _ in 0..<2 {
      let run = try FocalProcess([
        "anchors", "synth:1:1", "--out", out, "--scales", "1", "--ratios", "1", "--quiet",
      ])
      #expect(run.status == 0, "\(run.error)")
    }
  }
}
