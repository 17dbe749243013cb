import BoxGeometry
import Foundation
import Raster
import Testing

@testable import DetectionReport

@Suite struct RunReportTests {
  private static let hostile =
    "</title><script>alert('x')</script>\"&amp;' onload=\"x\" ]]> \u{0}\u{1B}é"

  /// A report with something in every part, all names being `name`.
  private func full(name: String) -> RunReport {
    let image = RasterImage(width: 24, height: 16, red: 90, green: 120, blue: 60)
    let box = BoundingBox(x1: 2, y1: 2, x2: 12, y2: 12)
    let points = (0..<100).map {
      LineChart.Point(x: Double($0), y: $0 < 50 ? 1 / Double($0 + 1) : .nan)
    }
    return RunReport(
      title: name,
      summary: name,
      figures: [.init(label: name, value: name, note: name)],
      runs: [
        RunSummary(
          name: name,
          precisions: .init(ap: 0.5, ap50: 0.75, ap75: 0.25, small: -1, medium: 0.125, large: 1),
          finalLoss: .nan,
          minutes: 2
        )
      ],
      charts: [
        LineChart(
          title: name,
          note: name,
          xLabel: name,
          yLabel: name,
          scale: .logarithmic,
          series: [.init(name: name, points: points, color: -7, stroke: .dashed)]
        )
      ],
      classes: [ClassSummary(name: name, index: 3, objects: 1, scores: [.init(ap: 0.5, ap50: -1)])],
      curves: [.precisionRecall(title: name, curves: [(name, [1, 0.5, 0])])],
      gallery: Gallery(
        categories: [name],
        runs: [name],
        items: [
          .init(
            name: name,
            image: image,
            truth: [LabeledBox(box: box, label: 0)],
            ignoredRegions: [box],
            detections: [[ScoredBox(box: box, label: 0, score: 0.9)]]
          )
        ]
      ),
      notes: [name],
      details: .init(command: name, configuration: name, environment: [.init(name, name)])
    )
  }

  @Test func `A report is well-formed and says what it was given`() throws {
    let page = PageReader(try full(name: "Small shapes").html())
    #expect(page.isWellFormed)
    #expect(page.text.contains("Small shapes"))
    #expect(page.text.contains("0.500") && page.text.contains("n/a"))
    #expect(page.text.contains("1 of 1 found"))
    #expect(page.count["img"] == 2)
    #expect(page.count["svg"] == 2)
    #expect(page.count["section"] == 7)
  }

