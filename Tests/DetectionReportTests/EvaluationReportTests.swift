import Foundation
import Testing

@testable import DetectionReport

@Suite struct EvaluationReportTests {
  private static let hostile =
    "</title></script><script>alert('x')</script>\"&amp;' onload=\"x\" ]]> "
    + "\u{0}\u{1B}é \u{202E}אב 🐈"

  private func group(_ name: String, _ objects: Int = 3) -> PrecisionCurves.Group {
    .init(
      name: name,
      objects: objects,
      averagePrecisions: [0.75, 0.5],
      precisions: [[1, 0.5], []]
    )
  }

  /// A report with something in every part, all names being `name`.
  private func full(name: String, classes: Int = 2) -> EvaluationReport {
    EvaluationReport(
      title: name,
      subject: name,
      figures: [.init(name, 0.5045806987249628, name), .init(name, -1, name)],
      counts: [.init(name, name)],
      settings: [.init(name, name)],
      classes: (0..<classes).map { _ in
        .init(name: name, AP: 0.25, AP50: 0.125, AP75: -1, AR: 1, objects: 12345, detections: 0)
      },
      sizes: [.init(name: name, bounds: name, objects: 7, AP: 0.3, AR: -1)],
      curves: .init(
        iouThresholds: [0.5, 0.75],
        recalls: [0, 1],
        mean: group(name),
        classes: (0..<classes).map { _ in group(name) }
      ),
      notes: [name],
      details: .init(command: name, configuration: name, environment: [.init(name, name)])
    )
  }

  @Test func `A page is well-formed and says what it was given`() throws {
    let page = PageReader(full(name: "cats").html())
    #expect(page.isWellFormed)
    #expect(page.count["section"] == 5)
    #expect(page.values(of: "value").contains("0.5045806987249628"))
    for text in ["0.505", "n/a", "0.250", "0.125", "1.000", "12\u{2009}345"] {
      #expect(page.text.contains(text), "\(text)")
    }
    #expect(page.count["svg"] == 3)
  }

  @Test func `Names that are markup remain text, in the data of the script too`() throws {
    let plain = PageReader(full(name: "plain").html())
    let html = full(name: Self.hostile).html()
    let page = PageReader(html)
    #expect(page.isWellFormed)
    #expect(page.count == plain.count)
    #expect(page.attributes.count == plain.attributes.count)
    // Two scripts: the data and the program; what HTML would take for an end is there twice only.
    #expect(page.count["script"] == 2)
    #expect(html.components(separatedBy: "</script>").count == 3)
    let data = try #require(html.components(separatedBy: "id=\"curve-data\">").last)
    let text = try #require(data.components(separatedBy: "</script>").first)
    struct Read: Decodable {
      struct Group: Decodable { let name: String }
      let groups: [Group]
    }
    let read = try JSONDecoder().decode(Read.self, from: Data(text.utf8))
    #expect(read.groups.map(\.name) == [Self.hostile, Self.hostile, Self.hostile])
  }

