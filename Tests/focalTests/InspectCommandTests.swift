import Foundation
import TestSupport
import Testing

/// `focal inspect`, through the built command.
@Suite struct InspectCommandTests {
  private static let bad = SharedData.url("bad_inputs")

  private func write(_ annotations: String, to folder: TemporaryFolder) throws -> String {
    let picture = Self.bad.appendingPathComponent("images/ok.jpg")
    for name in ["a.jpg", "b.jpg"] {
      try FileManager.default.copyItem(at: picture, to: folder.url.appendingPathComponent(name))
    }
    return try folder.write(
      """
      {"images": [{"id": 1, "file_name": "a.jpg", "width": 96, "height": 64},
                  {"id": 2, "file_name": "b.jpg", "width": 96, "height": 64}],
       "categories": [{"id": 3, "name": "cat"}, {"id": 5, "name": "dog"}],
       "annotations": [\(annotations)]}
      """,
      to: "data.json"
    )
  }

  private static let three = """
    {"id": 1, "image_id": 1, "category_id": 3, "bbox": [0, 0, 20, 20]},
    {"id": 2, "image_id": 1, "category_id": 3, "bbox": [40, 20, 20, 20]},
    {"id": 8, "image_id": 2, "category_id": 5, "bbox": [40, 20, 0, 20]}
    """

  @Test(.requiresSharedData("bad_inputs"))
  func `counts, classes and problems are one JSON object`() throws {
    let folder = try TemporaryFolder()
    let file = try write(Self.three, to: folder)
    let run = try FocalProcess(["inspect", file, "--json"])
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    let figures = try run.json()
    #expect(figures["format"] as? String == "coco")
    #expect(figures["images"] as? Int == 2 && figures["boxes"] as? Int == 2)
    #expect(figures["imagesWithoutBoxes"] as? Int == 1)
    let classes = try #require(figures["classes"] as? [[String: Any]])
    #expect(classes.map { $0["id"] as? Int } == [3, 5])
    #expect(classes.map { $0["boxes"] as? Int } == [2, 0])
    #expect(classes.map { $0["images"] as? Int } == [1, 0])
    let problems = try #require(figures["problems"] as? [[String: Any]])
    #expect(problems.count == 1 && problems[0]["file"] as? String == file)
    #expect(problems[0]["kind"] as? String == "emptyBox")
    #expect((problems[0]["place"] as? String ?? "").contains("annotations[2]"))
  }

