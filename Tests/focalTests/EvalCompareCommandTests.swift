import Foundation
import Testing

@Suite(.serialized) struct EvalCompareCommandTests {
  private static let truth = """
    {"images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}],
     "categories": [{"id": 3, "name": "cat\\u0007"}, {"id": 4, "name": "dog"}],
     "annotations": [
       {"id": 1, "image_id": 1, "category_id": 3, "bbox": [10, 10, 40, 40], "area": 1600, "iscrowd": 0},
       {"id": 2, "image_id": 2, "category_id": 3, "bbox": [10, 10, 40, 40], "area": 1600, "iscrowd": 0},
       {"id": 3, "image_id": 2, "category_id": 3, "bbox": [60, 10, 40, 40], "area": 1600, "iscrowd": 0,
        "difficult": 1}]}
    """
  private static let one = """
    [{"image_id": 1, "category_id": 3, "bbox": [10, 10, 40, 40], "score": 0.9}]
    """
  private static let both = """
    [{"image_id": 1, "category_id": 3, "bbox": [10, 10, 40, 40], "score": 0.9},
     {"image_id": 2, "category_id": 3, "bbox": [10, 10, 40, 40], "score": 0.8}]
    """

  /// The paths of the annotations and of two results files.
  private func files(in folder: TemporaryFolder) throws -> (
    truth: String, one: String, both: String
  ) {
    (
      try folder.write(Self.truth, to: "truth.json"), try folder.write(Self.one, to: "one.json"),
      try folder.write(Self.both, to: "both.json")
    )
  }

  @Test func `two files are compared as text and as JSON`() throws {
    let folder = try TemporaryFolder()
    let files = try files(in: folder)
    let arguments = ["eval", "compare", files.one, files.both, "--ground-truth", files.truth]
    let text = try FocalProcess(arguments + ["--per-class", "--quiet"])
    #expect(text.status == 0 && text.error.isEmpty, "\(text.error)")
    #expect(text.output.contains("second - first"))
    #expect(text.output.contains("2 pictures, 1000 resamples, seed 0"))
    #expect(text.output.contains("\\u{07}") || !text.output.contains("\u{7}"))
    #expect(
      text.output.split(separator: "\n").contains { $0.hasPrefix("APs ") && $0.contains("n/a") }
    )
    let run = try FocalProcess(arguments + ["--json", "--per-class", "--quiet", "--threads", "1"])
    let figures = try run.json()
    let rows = try #require(figures["figures"] as? [[String: Any]])
    #expect(rows.map { $0["name"] as? String } == ["AP", "AP50", "AP75", "APs", "APm", "APl"])
    let difference = try #require(rows[0]["difference"] as? Double)
    let lower = try #require(rows[0]["lower"] as? Double)
    let upper = try #require(rows[0]["upper"] as? Double)
    #expect(difference > 0 && lower >= 0 && upper > lower)
    #expect(rows[3]["difference"] is NSNull)
    let classes = try #require(figures["classes"] as? [[String: Any]])
    #expect(classes.map { $0["id"] as? Int } == [3, 4])
  }

  @Test func `threads change no byte and seeds do`() throws {
    let folder = try TemporaryFolder()
    let files = try files(in: folder)
    let arguments = [
      "eval", "compare", files.one, files.both, "--ground-truth", files.truth, "--quiet",
    ]
    let outputs = try [
      ["--threads", "1"], ["--threads", "3"], ["--seed", "9", "--resamples", "77"],
    ]
    .map { try FocalProcess(arguments + $0).output }
    #expect(outputs[0] == outputs[1])
    #expect(outputs[0] != outputs[2])
  }

  @Test func `what is wrong is told in one line`() throws {
    let folder = try TemporaryFolder()
    let files = try files(in: folder)
    let stray = try folder.write(
      #"[{"image_id": 77, "category_id": 3, "bbox": [1, 1, 4, 4], "score": 1}]"#,
      to: "stray.json"
    )
    let rest = ["--ground-truth", files.truth]
    try expectFailure(
      ["eval", "compare", files.one, stray] + rest,
      status: 1,
      naming: ["stray.json", "77"]
    )
    try expectFailure(
      ["eval", "compare", files.one, folder.path("none.json")] + rest,
      status: 1,
      naming: ["none.json"]
    )
    let allowed = ["eval", "compare", files.one, stray, "--allow-unknown", "--quiet"] + rest
    #expect(try FocalProcess(allowed).status == 0)
  }

  @Test func `Pascal VOC's metric leaves difficult objects out`() throws {
    let folder = try TemporaryFolder()
    let files = try files(in: folder)
    let arguments = ["eval", "--ground-truth", files.truth, "--detections", files.one, "--quiet"]
    // One of two, of which COCO knows three.
    for (metric, wanted) in [("voc", 0.5), ("voc2007", 6.0 / 11)] {
      let figures = try FocalProcess(arguments + ["--metric", metric, "--json", "--per-class"])
        .json()
      #expect(abs((figures["mAP"] as? Double ?? 0) - wanted) < 1e-12)
      #expect(figures["groundTruths"] as? Int == 2 && figures["difficult"] as? Int == 1)
      let classes = try #require(figures["classes"] as? [[String: Any]])
      #expect(classes[0]["recall"] as? [Double] == [0.5])
      #expect(classes[1]["AP"] as? Double == -1)
    }
    let coco = try FocalProcess(arguments + ["--json"]).json()
    #expect(abs((coco["AP50"] as? Double ?? 0) - 34.0 / 101) < 1e-12)
    let text = try FocalProcess(arguments + ["--metric", "voc", "--voc-edges", "pixels"])
    #expect(text.output.contains("mAP   0.500   IoU 0.5, area, boxes of whole pixels"))
    let dogs = try FocalProcess(arguments + ["--metric", "voc", "--classes", "dog", "--json"])
      .json()
    #expect(dogs["mAP"] as? Double == -1)
  }

  @Test func `a metric refuses what it does not know`() throws {
    let folder = try TemporaryFolder()
    let files = try files(in: folder)
    let arguments = ["eval", "--ground-truth", files.truth, "--detections", files.one]
    try expectFailure(arguments + ["--voc-edges", "pixels"], status: 64, naming: ["--voc-edges"])
    try expectFailure(
      arguments + ["--metric", "voc", "--per-image", "--max-detections", "10"],
      status: 64,
      naming: ["--per-image, --max-detections"]
    )
    try expectFailure(
      arguments + ["--metric", "voc", "--iou-thresholds", "0.5,0.7"],
      status: 64,
      naming: ["one IoU"]
    )
  }

  @Test func `no output takes the place of an input`() throws {
    let folder = try TemporaryFolder()
    let files = try files(in: folder)
    let link = folder.path("link.json")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: files.one)
    let arguments = ["eval", "--ground-truth", files.truth, "--detections", files.one]
    for output in [files.one, link, folder.url.path + "/./one.json"] {
      try expectFailure(
        arguments + ["--arrays", output],
        status: 64,
        naming: ["--arrays", output]
      )
    }
    try expectFailure(arguments + ["--report", files.truth], status: 64, naming: ["--report"])
    #expect(try String(contentsOfFile: files.one, encoding: .utf8) == Self.one)
  }
}
