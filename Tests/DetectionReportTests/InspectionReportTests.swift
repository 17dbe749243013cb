import Drawing
import Foundation
import Raster
import Testing

@testable import DetectionReport

@Suite struct InspectionReportTests {
  private static let hostile = "<script>alert(1)</script> & \"quotes\" \u{1B}[2J"

  private func full() throws -> InspectionReport {
    let picture = try EmbeddedPicture(
      RasterImage(width: 40, height: 30, red: 9, green: 80, blue: 20),
      part: Rectangle(x: 0, y: 0, width: 40, height: 30),
      of: (40, 30),
      longSide: 20
    )
    var report = InspectionReport(title: "Dataset inspection", subject: Self.hostile)
    report.findings = ["A leak between splits: 2 pictures", Self.hostile]
    report.figures = [.init("Pictures", "12"), .init("Problems", "3", "look", isWarning: true)]
    report.splits = [
      .init(name: "train", images: 10, boxes: 5), .init(name: Self.hostile, images: 0, boxes: 0),
    ]
    report.classes = [
      .init(name: Self.hostile, boxes: 5, images: 3, share: 1, weight: 1, side: 20),
      .init(name: "none", boxes: 0, images: 0, share: 0, weight: nil, side: nil),
    ]
    report.charts = [
      .init(title: "Sides", note: "", edges: [1, 2, 4], counts: [7, 11], unit: "boxes"),
      .init(title: "Nothing", note: "", edges: [1, 2], counts: [0], unit: "boxes"),
    ]
    report.anchors = .init(
      note: "600",
      background: "0.4",
      foreground: "0.5",
      groups: [
        .init(
          "By class",
          [
            .init(
              name: Self.hostile,
              objects: 4,
              belowBackground: 0.25,
              belowForeground: 0.5,
              meanIoU: 0.6
            ),
            .init(
              name: "absent",
              objects: 0,
              belowBackground: 0,
              belowForeground: 0,
              meanIoU: 0
            ),
          ]
        )
      ],
      levels: [.init("stride 8", 0.981)],
      facts: [.init("Foreground", "129.6")]
    )
    report.problems = [
      .init(
        name: "boxes without area",
        count: 60,
        shown: [.init(place: "a.xml: object[3]", message: Self.hostile)]
      )
    ]
    report.leaks = [
      .init(
        title: "Nearly the same",
        text: "correlation 0.981",
        sides: [
          .init(split: "train", name: "38.jpg", picture: picture),
          .init(split: "val", name: "37.jpg", picture: nil),
        ]
      )
    ]
    var gallery = PictureGallery(
      heading: "Boxed twice?",
      note: "",
      isWhole: false,
      tiles: [
        .init(
          title: "cell",
          text: "IoU 0.93",
          file: "1.jpg",
          part: Rectangle(x: 0, y: 0, width: 40, height: 30),
          picture: picture,
          marks: [
            .init(Rectangle(x: 1, y: 1, width: 9, height: 9), .first, label: "cell"),
            .init(Rectangle(x: 2, y: 1, width: 9, height: 9), .second),
          ]
        )
      ]
    )
    gallery.roleNames = [.second: "the other one"]
    report.galleries = [gallery]
    return report
  }

  @Test func `the page is well formed, loads nothing and runs nothing of a name`() throws {
    let page = PageReader(try full().html())
    #expect(page.isWellFormed)
    #expect(page.values(of: "src").allSatisfy { $0.hasPrefix("data:image/jpeg;base64,") })
    #expect(page.count["img"] == 2)
    #expect(page.text.contains("<script>alert(1)</script>"))
    #expect(page.values(of: "href").allSatisfy { $0.hasPrefix("#") })
  }

  @Test func `findings, problems and pairs say where and what`() throws {
    let page = PageReader(try full().html())
    for part in [
      "A leak between splits: 2 pictures", "a.xml: object[3]", "and 59 more", "38.jpg", "37.jpg",
      "correlation 0.981", "the other one", "98.1",
    ] {
      #expect(page.text.contains(part), "\(part)")
    }
    // 25 % below the background threshold, as much between the two.
    let widths = page.values(of: "style").filter { $0.hasPrefix("width:") }
    #expect(widths.count { $0 == "width:25%" } == 2 && widths.contains("width:50%"))
  }

  @Test func `a histogram names its ranges, and one of nothing is left out`() throws {
    let page = PageReader(try full().html())
    #expect(page.values(of: "title").contains("2 to 4: 11 boxes"))
    #expect(!page.text.contains("Nothing"))
    let whole = BinsMarkup(
      bins: .init(
        title: "a",
        note: "",
        edges: [0, 1, 2],
        counts: [3, 4],
        unit: "pictures",
        isWhole: true
      )
    )
    #expect(whole.markup().text.contains("1: 4 pictures"))
  }

  @Test func `a page of nothing is a page`() {
    let page = PageReader(InspectionReport(title: "t", subject: "s").html())
    #expect(page.isWellFormed && page.count["section"] == nil)
  }
}
