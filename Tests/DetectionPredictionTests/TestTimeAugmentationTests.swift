import BoxGeometry
import DetectionModels
import DetectionPrediction
import Raster
import Testing

struct TestTimeAugmentationTests {
  private let resize = ResizeRule(shortSide: 400, longSideCap: 666)
  private let region = PixelRegion(x: 100, y: 50, width: 40, height: 20)

  @Test func `without anything there is one look, as the model has it`() {
    #expect(
      TestTimeAugmentation().looks(at: region, resize: resize)
        == [PictureLook(region: region, resize: resize)]
    )
  }

  @Test func `each short side is looked at both ways, with its share of the long side`() {
    let looks = TestTimeAugmentation(shortSides: [400, 800], flips: true)
      .looks(at: region, resize: resize)
    #expect(looks.map(\.isMirrored) == [false, true, false, true])
    #expect(looks.map(\.resize.shortSide) == [400, 400, 800, 800])
    #expect(looks.map(\.resize.longSideCap) == [666, 666, 1332, 1332])
  }

  /// (3, 1) in the mirrored 40x20 part is 40 − 3 = 37 from its left, and lies at 137, 51.
  @Test func `boxes come back from a mirrored part to their places`() {
    let look = PictureLook(region: region, resize: resize, isMirrored: true)
    let box = BoundingBox(x1: 3, y1: 1, x2: 8, y2: 6)
    #expect(
      look.inPicture([ScoredBox(box: box, label: 1, score: 0.5)])
        == [
          ScoredBox(
            box: BoundingBox(x1: 132, y1: 51, x2: 137, y2: 56),
            label: 1,
            score: 0.5
          )
        ]
    )
  }

  @Test func `the part is cut out, then mirrored`() {
    var image = RasterImage(width: 200, height: 100, red: 0, green: 0, blue: 0)
    image[100, 50] = SIMD3(255, 1, 2)
    #expect(PictureLook(region: region, resize: resize).part(of: image)[0, 0] == SIMD3(255, 1, 2))
    let mirrored = PictureLook(region: region, resize: resize, isMirrored: true).part(of: image)
    #expect(mirrored[39, 0] == SIMD3(255, 1, 2))
    #expect(mirrored.width == 40 && mirrored.height == 20)
  }

  @Test func `what several looks see is one detection, with the best score`() {
    let objects = [
      LabeledBox(box: BoundingBox(x1: 10, y1: 10, x2: 50, y2: 40), label: 0),
      LabeledBox(box: BoundingBox(x1: 70, y1: 10, x2: 90, y2: 40), label: 1),
    ]
    var detector = KnownObjects(objects: objects)
    detector.score = { index, _ in index == 0 ? 0.9 : 0.8 }
    let plan = LookPlan(
      resize: resize,
      augmentation: TestTimeAugmentation(shortSides: [200, 400], flips: true)
    )
    let rules = PredictionRules(detection: DetectionConfiguration())
    let found = detector.found(in: plan, rules, width: 100, height: 60)
    #expect(found.map(\.box) == objects.map(\.box))
    #expect(found.map(\.score) == [0.9, 0.8])
  }
}
