import BoxGeometry
import Drawing
import Foundation
import Raster
import Testing

@testable import DetectionReport

@Suite struct ContactSheetTests {
  private func item(
    _ name: String,
    boxes: [LabeledBox],
    ignored: [BoundingBox] = [],
    steps: [String] = []
  ) -> ContactSheet.Item {
    ContactSheet.Item(
      name: name,
      image: RasterImage(width: 120, height: 80, red: 90, green: 120, blue: 150),
      boxes: boxes,
      ignoredRegions: ignored,
      steps: steps
    )
  }

  private func box(_ label: Int, _ x: Float, side: Float = 20) -> LabeledBox {
    LabeledBox(box: BoundingBox(x1: x, y1: 10, x2: x + side, y2: 10 + side), label: label)
  }

  private func sheet(_ items: [ContactSheet.Item]) -> ContactSheet {
    ContactSheet(
      title: "Training pictures of <b>&\"data\"",
      summary: "Two of them.",
      categories: ["cell <1>", "platelet"],
      settings: [.init(name: "augmentation.mosaic", value: "0.5")],
      items: items
    )
  }

  @Test func `the page has every picture with its objects and steps, and is XML`() throws {
    let page = PageReader(
      try sheet([
        item(
          "a.png",
          boxes: [box(0, 10), box(0, 40), box(1, 70)],
          steps: ["zoom 1.20", "rotated by 5.00°"]
        ),
        item("b.png", boxes: [], ignored: [BoundingBox(x1: 1, y1: 1, x2: 30, y2: 30)]),
        item("c.png", boxes: []),
      ]).html()
    )
    #expect(page.isWellFormed)
    #expect(page.count["img"] == 3)
    #expect(page.values(of: "src").allSatisfy { $0.hasPrefix("data:image/jpeg;base64,") })
    for text in [
      "2 cell <1>, 1 platelet", "zoom 1.20", "rotated by 5.00°", "1 ignored", "as it is",
      "120 × 80", "augmentation.mosaic", "no objects", "Training pictures of <b>&\"data\"",
      "ignored: neither object nor background",
    ] {
      #expect(page.text.contains(text), "\(text)")
    }
  }

  @Test func `of each class the largest three are named, all have a box`() {
    let boxes = [box(0, 0, side: 5), box(0, 10, side: 9), box(0, 30, side: 7), box(0, 50, side: 8)]
    let item = item("a", boxes: boxes + [box(1, 80)], ignored: [box(0, 90).box])
    let overlay = ContactSheet.overlay(of: item) { ["cell", "platelet"][$0] }
    #expect(overlay.count == 6)
    #expect(overlay.map(\.label) == ["platelet", "cell", "cell", "cell", "", ""])
    #expect(overlay.map(\.isDashed) == [false, false, false, false, false, true])
    #expect(overlay[4].box.width == 5)
    #expect(ContactSheet.counts(of: item).map(\.count) == [4, 1])
  }

  @Test func `sheets hold twelve pictures each`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let items = (0..<13).map {
      item("\($0).png", boxes: [box($0 % 2, 10)], steps: (0..<$0).map { "step \($0)" })
    }
    let files = try sheet(items).write(to: folder)
    #expect(files.map(\.lastPathComponent) == ["index.html", "sheet-1.png", "sheet-2.png"])
    let (first, second) = (
      try RasterImage(contentsOf: files[1]), try RasterImage(contentsOf: files[2])
    )
    // Four columns of 340 and a single one, 20 between them, 1.5 pixels for each.
    #expect(first.width == 2190)
    #expect(second.width == 570)
    #expect(first.height > second.height)
  }

  @Test func `a sheet without pictures is a page all the same`() throws {
    let page = PageReader(try sheet([]).html())
    #expect(page.isWellFormed)
    #expect(page.count["img"] == nil)
  }
}
