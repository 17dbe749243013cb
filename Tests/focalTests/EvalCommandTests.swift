import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct EvalCommandTests {
  private static let truth = """
    {"images": [{"id": 7, "file_name": "a.png", "width": 100, "height": 80}],
     "categories": [{"id": 3, "name": "cat"}],
     "annotations": [{"id": 1, "image_id": 7, "category_id": 3, "bbox": [10, 10, 40, 40],
       "area": 1600, "iscrowd": 0}]}
    """
  private static let detections = """
    [{"image_id": 7, "category_id": 3, "bbox": [10, 10, 40, 40], "score": 0.9}]
    """

  private func arguments(_ truth: String, _ detections: String, _ rest: String...) -> [String] {
    ["eval", "--ground-truth", truth, "--detections", detections] + rest
  }

  @Test func `a detector that is right has an AP of 1`() throws {
    let folder = try TemporaryFolder()
    let truth = try folder.write(Self.truth, to: "truth.json")
    let detections = try folder.write(Self.detections, to: "found.json")
    let run = try FocalProcess(arguments(truth, detections, "--json", "--per-class"))
    #expect(run.status == 0 && run.error.isEmpty)
    let figures = try run.json()
    // A precision is tp / (tp + fp + ε), as the reference has it.
    #expect(abs((figures["AP"] as? Double ?? 0) - 1) < 1e-12)
    #expect(abs((figures["APm"] as? Double ?? 0) - 1) < 1e-12)
    #expect(figures["APs"] as? Double == -1)
    #expect(figures["images"] as? Int == 1)
    let classes = try #require(figures["classes"] as? [[String: Any]])
    #expect(classes.count == 1 && classes[0]["name"] as? String == "cat")

    let text = try FocalProcess(arguments(truth, detections, "--per-class"))
    #expect(text.status == 0 && text.error.isEmpty)
    #expect(text.output.contains("\nAP      1.000 "))
    #expect(text.output.contains("\nAPs       n/a "))
    #expect(text.output.contains("\ncat "))
  }

  @Test func `a name that is long or holds control characters stays on its line`() throws {
    let folder = try TemporaryFolder()
    let name = "a name of more than sixteen characters"
    for (written, shown) in [(name, name), ("x\\ny\\u001b[2J", "x\\ny\\u{1B}[2J")] {
      let truth = try folder.write(
        Self.truth.replacingOccurrences(of: "\"cat\"", with: "\"\(written)\""),
        to: "truth.json"
      )
      let detections = try folder.write(Self.detections, to: "found.json")
      let run = try FocalProcess(arguments(truth, detections, "--per-class"))
      #expect(run.status == 0)
      #expect(run.output.contains("\n\(shown)   1.000"), "\(run.output)")
    }
  }

  @Test func `what was left out is told with --quiet too`() throws {
    let folder = try TemporaryFolder()
    let truth = try folder.write(
      Self.truth.replacingOccurrences(of: "[10, 10, 40, 40]", with: "[10, 10, -40, 40]"),
      to: "truth.json"
    )
    let none = try folder.write("[]", to: "none.json")
    let loud = try FocalProcess(arguments(truth, none))
    let quiet = try FocalProcess(arguments(truth, none, "--quiet"))
    #expect(loud.status == 0 && quiet.status == 0)
    #expect(loud.error.contains("focal: warning: "))
    #expect(quiet.error == loud.error)
  }

  @Test(arguments: [
    ("--iou-thresholds 0.5,x", "--iou-thresholds"), ("--iou-thresholds 1.5", "--iou-thresholds"),
    ("--areas tiny", "--areas"), ("--areas a=5..1", "--areas"),
    ("--areas a=0..1,a=1..2", "--areas"),
    ("--max-detections 10,1", "--max-detections"), ("--max-detections 0", "--max-detections"),
    ("--classes zebra", "zebra: no class of this name or id; there are cat"),
    ("--threads 0", "--threads"), ("--images .", "--images"),
  ])
  func `a setting that makes no sense is refused by name`(option: String, named: String) throws {
    let folder = try TemporaryFolder()
    let truth = try folder.write(Self.truth, to: "truth.json")
    let detections = try folder.write(Self.detections, to: "found.json")
    let run = try FocalProcess(
      arguments(truth, detections) + option.split(separator: " ").map(String.init)
    )
    #expect(run.status == 64 && run.output.isEmpty)
    #expect(run.error.contains(named) && run.error.hasPrefix("focal: error: "), "\(run.error)")
  }

  @Test func `settings of one's own are used and named`() throws {
    let folder = try TemporaryFolder()
    let truth = try folder.write(Self.truth, to: "truth.json")
    let detections = try folder.write(Self.detections, to: "found.json")
    let settings = [
      "--iou-thresholds", "0.5,0.9", "--areas", "tiny=0..100,rest=100..", "--max-detections", "5,7",
      "--classes", "cat,3", "--threads", "2",
    ]
    let figures = try FocalProcess(arguments(truth, detections, "--json") + settings).json()
    let used = try #require(figures["settings"] as? [String: Any])
    #expect(used["iouThresholds"] as? [Double] == [0.5, 0.9])
    #expect(used["maxDetections"] as? [Int] == [5, 7])
    #expect(used["classIDs"] as? [Int] == [3, 3])
    let areas = try #require(figures["areas"] as? [[String: Any]])
    #expect(areas.compactMap { $0["name"] as? String } == ["all", "tiny", "rest"])
    #expect(areas[1]["AP"] as? Double == -1)
    #expect(figures["AP75"] as? Double == -1 && figures["APs"] as? Double == -1)

    let text = try FocalProcess(arguments(truth, detections) + settings).output
    #expect(text.contains("IoU 0.5,0.9") && text.contains("rest, area from 100"))
    #expect(text.contains("tiny, area 0 to 100") && !text.contains("AP75"))
  }

  @Test func `each picture has its figures, and arrays go to a file`() throws {
    let folder = try TemporaryFolder()
    let truth = try folder.write(Self.truth, to: "truth.json")
    let detections = try folder.write(Self.detections, to: "found.json")
    let file = folder.path("arrays.json")
    let run = try FocalProcess(
      arguments(truth, detections, "--json", "--per-image", "--arrays", file)
    )
    let images = try #require(try run.json()["perImage"] as? [[String: Any]])
    #expect(images.count == 1 && images[0]["fileName"] as? String == "a.png")
    #expect(images[0]["truePositives"] as? Int == 1 && images[0]["missed"] as? Int == 0)
    let arrays = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
        as? [String: Any]
    )
    #expect(arrays["shape"] as? [Int] == [10, 101, 1, 4, 3])
    #expect((arrays["precision"] as? [Double])?.count == 10 * 101 * 4 * 3)
    #expect((arrays["recall"] as? [Double])?.count == 10 * 4 * 3)
    #expect((arrays["scores"] as? [Double])?.contains(0.9) == true)

    let text = try FocalProcess(arguments(truth, detections, "--per-image")).output
    #expect(text.contains("\na.png     1.000       1      0       0\n"), "\(text)")
  }

  @Test func `unknown pictures and classes stop the evaluation unless they are allowed`() throws {
    let folder = try TemporaryFolder()
    let truth = try folder.write(Self.truth, to: "truth.json")
    let stray = { (image: Int, category: Int) in
      """
      [{"image_id": 7, "category_id": 3, "bbox": [10, 10, 40, 40], "score": 0.9},
       {"image_id": \(image), "category_id": \(category), "bbox": [1, 1, 4, 4], "score": 0.95}]
      """
    }
    for (image, category, place) in [(8, 3, "[1].image_id"), (7, 4, "[1].category_id")] {
      let detections = try folder.write(stray(image, category), to: "found.json")
      let refused = try FocalProcess(arguments(truth, detections, "--json"))
      #expect(refused.status == 1 && refused.error.contains("found.json: \(place): "))
      #expect(refused.error.contains("--allow-unknown"), "\(refused.error)")
      let allowed = try FocalProcess(arguments(truth, detections, "--json", "--allow-unknown"))
      #expect(allowed.status == 0 && allowed.error.contains("1 detection left out"))
      #expect(abs((try allowed.json()["AP"] as? Double ?? 0) - 1) < 1e-12)
    }
  }

  @Test func `no detections at all score 0`() throws {
    let folder = try TemporaryFolder()
    let truth = try folder.write(Self.truth, to: "truth.json")
    let none = try folder.write("[]", to: "none.json")
    let run = try FocalProcess(arguments(truth, none, "--json"))
    #expect(try run.json()["AP"] as? Double == 0)
  }

  /// The pair of files that the authors of COCO ship, and what pycocotools 2.0.11 says of it.
  @Test(.requiresSharedData("coco_eval/expected.json"))
  func `the figures are those of pycocotools`() throws {
    let expected = try #require(
      JSONSerialization.jsonObject(
        with: Data(contentsOf: SharedData.url("coco_eval/expected.json"))
      ) as? [String: Any]
    )
    let run = try FocalProcess(
      arguments(
        SharedData.url("coco_eval/instances_val2014_100.json").path,
        SharedData.url("coco_eval/instances_val2014_fakebbox100_results.json").path,
        "--json",
        "--per-class"
      )
    )
    #expect(run.status == 0 && run.error.isEmpty)
    let figures = try run.json()
    let names = [
      "AP": "AP", "AP50": "AP50", "AP75": "AP75", "APs": "APsmall", "APm": "APmedium",
      "APl": "APlarge", "AR1": "AR1", "AR10": "AR10", "AR100": "AR100", "ARs": "ARsmall",
      "ARm": "ARmedium", "ARl": "ARlarge",
    ]
    let stats = try #require(expected["stats"] as? [String: Double])
    #expect(stats.count == names.count)
    for (ours, theirs) in names {
      let (found, wanted) = (figures[ours] as? Double ?? .nan, stats[theirs] ?? .nan)
      #expect(abs(found - wanted) <= 1e-12, "\(ours): \(found), expected \(wanted)")
    }
    #expect(figures["images"] as? Int == 100)
    #expect(figures["detections"] as? Int == expected["dt"] as? Int)
    let classes = try #require(figures["classes"] as? [[String: Any]])
    let wanted = try #require(expected["per_category"] as? [String: [String: Any]])
    #expect(classes.count == 80)
    for row in classes {
      guard let id = row["id"] as? Int, let other = wanted["\(id)"] else { continue }
      let (found, right) = (row["AP"] as? Double ?? .nan, other["AP"] as? Double ?? .nan)
      #expect(abs(found - right) <= 1e-12, "class \(id)")
    }
    #expect(
      Set(figures.keys)
        == Set(names.keys).union(["images", "groundTruths", "detections", "seconds", "classes"])
    )
  }

  @Test func `a page is written beside the figures`() throws {
    let folder = try TemporaryFolder()
    let truth = try folder.write(Self.truth, to: "truth.json")
    let detections = try folder.write(Self.detections, to: "found.json")
    let page = folder.path("page.html")
    let run = try FocalProcess(arguments(truth, detections, "--report", page))
    #expect(run.status == 0 && run.error.isEmpty)
    #expect(try String(contentsOfFile: page, encoding: .utf8).contains("</html>"))
    try expectFailure(
      arguments(truth, detections, "--report", folder.path("absent/page.html")),
      status: 1,
      naming: [folder.path("absent/page.html"), "cannot write the report", "no such folder"]
    )
    try expectFailure(
      arguments(truth, detections, "--report", folder.url.path),
      status: 1,
      naming: [folder.url.path, "cannot write the report: it is a folder"]
    )
  }

  @Test func `files that cannot be used are named with the field`() throws {
    let folder = try TemporaryFolder()
    let truth = try folder.write(Self.truth, to: "truth.json")
    let found = try folder.write(Self.detections, to: "found.json")
    func damaged(_ old: String, _ new: String) throws -> String {
      #expect(Self.truth.contains(old))
      return try folder.write(
        Self.truth.replacingOccurrences(of: old, with: new),
        to: "damaged.json"
      )
    }
    for (old, new, parts) in [
      ("\"bbox\": [10, 10, 40, 40],", "", ["annotations[0]", "bbox"]),
      ("\"bbox\": [10, 10, 40, 40]", "\"bbox\": [10, 10]", ["annotations[0].bbox"]),
      ("\"image_id\": 7", "\"image_id\": \"x\"", ["annotations[0].image_id"]),
      ("\"categories\"", "\"kategories\"", ["categories"]),
      ("\"annotations\"", "\"notes\"", ["annotations"]),
    ] {
      let file = try damaged(old, new)
      try expectFailure(arguments(file, found), status: 1, naming: [file] + parts)
    }
    let cut = try folder.write(String(Self.truth.dropLast(20)), to: "cut.json")
    try expectFailure(arguments(cut, found), status: 1, naming: [cut])
    let text = try folder.write("hello", to: "text.json")
    try expectFailure(arguments(text, found), status: 1, naming: [text])
    try expectFailure(arguments(truth, text), status: 1, naming: [text])
    let object = try folder.write("{}", to: "object.json")
    try expectFailure(arguments(truth, object), status: 1, naming: [object])
    let scoreless = try folder.write(
      Self.detections.replacingOccurrences(of: ", \"score\": 0.9", with: ""),
      to: "scoreless.json"
    )
    try expectFailure(arguments(truth, scoreless), status: 1, naming: [scoreless, "[0]", "score"])
    let absent = folder.path("absent.json")
    try expectFailure(arguments(absent, found), status: 1, naming: [absent])
    try expectFailure(arguments(truth, absent), status: 1, naming: [absent])
    try expectFailure(arguments(folder.url.path, found), status: 1, naming: [folder.url.path])
  }

  @Test func `a model that is none is named`() throws {
    let folder = try TemporaryFolder()
    let text = try folder.write("hello", to: "text.safetensors")
    for path in [text, folder.path("absent.safetensors"), folder.url.path] {
      try expectFailure(
        ["eval", "--model", path, "--data", "synth:1:1"],
        status: 1,
        naming: [path]
      )
    }
  }
}
