import Foundation
import TestSupport
import Testing

/// `focal eval --errors`.
struct EvalErrorsTests {
  /// A cat that is found, one that is called a dog, a dog that is missed; a dog where nothing is.
  private static let truth = """
    {"images": [{"id": 7, "file_name": "a.png", "width": 900, "height": 900}],
     "categories": [{"id": 3, "name": "cat"}, {"id": 5, "name": "dog"}],
     "annotations": [
       {"id": 1, "image_id": 7, "category_id": 3, "bbox": [0, 0, 100, 100], "area": 10000,
        "iscrowd": 0},
       {"id": 2, "image_id": 7, "category_id": 3, "bbox": [200, 0, 100, 100], "area": 10000,
        "iscrowd": 0},
       {"id": 3, "image_id": 7, "category_id": 5, "bbox": [400, 0, 20, 20], "area": 400,
        "iscrowd": 0}]}
    """
  private static let detections = """
    [{"image_id": 7, "category_id": 3, "bbox": [0, 0, 100, 100], "score": 0.9},
     {"image_id": 7, "category_id": 5, "bbox": [200, 0, 100, 100], "score": 0.8},
     {"image_id": 7, "category_id": 5, "bbox": [600, 600, 50, 50], "score": 0.4}]
    """

  private func run(
    _ rest: [String],
    truth: String = Self.truth,
    detections: String = Self.detections
  ) throws -> FocalProcess {
    let folder = try TemporaryFolder()
    let files = [
      "--ground-truth", try folder.write(truth, to: "truth.json"), "--detections",
      try folder.write(detections, to: "found.json"),
    ]
    let run = try FocalProcess(["eval"] + files + rest)
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    return run
  }

  private func kinds(_ value: Any?) throws -> [String: (count: Int, gain: Double?)] {
    let rows = try #require(value as? [[String: Any]])
    #expect(rows.count == 6)
    return Dictionary(
      uniqueKeysWithValues: rows.map {
        ($0["kind"] as? String ?? "", ($0["count"] as? Int ?? -1, $0["gain"] as? Double))
      }
    )
  }

  @Test func `the object errors holds kinds with their cost, confusions and calibration`() throws {
    let figures = try run(["--json", "--errors"]).json()
    let errors = try #require(figures["errors"] as? [String: Any])
    let kinds = try kinds(errors["kinds"])
    #expect(kinds.mapValues(\.count).values.sorted() == [0, 0, 0, 1, 1, 1])
    #expect(kinds["classification"]?.count == 1 && kinds["background"]?.count == 1)
    #expect(kinds["missed"]?.count == 1)
    // AP: cats 51/101, dogs 0. With the class right, cats 1.
    #expect(abs((errors["AP"] as? Double ?? 0) - 51.0 / 202) < 1e-12)
    #expect(abs((kinds["classification"]?.gain ?? 0) - 50.0 / 202) < 1e-12)
    #expect(errors["AP"] as? Double != nil && errors["objects"] as? Int == 3)
    #expect(errors["found"] as? Int == 1 && errors["falsePositives"] as? Int == 2)
    let sizes = try #require(errors["sizes"] as? [[String: Any]])
    #expect(sizes.map { $0["name"] as? String } == ["small", "medium", "large"])
    #expect(try self.kinds(sizes[0]["kinds"])["missed"]?.count == 1)
    let confusions = try #require(errors["confusions"] as? [String: Any])
    #expect(confusions["score"] as? Double == 0.3 && confusions["iou"] as? Double == 0.5)
    let largest = try #require(confusions["largest"] as? [[String: Any]])
    #expect(largest.count == 1)
    #expect(largest[0]["truth"] as? Int == 3 && largest[0]["prediction"] as? Int == 5)
    let calibration = try #require(errors["calibration"] as? [String: Any])
    #expect((calibration["bins"] as? [Any])?.count == 20)
    #expect((calibration["best"] as? [String: Any])?["score"] as? Double == 0.9)
    // 0.1/3 + 0.8/3 + 0.4/3
    #expect(abs((calibration["expectedError"] as? Double ?? 0) - 1.3 / 3) < 1e-12)
    let worst = try #require(errors["worstImages"] as? [[String: Any]])
    #expect(worst.count == 1 && worst[0]["file"] as? String == "a.png")
    #expect(errors["classes"] == nil)
  }

  @Test func `with --per-class every class has its errors and its best score`() throws {
    let figures = try run(["--json", "--errors", "--per-class"]).json()
    let errors = try #require(figures["errors"] as? [String: Any])
    let classes = try #require(errors["classes"] as? [[String: Any]])
    #expect(classes.map { $0["name"] as? String } == ["cat", "dog"])
    #expect(try kinds(classes[1]["kinds"])["classification"]?.count == 1)
    #expect((classes[0]["best"] as? [String: Any])?["score"] as? Double == 0.9)
    #expect(classes[1]["best"] is NSNull)
  }

