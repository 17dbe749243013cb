import Foundation
import TestSupport
import Testing

/// `focal eval --report`, from outside.
@Suite(.serialized) struct EvaluationPageTests {
  private static let truth = """
    {"images": [{"id": 7, "file_name": "a.png", "width": 100, "height": 80},
       {"id": 8, "file_name": "b.png", "width": 100, "height": 80}],
     "categories": [{"id": 3, "name": "cat"}, {"id": 9, "name": "dog"}],
     "annotations": [
       {"id": 1, "image_id": 7, "category_id": 3, "bbox": [10, 10, 40, 40], "area": 1600,
        "iscrowd": 0},
       {"id": 2, "image_id": 8, "category_id": 9, "bbox": [5, 5, 20, 20], "area": 400,
        "iscrowd": 0}]}
    """
  private static let detections = """
    [{"image_id": 7, "category_id": 3, "bbox": [12, 12, 40, 40], "score": 0.9},
     {"image_id": 7, "category_id": 9, "bbox": [60, 50, 20, 20], "score": 0.8}]
    """

  private func arguments(_ truth: String, _ detections: String, _ rest: String...) -> [String] {
    ["eval", "--ground-truth", truth, "--detections", detections] + rest
  }

  /// The numbers that a page gives with all their digits.
  private func numbers(in page: String) -> [Double] {
    page.components(separatedBy: "<data value=\"").dropFirst().compactMap {
      Double($0.prefix { $0 != "\"" })
    }
  }

