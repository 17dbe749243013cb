import BoxGeometry
import Drawing
import Raster
import Testing

@testable import DetectionReport

@Suite struct GalleryPictureTests {
  private let box = BoundingBox(x1: 4, y1: 4, x2: 20, y2: 20)

  private func gallery(_ detections: [ScoredBox]) -> Gallery {
    Gallery(
      categories: ["cell"],
      runs: ["run"],
      items: [
        .init(
          name: "a.png",
          image: RasterImage(width: 60, height: 40, red: 90, green: 120, blue: 60),
          truth: [LabeledBox(box: box, label: 0)],
          detections: [detections]
        )
      ]
    )
  }

  @Test func `annotated and detected stand side by side on white`() throws {
    let gallery = gallery([ScoredBox(box: box, label: 0, score: 0.9)])
    let picture = try gallery.panels(of: gallery.items[0], longSide: 100)
    #expect(picture.width == 60 + 8 + 60 && picture.height == 40)
    #expect(picture[64, 20] == SIMD3(255, 255, 255))
    #expect(picture[50, 35] == SIMD3(90, 120, 60))
    let small = try gallery.panels(of: gallery.items[0], longSide: 30)
    #expect(small.width == 30 + 8 + 30 && small.height == 20)
  }

  @Test func `a tile's marks say what was found, missed and made up`() {
    let away = BoundingBox(x1: 30, y1: 10, x2: 40, y2: 20)
    func tile(_ detections: [ScoredBox]) -> PictureGallery.Tile {
      let gallery = gallery(detections)
      return gallery.tile(of: gallery.items[0], run: 0, picture: nil)
    }
    let found = tile([ScoredBox(box: box, label: 0, score: 0.9)])
    #expect(found.marks.map(\.role) == [.found, .object])
    #expect(found.marks[0].label == "cell 0.90" && found.text == "1 of 1 found, 0 false alarms")
    let wrong = tile([ScoredBox(box: away, label: 0, score: 0.9)])
    #expect(wrong.marks.map(\.role) == [.falseAlarm, .missed])
    #expect(wrong.marks[0].box == Rectangle(x: 30, y: 10, width: 10, height: 10))
    // Below the score that is shown.
    #expect(tile([ScoredBox(box: box, label: 0, score: 0.1)]).marks.map(\.role) == [.missed])
  }

  @Test func `of many boxes the first few are named`() {
    let boxes = (0..<30).map { index in
      ScoredBox(
        box: BoundingBox(x1: Float(index), y1: 30, x2: Float(index) + 2, y2: 33),
        label: 0,
        score: 0.9
      )
    }
    let gallery = gallery(boxes)
    let marks = gallery.tile(of: gallery.items[0], run: 0, picture: nil).marks
    #expect(marks.count == 31 && marks.count { !$0.label.isEmpty } == 6)
    // A run that is not there detected nothing.
    #expect(gallery.tile(of: gallery.items[0], run: 3, picture: nil).marks.map(\.role) == [.missed])
  }
}