  @Test func `figures that are undefined are null`() throws {
    let truth =
      #"{"images": [{"id": 7, "file_name": "a.png"}], "categories": [{"id": 3, "name": "cat"}], "annotations": []}"#
    let figures = try run(["--json", "--errors"], truth: truth, detections: "[]").json()
    let errors = try #require(figures["errors"] as? [String: Any])
    #expect(errors["AP"] is NSNull)
    #expect(try kinds(errors["kinds"]).values.allSatisfy { $0.gain == nil && $0.count == 0 })
    let calibration = try #require(errors["calibration"] as? [String: Any])
    #expect(calibration["expectedError"] is NSNull && calibration["best"] is NSNull)
  }

  @Test func `without --errors there is no such object and no such table`() throws {
    #expect(try run(["--json"]).json()["errors"] == nil)
    #expect(try !run([]).output.contains("errors at IoU"))
  }

  @Test func `the table names kinds, confusions, calibration, the best score and pictures`() throws
  {
    let text = try run(["--errors"]).output
    #expect(
      text.contains("errors at IoU 0.50, AP 0.252: 1 of 3 objects found, 2 false positives\n")
    )
    #expect(
      text.contains("\nclassification        1      0.248       0       0       1   wrong class\n")
    )
    #expect(text.contains("\n      1  cat taken for dog, 50.0 % of cat\n"))
    #expect(
      text.contains("\ncalibration        0.433 is the expected error of a score, in 20 bins\n")
    )
    #expect(text.contains("\nbest score to cut  0.900: precision 1.000, recall 0.333, F1 0.500\n"))
    #expect(text.contains("  a.png\n"))
    #expect(!text.contains("Miss"))
    let perClass = try run(["--errors", "--per-class"]).output
    #expect(perClass.contains("    Cls    Loc   Both   Dupe    Bkg   Miss   cut at"))
    #expect(perClass.contains("\ndog         1      0      0      0      1      1      n/a"))
  }

  @Test func `scores outside 0 to 1 have no calibration, and that is said`() throws {
    let detections = Self.detections.replacingOccurrences(of: "0.9}", with: "9.5}")
    let text = try run(["--errors"], detections: detections).output
    #expect(text.contains("n/a, scores outside 0...1 are no probabilities\n"))
    #expect(text.contains("best score to cut  9.500"))
  }

  @Test func `a name that holds control characters stays on its line`() throws {
    let truth = Self.truth.replacingOccurrences(of: "\"cat\"", with: "\"c\\nt\\u001b[2J\"")
      .replacingOccurrences(of: "a.png", with: "a\\u001b.png")
    let text = try run(["--errors", "--per-class"], truth: truth).output
    #expect(text.contains("c\\nt\\u{1B}[2J taken for dog"))
    #expect(text.contains("  a\\u{1B}.png\n"))
    #expect(!text.contains("\u{1B}"))
  }

  @Test func `of a model on data the errors are told as well`() throws {
    let folder = try TemporaryFolder()
    let run = folder.path("run")
    let small = [
      "model.width=8", "model.pyramidChannels=16", "model.headDepth=1", "input.shortSide=64",
      "input.longSideCap=96", "schedule.epochs=1", "schedule.batchSize=2",
    ]
    let training = try FocalProcess(
      ["train", "--train", "synth:4:1", "--val", "synth:2:2", "--preset", "small", "--out", run]
        + small.flatMap { ["--set", $0] }
    )
    try #require(training.status == 0, "\(training.error)")
    let eval = try FocalProcess([
      "eval", "--model", run + "/final.safetensors", "--data", "synth:3:5", "--json", "--errors",
      "--quiet",
    ])
    try #require(eval.status == 0, "\(eval.error)")
    let figures = try eval.json()
    let errors = try #require(figures["errors"] as? [String: Any])
    #expect(errors["objects"] as? Int == figures["groundTruths"] as? Int)
    let (ap, ap50) = (errors["AP"] as? Double ?? -1, figures["AP50"] as? Double ?? 1)
    #expect(abs(ap - ap50) < 1e-12)
    let counts = try kinds(errors["kinds"]).filter { $0.key != "missed" }.map(\.value.count)
    #expect(counts.reduce(0, +) == errors["falsePositives"] as? Int)
  }

  /// The AP of the table is that of the twelve figures.
  @Test(.requiresSharedData("coco_eval"))
  func `the average precision is AP50`() throws {
    let run = try FocalProcess([
      "eval", "--ground-truth", SharedData.url("coco_eval/instances_val2014_100.json").path,
      "--detections", SharedData.url("coco_eval/instances_val2014_fakebbox100_results.json").path,
      "--json", "--errors",
    ])
    let figures = try run.json()
    let errors = try #require(figures["errors"] as? [String: Any])
    let (found, wanted) = (errors["AP"] as? Double ?? 0, figures["AP50"] as? Double ?? 1)
    #expect(abs(found - wanted) < 1e-12)
    #expect((errors["worstImages"] as? [Any])?.count == 50)
  }
}