  @Test func `Nothing outside the file is asked for, and the page forbids it`() throws {
    let html = full(name: "x").html()
    let page = PageReader(html)
    #expect(page.values(of: "src").isEmpty)
    for link in page.values(of: "href") { #expect(link.hasPrefix("#")) }
    for word in ["http:", "https:", "url(", "@import", "<link", "<iframe", "javascript:", "fetch("]
    {
      #expect(!html.contains(word), "\(word)")
    }
    #expect(page.values(of: "content").contains { $0.hasPrefix("default-src 'none';") })
    let targets = Set(page.values(of: "href").map { String($0.dropFirst()) })
    #expect(targets.isSubset(of: Set(page.values(of: "id"))))
  }

  @Test func `Every id is there once, and those that the script looks for are there`() throws {
    let page = PageReader(full(name: "x").html())
    let ids = page.values(of: "id")
    #expect(Set(ids).count == ids.count)
    for part in EvaluationScript.text.components(separatedBy: "one(\"").dropFirst() {
      let id = part.prefix { $0 != "\"" }
      #expect(ids.contains(String(id)), "\(id)")
    }
  }

  @Test func `An empty report is a page with a title`() throws {
    let page = PageReader(EvaluationReport(title: "").html())
    #expect(page.isWellFormed)
    #expect(page.count["section"] == nil)
  }

  @Test func `What is not closed is not well-formed`() {
    #expect(PageReader("<a><b></b></a>").isWellFormed)
    #expect(!PageReader("<a><b></a>").isWellFormed)
    #expect(!PageReader("<a x=\"1\" x=\"2\"/>").isWellFormed)
  }

  @Test func `Equal values give equal bytes`() throws {
    #expect(full(name: "x").html() == full(name: "x").html())
  }

  @Test func `The style closes what it opens and holds nothing that XML would read`() {
    let css = EvaluationStyle.css
    #expect(css.count { $0 == "{" } == css.count { $0 == "}" })
    #expect(css.count { $0 == "(" } == css.count { $0 == ")" })
    #expect(!css.contains("<") && !css.contains("&"))
    for index in 0..<EvaluationStyle.rampCount {
      // Light, dark and print.
      #expect(css.components(separatedBy: "--r\(index):").count == 4)
    }
    let script = EvaluationScript.text
    #expect(!script.contains("]]>") && !script.contains("</") && !script.contains("<!--"))
    #expect(script.count { $0 == "{" } == script.count { $0 == "}" })
    #expect(script.count { $0 == "(" } == script.count { $0 == ")" })
  }

  @Test func `A page is written whole, or the file is named`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-page-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent("page.html")
    let report = full(name: "x")
    try report.write(to: url)
    #expect(try String(contentsOf: url, encoding: .utf8) == report.html())
    let absent = folder.appendingPathComponent("none/page.html")
    #expect {
      try report.write(to: absent)
    } throws: {
      ($0 as? ReportError)?.file == absent.path && ($0 as? ReportError)?.code == .unwritable
    }
  }

  // MARK: Classes

  @Test(arguments: [0, 1, 16, 17, 80, 1203])
  func `A table of any length is a table; a long one scrolls and can be filtered`(count: Int) {
    let page = PageReader(full(name: "c", classes: count).html())
    #expect(page.isWellFormed)
    #expect(page.text.contains("c"))
    let isLong = count >= 17
    #expect(page.values(of: "type").filter { $0 == "search" }.count == (isLong ? 1 : 0))
    #expect(page.values(of: "class").contains("scroll long") == isLong)
    // A figure and a row for each class; the size row and the rows of the IoU key besides.
    #expect(page.count["tr"] == (count == 0 ? 0 : count + 1) + 2 + 3)
  }

  @Test func `A thousand classes with ten curves each stay below three megabytes`() {
    let recalls = (0...100).map { Double($0) / 100 }
    // Noise in every point is the worst that a curve can be; precision falls over recall.
    var state: UInt64 = 9
    func noisy() -> [Double] {
      recalls.map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 40) / Double(1 << 24)
      }
    }
    let thresholds = (0..<10).map { 0.5 + 0.05 * Double($0) }
    func group(_ name: String) -> PrecisionCurves.Group {
      .init(
        name: name,
        objects: 5,
        averagePrecisions: thresholds.map { _ in 0.5 },
        precisions: thresholds.map { _ in noisy() }
      )
    }
    func page(_ count: Int, descending: Bool) -> String {
      var report = EvaluationReport(title: "t")
      var curves = PrecisionCurves(
        iouThresholds: thresholds,
        recalls: recalls,
        mean: group("all"),
        classes: (0..<count).map { group("class \($0)") }
      )
      if descending {
        for index in curves.classes.indices {
          for place in thresholds.indices { curves.classes[index].precisions[place].sort(by: >) }
        }
      }
      report.curves = curves
      return report.html()
    }
    #expect(page(80, descending: false).utf8.count < 3_000_000)
    #expect(page(1203, descending: true).utf8.count < 3_000_000)
  }
}
