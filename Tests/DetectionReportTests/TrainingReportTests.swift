import Drawing
import Foundation
import Testing

@testable import DetectionReport

@Suite struct TrainingReportTests {
  private static let hostile = "</title><script>alert('x')</script>\"&amp;' onload=\"x\" ]]> \u{0}é"
  private static let moment = Date(timeIntervalSince1970: 1_795_297_658)

  /// A report with something in every part, all names being `name`.
  private func full(
    _ name: String,
    status: TrainingReport.Status = .running
  ) -> TrainingReport {
    let chart = LineChart(
      title: name,
      xLabel: name,
      yLabel: name,
      series: [.init(name: name, points: [.init(x: 1, y: 1), .init(x: 2, y: .nan)], color: 0)]
    )
    let group = PrecisionCurves.Group(
      name: name,
      objects: 2,
      averagePrecisions: [0.5],
      precisions: [[1, 0.5]]
    )
    return TrainingReport(
      title: name,
      subject: name,
      status: status,
      updated: Self.moment,
      progress: .init(done: 30, total: 120, text: name, elapsed: 90, remaining: 270),
      figures: [.init(label: name, value: name, note: name)],
      findings: [
        .init(.warning, found: name, why: name, remedy: name, places: [name, name]),
        .init(.note, found: name, why: name, remedy: name),
      ],
      charts: [chart],
      lensAdvice: [name],
      lensCharts: [chart],
      evaluation: name,
      classes: [
        .init(name: name, AP: 0.5, AP50: 0.75, AP75: -1, AR: 0.5, objects: 2, detections: 3)
      ],
      curves: .init(iouThresholds: [0.5], recalls: [0, 1], mean: group, classes: [group]),
      pictures: .init(
        heading: name,
        note: name,
        isWhole: true,
        tiles: [
          .init(
            title: name,
            text: name,
            file: name,
            part: .init(x: 0, y: 0, width: 40, height: 30),
            picture: nil,
            marks: [.init(.init(x: 1, y: 1, width: 9, height: 9), .missed, label: name)]
          )
        ]
      ),
      leftOut: [name],
      notes: [name],
      details: .init(command: name, configuration: name, environment: [.init(name, name)])
    )
  }

  @Test func `a page says where the run stands`() {
    let page = PageReader(full("first").html())
    #expect(page.isWellFormed)
    #expect(page.text.contains("Running"))
    #expect(page.text.contains("step 30 of 120"))
    #expect(page.text.contains("1 min 30 s so far · about 4 min 30 s left"))
    #expect(page.text.contains("Updated 2026-11-21 21:47:38 UTC."))
    #expect(page.values(of: "datetime") == ["2026-11-21T21:47:38Z"])
    #expect(page.values(of: "style").contains("width:25%"))
    #expect(page.count["section"] == 9)
    // Every link of the page leads to a part of it.
    let targets = page.values(of: "href").map { String($0.dropFirst()) }
    #expect(targets.count == 9 && Set(targets).isSubset(of: Set(page.values(of: "id"))))
  }

  @Test func `only a run under way loads itself again`() {
    let ends: [TrainingReport.Status] = [
      .stopped(resume: "go on"), .complete, .failed(reason: "disk full", resume: "go on"),
      .interrupted(resume: "go on"),
    ]
    #expect(full("a").html().contains("location.reload()"))
    for status in ends {
      let html = full("a", status: status).html()
      #expect(!html.contains("location.reload()"), "\(status)")
      #expect(!PageReader(html).text.contains("4 min 30 s left"), "\(status)")
      #expect(PageReader(html).text.contains("go on") == (status != .complete), "\(status)")
    }
    let failed = full("a", status: .failed(reason: "disk full", resume: "go on"))
    #expect(PageReader(failed.html()).text.contains("disk full"))
    #expect(PageReader(full("a", status: .complete).html()).text.contains("took 1 min 30 s"))
  }

  @Test func `hostile names remain text everywhere`() {
    let (plain, page) = (PageReader(full("plain").html()), PageReader(full(Self.hostile).html()))
    #expect(page.isWellFormed)
    #expect(page.count == plain.count)
    #expect(page.attributes.count == plain.attributes.count)
    let failed = full(
      Self.hostile,
      status: .failed(reason: Self.hostile, resume: Self.hostile)
    )
    #expect(PageReader(failed.html()).isWellFormed)
  }