  @Test(.requiresSharedData("bad_inputs"))
  func `people read the numbers first, then each problem with its file`() throws {
    let folder = try TemporaryFolder()
    let file = try write(Self.three, to: folder)
    let run = try FocalProcess(["inspect", file])
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines[0] == "\(file): COCO, 2 pictures, 2 boxes, 2 classes")
    #expect(lines.contains { $0.hasPrefix("  \(file): annotations[2]") })
  }

  @Test(.requiresSharedData("bad_inputs"))
  func `a picture that fails half way is named by its file, and the rest is used`() throws {
    let folder = try TemporaryFolder()
    let file = try write(Self.three, to: folder)
    let cut = Self.bad.appendingPathComponent("images/truncated_60_percent.jpg")
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("a.jpg"))
    try FileManager.default.copyItem(at: cut, to: folder.url.appendingPathComponent("a.jpg"))
    let figures = try FocalProcess(["inspect", file, "--json"]).json()
    #expect(figures["images"] as? Int == 1 && figures["imagesLeftOut"] as? Int == 1)
    let problems = try #require(figures["problems"] as? [[String: Any]])
    #expect(problems.contains { ($0["file"] as? String ?? "").hasSuffix("/a.jpg") })
    // The header is sound.
    let headers = try FocalProcess(["inspect", file, "--json", "--no-decode"]).json()
    #expect(headers["images"] as? Int == 2)
    try expectFailure(
      ["inspect", file, "--on-bad-data", "stop"],
      status: 1,
      naming: ["a.jpg", "ends too early"]
    )
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("b.jpg"))
    try expectFailure(["inspect", file], status: 1, naming: ["none of the other"])
  }

  @Test(.requiresSharedData("bad_inputs"))
  func `pictures without annotations are looked at, too`() throws {
    let pictures = Self.bad.appendingPathComponent("images")
    let figures = try FocalProcess(["inspect", pictures.path, "--json"]).json()
    #expect(figures["format"] as? String == "pictures")
    let one = pictures.appendingPathComponent("blóð 血球.jpg").path
    #expect(try FocalProcess(["inspect", one]).output.contains("1 picture\n"))
    try expectFailure(
      ["inspect", pictures.appendingPathComponent("zero_bytes.jpg").path],
      status: 1,
      naming: ["zero_bytes.jpg", "empty"]
    )
  }

  @Test(.requiresSharedData("bad_inputs"))
  func `a results file is looked at with its annotations only`() throws {
    let results = Self.bad.appendingPathComponent("results/negative_width.json").path
    let truth = Self.bad.appendingPathComponent("coco/ok.json").path
    let run = try FocalProcess(["inspect", results, "--ground-truth", truth, "--json"])
    let figures = try run.json()
    #expect(figures["format"] as? String == "results" && figures["detections"] as? Int == 1)
    #expect((figures["problems"] as? [[String: Any]])?.count == 1)
    // As everywhere, one box that cannot be used ends nothing.
    let stopped = try FocalProcess(
      ["inspect", results, "--ground-truth", truth, "--on-bad-data", "stop"]
    )
    #expect(stopped.status == 0 && stopped.output.contains("[1].bbox"))
    try expectFailure(["inspect", results], status: 1, naming: ["found a list", "--ground-truth"])
  }

  @Test(.requiresSharedData("bccd"))
  func `the page holds what was found, and is no larger than its pictures`() throws {
    let folder = try TemporaryFolder()
    let page = folder.path("page.html")
    let files = ["train", "val"].map { SharedData.url("bccd/\($0).json").path }
    let run = try FocalProcess(["inspect"] + files + ["--report", page, "--quiet"])
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    #expect(run.output.contains("train: BloodImage_00038.jpg and val: BloodImage_00037.jpg"))
    let html = try String(contentsOfFile: page, encoding: .utf8)
    for name in ["BloodImage_00038.jpg", "BloodImage_00037.jpg", "BloodImage_00403.jpg"] {
      #expect(html.contains(name))
    }
    #expect(html.utf8.count < 2_000_000)
  }

  @Test(.requiresSharedData("bccd"))
  func `a split list is a part, and the anchors are those of the recipe`() throws {
    let data = SharedData.url("bccd").path
    let figures = try FocalProcess([
      "inspect", data, "--no-decode", "--json", "--set", "input.shortSide=64",
    ]).json()
    let splits = try #require(figures["splits"] as? [[String: Any]])
    #expect(splits.map { $0["name"] as? String } == ["train", "val", "test"])
    #expect(splits.map { $0["images"] as? Int } == [205, 87, 72])
    let coverage = try #require(figures["anchorCoverage"] as? [String: Any])
    #expect(coverage["shortSide"] as? Int == 64)
    #expect(figures["duplicates"] == nil)
    try expectFailure(
      ["inspect", data, "--set", "input.shortSide=0"],
      status: 64,
      naming: ["input.shortSide"]
    )
  }

  @Test func `a page that cannot be written is told of before the work`() throws {
    let folder = try TemporaryFolder()
    try expectFailure(
      ["inspect", "synth:2:1", "--report", folder.path("no/page.html")],
      status: 1,
      naming: ["no/page.html", "no such folder"]
    )
    let data = try folder.write("{}", to: "data.json")
    try expectFailure(
      ["inspect", data, "--report", data],
      status: 64,
      naming: ["--report", "is read here"]
    )
  }

  @Test func `what names no data is refused in one line`() throws {
    try expectFailure(["inspect", "nowhere"], status: 1, naming: ["nowhere", "expected a COCO"])
    try expectFailure(["inspect"], status: 64, naming: ["data", "focal inspect --help"])
    try expectFailure(["inspect", "synth:2:1", "--bogus"], status: 64, naming: ["--bogus"])
  }

  @Test(.requiresSharedData("bad_inputs"))
  func `a page takes the place of a page, and of nothing that data is read from`() throws {
    let folder = try TemporaryFolder()
    let file = try write(Self.three, to: folder)
    for name in ["a.jpg", "list.txt"] {
      let path = folder.path(name)
      if name == "list.txt" { _ = try folder.write("a.jpg\n", to: name) }
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      try expectFailure(
        ["inspect", file, "--report", path],
        status: 1,
        naming: [name, "is a file already", "--report"]
      )
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }
    for _ in 0..<2 {
      let run = try FocalProcess(["inspect", file, "--quiet", "--report", folder.path("page.html")])
      #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    }
  }

  @Test(.requiresSharedData("bad_inputs"))
  func `annotations among pictures are pointed to, with the command that reads them`() throws {
    let folder = try TemporaryFolder()
    let train = folder.url.appendingPathComponent("train")
    try FileManager.default.createDirectory(at: train, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: Self.bad.appendingPathComponent("images/ok.jpg"),
      to: train.appendingPathComponent("a.jpg")
    )
    for name in ["a.xml", "_annotations.coco.json", "a.txt", "notes.txt"] {
      try Data("1".utf8).write(to: train.appendingPathComponent(name))
    }
    let run = try FocalProcess(["inspect", folder.url.path])
    #expect(run.status == 0, "\(run.error)")
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines[1].contains("1 .json file lies") && lines[1].contains("_annotations.coco.json"))
    #expect(lines[2].contains("1 .txt file lies") && lines[2].contains("data.yaml"))
    #expect(lines[3].contains("1 .xml file lies") && lines[3].hasSuffix("train"))
  }

  @Test(.requiresSharedData("bad_inputs"))
  func `the page of one picture shows it`() throws {
    let folder = try TemporaryFolder()
    let picture = Self.bad.appendingPathComponent("images/ok.jpg").path
    let page = folder.path("page.html")
    let run = try FocalProcess(["inspect", picture, "--quiet", "--report", page])
    #expect(run.status == 0, "\(run.error)")
    let text = try String(contentsOfFile: page, encoding: .utf8)
    #expect(text.contains("The picture</h") && text.contains("data:image/"))
  }

  @Test func `data that is named twice is no second split`() throws {
    let data = "synth:2:1"
    try expectFailure(["inspect", data, data], status: 64, naming: [data, "named twice"])
  }
}