  @Test func `the page holds the figures of the JSON`() throws {
    let folder = try TemporaryFolder()
    let truth = try folder.write(Self.truth, to: "truth.json")
    let detections = try folder.write(Self.detections, to: "found.json")
    let path = folder.path("page.html")
    let run = try FocalProcess(
      arguments(truth, detections, "--json", "--per-class", "--report", path)
    )
    #expect(run.status == 0 && run.error.isEmpty)
    let figures = try run.json()
    let page = try String(contentsOfFile: path, encoding: .utf8)
    let shown = numbers(in: page)
    for name in ["AP", "AP50", "AP75", "APs", "APm", "AR1", "AR10", "AR100", "ARs", "ARm"] {
      let value = try #require(figures[name] as? Double)
      #expect(page.contains("<dt>\(name)</dt>"))
      #expect(shown.contains { abs($0 - value) <= 1e-15 }, "\(name) \(value)")
    }
    #expect(figures["APl"] as? Double == -1)
    #expect(page.contains("<dt>APl</dt><dd><span class=\"absent\">n/a</span>"))
    let classes = try #require(figures["classes"] as? [[String: Any]])
    for row in classes {
      let name = try #require(row["name"] as? String)
      let line = try #require(
        page.components(separatedBy: "\n").first {
          $0.contains("<th scope=\"row\"><bdi>\(name)</bdi></th>")
        }
      )
      let numbers = numbers(in: line)
      for (place, key) in ["AP", "AP50"].enumerated() {
        let value = try #require(row[key] as? Double)
        #expect(numbers.count > 4 && abs(numbers[place] - value) <= 1e-15, "\(name) \(key)")
      }
    }
    for id in ["classes", "curves", "sizes", "details"] {
      #expect(page.contains("<section id=\"\(id)\">"), "\(id)")
    }
  }

  @Test func `nothing to find and nothing found make a page too`() throws {
    let folder = try TemporaryFolder()
    let empty = """
      {"images": [], "categories": [], "annotations": []}
      """
    let truth = try folder.write(empty, to: "truth.json")
    let objects = try folder.write(Self.truth, to: "objects.json")
    let none = try folder.write("[]", to: "none.json")
    for (index, file) in [truth, objects].enumerated() {
      let path = folder.path("page\(index).html")
      let run = try FocalProcess(arguments(file, none, "--report", path))
      #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
      let page = try String(contentsOfFile: path, encoding: .utf8)
      #expect(page.contains("</html>"))
      #expect(page.contains("n/a"))
    }
  }

  @Test func `names and paths from outside stay text`() throws {
    let folder = try TemporaryFolder()
    let name = "</script><img src=x onerror=alert(1)>"
    let truth = try folder.write(
      Self.truth.replacingOccurrences(of: "\"cat\"", with: "\"\(name)\""),
      to: "<b>truth.json"
    )
    let detections = try folder.write(Self.detections, to: "found.json")
    let path = folder.path("page.html")
    let run = try FocalProcess(arguments(truth, detections, "--report", path))
    #expect(run.status == 0 && run.error.isEmpty)
    let page = try String(contentsOfFile: path, encoding: .utf8)
    #expect(!page.contains("<img src=x") && !page.contains("<b>truth"))
    #expect(page.contains("&lt;img src=x onerror=alert(1)&gt;"))
    #expect(page.components(separatedBy: "</script>").count == 3)
  }

  // MARK: Pictures

  /// A truth whose first picture is called as given.
  private func truth(firstPicture name: String, in folder: TemporaryFolder) throws -> String {
    try folder.write(
      Self.truth.replacingOccurrences(of: "\"a.png\"", with: "\"\(name)\""),
      to: "truth.json"
    )
  }

  private func page(
    _ truth: String,
    images: String,
    in folder: TemporaryFolder
  ) throws -> String {
    let detections = try folder.write(Self.detections, to: "found.json")
    let path = folder.path("page.html")
    let run = try FocalProcess(
      arguments(truth, detections, "--report", path, "--images", images)
    )
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func `pictures of the named folder are in the page, made smaller`() throws {
    let folder = try TemporaryFolder()
    let made = try FocalProcess(["synth", "--out", folder.path("data"), "--images", "2"])
    #expect(made.status == 0, "\(made.error)")
    let truth = folder.path("data/annotations.json")
    let none = try folder.write("[]", to: "none.json")
    let path = folder.path("page.html")
    let run = try FocalProcess(
      arguments(truth, none, "--report", path, "--images", folder.path("data/images"))
    )
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    let page = try String(contentsOfFile: path, encoding: .utf8)
    #expect(page.contains("<img src=\"data:image/jpeg;base64,"))
    #expect(!page.contains("<span class=\"fault\">"))
    #expect(page.utf8.count < 3_000_000)
    // Without the folder the boxes are drawn on nothing, and the page says so.
    let bare = try FocalProcess(arguments(truth, none, "--report", path))
    #expect(bare.status == 0)
    let empty = try String(contentsOfFile: path, encoding: .utf8)
    #expect(!empty.contains("<img ") && empty.contains("No pictures were named"))
  }

  @Test(arguments: ["../secret.png", "/etc/passwd", "link.png"])
  func `no picture outside the folder is opened, and the page says so`(name: String) throws {
    let folder = try TemporaryFolder()
    let manager = FileManager.default
    try manager.createDirectory(atPath: folder.path("pictures"), withIntermediateDirectories: true)
    _ = try folder.write("secret", to: "secret.png")
    try manager.createSymbolicLink(
      atPath: folder.path("pictures/link.png"),
      withDestinationPath: folder.path("secret.png")
    )
    let page = try page(
      try truth(firstPicture: name, in: folder),
      images: folder.path("pictures"),
      in: folder
    )
    #expect(page.contains("leads out of the folder of pictures; it was not opened"))
    #expect(!page.contains("<img "))
  }

  @Test func `a picture that is absent or is none is said so`() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("pictures"),
      withIntermediateDirectories: true
    )
    _ = try folder.write("this is no picture", to: "pictures/a.png")
    let page = try page(
      try truth(firstPicture: "a.png", in: folder),
      images: folder.path("pictures"),
      in: folder
    )
    #expect(page.contains("the picture cannot be read: "))
    #expect(page.contains("the picture is not in the folder"))
    #expect(!page.contains(folder.url.path + "/pictures/a.png"))
  }

  @Test func `a folder that is none, and pictures without a page, are refused`() throws {
    let folder = try TemporaryFolder()
    let truth = try folder.write(Self.truth, to: "truth.json")
    let detections = try folder.write(Self.detections, to: "found.json")
    try expectFailure(
      arguments(
        truth,
        detections,
        "--report",
        folder.path("p.html"),
        "--images",
        folder.path("no")
      ),
      status: 1,
      naming: [folder.path("no"), "expected a folder of pictures"]
    )
    try expectFailure(
      arguments(truth, detections, "--images", folder.url.path),
      status: 64,
      naming: ["--images", "--report"]
    )
  }

  @Test func `a choice of classes is a page about these alone`() throws {
    let folder = try TemporaryFolder()
    let truth = try folder.write(Self.truth, to: "truth.json")
    let detections = try folder.write(Self.detections, to: "found.json")
    let path = folder.path("page.html")
    let run = try FocalProcess(
      arguments(truth, detections, "--classes", "cat", "--iou-thresholds", "0.6", "--report", path)
    )
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    let page = try String(contentsOfFile: path, encoding: .utf8)
    #expect(page.contains("<bdi>cat</bdi>") && !page.contains("<bdi>dog</bdi>"))
    #expect(page.contains("AP at IoU 0.60"))
  }
}