  @Test func `Hostile names remain text everywhere`() throws {
    let plain = PageReader(try full(name: "plain").html())
    let page = PageReader(try full(name: Self.hostile).html())
    #expect(page.isWellFormed)
    #expect(page.count == plain.count)
    #expect(page.count["script"] == nil)
    #expect(page.attributes.count == plain.attributes.count)
    let shown = Self.hostile.replacingOccurrences(of: "\u{0}", with: "\u{FFFD}")
      .replacingOccurrences(of: "\u{1B}", with: "\u{FFFD}")
    #expect(
      page.text.components(separatedBy: shown).count
        == plain.text.components(separatedBy: "plain").count
    )
  }

  @Test func `Nothing outside the file is asked for`() throws {
    let html = try full(name: "x").html()
    let page = PageReader(html)
    for source in page.values(of: "src") { #expect(source.hasPrefix("data:image/jpeg;base64,")) }
    for link in page.values(of: "href") { #expect(link.hasPrefix("#")) }
    for word in [
      "http:", "https:", "url(", "@import", "<script", "<link", "<iframe", "javascript:",
    ] {
      #expect(!html.contains(word))
    }
    // Each link of the page leads to a part of it.
    #expect(
      Set(page.values(of: "href").map { String($0.dropFirst()) }) == Set(page.values(of: "id"))
    )
  }

  @Test func `An empty report is a page with a title`() throws {
    let page = PageReader(try RunReport(title: "").html())
    #expect(page.isWellFormed)
    #expect(page.count["section"] == nil)
    let charts = RunReport(
      title: "t",
      charts: [LineChart(title: "none", xLabel: "", yLabel: "", series: [])]
    )
    #expect(PageReader(try charts.html()).text.contains("No values to draw."))
  }

  @Test func `Equal values give equal bytes`() throws {
    #expect(try full(name: "x").html() == full(name: "x").html())
  }

  @Test func `The style closes what it opens and holds nothing that XML would read`() {
    let css = ReportStyle.css
    #expect(css.count { $0 == "{" } == css.count { $0 == "}" })
    #expect(css.count { $0 == "(" } == css.count { $0 == ")" })
    #expect(!css.contains("<") && !css.contains("&"))
    for index in 0..<ReportStyle.seriesCount {
      // Light, dark and print.
      #expect(css.components(separatedBy: "--s\(index):").count == 4)
    }
  }

  // MARK: Comparison

  private func run(_ ap: Double, loss: Double? = nil, minutes: Double? = nil) -> RunSummary {
    RunSummary(
      name: "r",
      precisions: .init(ap: ap, ap50: ap, ap75: -1, small: -1, medium: -1, large: -1),
      finalLoss: loss,
      minutes: minutes
    )
  }

  @Test func `The better number is marked, an equal one is not, a loss never`() {
    let table = ComparisonTable.markup([
      run(0.46, loss: 0.2, minutes: 3), run(0.17, loss: 0.9, minutes: 3),
    ]).text
    #expect(table.components(separatedBy: "class=\"best\"").count - 1 == 2)
    #expect(table.contains("class=\"best\" data-label=\"AP\"><span>0.460</span>"))
    #expect(table.contains("class=\"absent\" data-label=\"AP75\"><span>n/a</span>"))
    let alone = ComparisonTable.markup([run(0.46)]).text
    #expect(!alone.contains("class=\"best\"") && !alone.contains("Minutes"))
  }

  @Test func `A run that broke down early does not win on time`() {
    let table = ComparisonTable.markup([
      run(0.4, loss: 1, minutes: 3), run(0.4, loss: .nan, minutes: 1),
      run(0.4, loss: 1, minutes: 4),
    ]).text
    #expect(table.contains("class=\"best\" data-label=\"Minutes\"><span>3.0</span>"))
  }

  // MARK: Pictures

  @Test func `A picture without boxes and detections is shown as such`() throws {
    let image = RasterImage(width: 1, height: 1, red: 0, green: 0, blue: 0)
    let item = Gallery.Item(name: "empty.png", image: image, truth: [], detections: [[], []])
    let gallery = Gallery(categories: [], runs: ["a"], items: [item])
    let page = PageReader(try RunReport(title: "t", gallery: gallery).html())
    #expect(page.isWellFormed)
    #expect(page.count["img"] == 3)
    #expect(page.text.contains("no objects") && page.text.contains("nothing detected"))
  }

  @Test func `Labels without a category and boxes that are no boxes do not stop a report`() throws {
    let image = RasterImage(width: 40, height: 30, red: 0, green: 0, blue: 0)
    let mad = BoundingBox(x1: .nan, y1: -.infinity, x2: 1e30, y2: 5)
    let item = Gallery.Item(
      name: "mad.png",
      image: image,
      truth: [LabeledBox(box: mad, label: -3)],
      ignoredRegions: [mad],
      detections: [[ScoredBox(box: mad, label: 99, score: .infinity)]]
    )
    let gallery = Gallery(categories: ["a"], runs: [], items: [item])
    let page = PageReader(try RunReport(title: "t", gallery: gallery).html())
    #expect(page.isWellFormed)
    #expect(page.text.contains("class 99") && page.text.contains("class -3"))
  }

  @Test(arguments: [
    (128, 128, 2, 256, 256), (128, 128, 3, 256, 256), (64, 32, 2, 256, 128),
    (640, 480, 3, 363, 272),
    (640, 480, 2, 552, 414), (200, 100, 3, 363, 181), (200, 100, 2, 400, 200), (1, 1, 2, 256, 256),
    (5000, 1, 2, 552, 1),
  ])
  func `Small pictures are shown at twice their size or more, large ones fill their share`(
    width: Int,
    height: Int,
    panels: Int,
    shownWidth: Int,
    shownHeight: Int
  ) {
    let image = RasterImage(width: width, height: height, red: 0, green: 0, blue: 0)
    let size = PanelSize(image, panels: panels)
    #expect(size.width == shownWidth && size.height == shownHeight)
  }

  @Test func `Enlarged pixels are squares of their colour`() {
    let image = RasterImage(width: 2, height: 1, pixels: [255, 0, 0, 0, 0, 255])
    let size = PanelSize(image, panels: 2)
    let large = size.prepared(image)
    #expect(large.width == size.width * 2 && large.height == size.height * 2)
    #expect(large[0, 0] == SIMD3(255, 0, 0))
    #expect(large[large.width / 2 - 1, large.height - 1] == SIMD3(255, 0, 0))
    #expect(large[large.width / 2, 0] == SIMD3(0, 0, 255))
  }

  // MARK: Writing

  @Test func `A report is written whole, over an older one, and leaves nothing beside it`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-report-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent("report.html")
    try Data("old".utf8).write(to: url)
    let report = full(name: "x")
    try report.write(to: url)
    #expect(try String(contentsOf: url, encoding: .utf8) == report.html())
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["report.html"])
    let missing = folder.appendingPathComponent("none/report.html")
    let error = #expect(throws: ReportError.self) { try report.write(to: missing) }
    #expect(error?.code == .unwritable)
    let expected = "cannot write the report: no such file or folder; check the path"
    #expect(error?.description == "\(missing.path): \(expected)")
  }
}