  @Test func `nothing outside the file is asked for`() {
    let html = full("x").html()
    for word in ["http:", "https:", "url(", "@import", "<link", "<iframe", "fetch(", "src="] {
      #expect(!html.contains(word), "\(word)")
    }
  }

  @Test func `equal values give equal bytes, and other moments other pages`() {
    #expect(full("x").html() == full("x").html())
    var later = full("x")
    later.updated += 1
    #expect(later.html() != full("x").html())
  }

  @Test func `a run without anything yet is a page`() {
    let report = TrainingReport(title: "", status: .running, updated: Self.moment)
    let page = PageReader(report.html())
    #expect(page.isWellFormed && page.count["section"] == nil)
    var odd = report
    odd.progress = .init(done: 5, total: 0, text: "", elapsed: .nan, remaining: .infinity)
    let text = PageReader(odd.html())
    #expect(text.isWellFormed && text.text.contains("n/a so far · about n/a left"))
  }

  @Test func `findings come first, warnings in view and notes in a fold, each with its remedy`() {
    let findings: [TrainingFinding] = [
      .init(
        .error,
        found: "no anchor",
        why: "nothing is learned",
        remedy: "focal anchors",
        places: ["a.jpg", "b.jpg"]
      ),
      .init(.warning, found: "12 steps", why: "that is few", remedy: "set schedule.epochs=50"),
      .init(.note, found: "a warm-up", why: "it is cut", remedy: "leave it"),
    ]
    var report = TrainingReport(title: "t", status: .complete, updated: Self.moment)
    report.findings = findings
    let line = LineChart.Series(name: "loss", points: [.init(x: 1, y: 1)], color: 0)
    report.charts = [LineChart(title: "t", xLabel: "step", yLabel: "loss", series: [line])]
    let page = PageReader(report.html())
    #expect(page.isWellFormed)
    let ids = page.values(of: "id").filter { ["doctor", "training"].contains($0) }
    #expect(ids == ["doctor", "training"])
    let kinds = ["error", "warning", "note"]
    let items = page.attributes.filter { $0.element == "li" && kinds.contains($0.value) }
    #expect(items.map(\.value) == kinds)
    for part in [
      "warning: 12 steps: that is few.", "What to do: set schedule.epochs=50", "a.jpg; b.jpg",
      "1 note",
    ] {
      #expect(page.text.contains(part), "\(part)")
    }
    #expect(page.count["details"] == 1)
    report.findings = Array(findings.prefix(2))
    #expect(PageReader(report.html()).count["details"] == nil)
    report.findings = []
    #expect(!PageReader(report.html()).values(of: "id").contains("doctor"))
  }

  @Test func `many pictures that were left out are counted`() {
    var report = full("x")
    report.leftOut = (1...1000).map { "picture \($0)" }
    let text = PageReader(report.html()).text
    #expect(text.contains("1000 of the pictures") && text.contains("and 800 more"))
    #expect(text.contains("picture 200") && !text.contains("picture 201"))
  }

  @Test func `the style and the script hold nothing that XML would read`() {
    let css = TrainingStyle.css
    #expect(css.count { $0 == "{" } == css.count { $0 == "}" })
    #expect(css.count { $0 == "(" } == css.count { $0 == ")" })
    #expect(!css.contains("<") && !css.contains("&"))
    #expect(!TrainingScript.text.contains("]]>") && !TrainingScript.text.contains("</"))
  }

  @Test(arguments: [
    (0, "0 s"), (59.4, "59 s"), (60, "1 min"), (61, "1 min 1 s"), (600, "10 min"),
    (3600, "1 h"), (11_100, "3 h 5 min"), (86_400, "1 d"), (187_200, "2 d 4 h"), (-5, "0 s"),
    (.nan, "n/a"), (.infinity, "n/a"), (1e300, "n/a"),
  ])
  func `durations in words`(seconds: Double, text: String) {
    #expect(DurationText.text(seconds) == text)
  }
}
