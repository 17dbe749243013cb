import BoxGeometry
import COCOFormat

/// A dataset drawn from a seed, number for number as `Scripts/golden/coco_random.py` draws it.
struct RandomDataset {
  private(set) var groundTruth: COCOGroundTruth
  private(set) var detections: [COCODetection] = []
  private var draw: Draw
  private let scoreSteps: Int

  /// Whole numbers below a bound by remainder: the same in any language.
  private struct Draw {
    var generator: SplitMix64
    mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
  }

  init(seed: UInt64) {
    draw = Draw(generator: SplitMix64(state: seed))
    let (imageCount, categoryCount) = (1 + draw.below(12), 1 + draw.below(5))
    groundTruth = COCOGroundTruth(
      images: (0..<imageCount).map { COCOImage(id: 7 * $0 - 3, fileName: "", width: 0, height: 0) },
      categories: (0..<categoryCount).map { COCOCategory(id: 90 - 11 * $0, name: "c\($0)") },
      annotations: []
    )
    scoreSteps = [4, 64, 1 << 20][draw.below(3)]
    for image in groundTruth.images {
      let objects = draw.below(3) * draw.below(8)
      for _ in 0..<objects { addObject(imageID: image.id) }
      let strays = draw.below(16) == 0 ? 140 : draw.below(12)
      for _ in 0..<strays { addStray(imageID: image.id) }
    }
  }

  private mutating func category() -> Int {
    groundTruth.categories[draw.below(groundTruth.categories.count)].id
  }

  private mutating func box() -> COCOBox {
    let side = [256, 768, 2400][draw.below(3)]
    let (x, y) = (Double(draw.below(3200)) / 8, Double(draw.below(3200)) / 8)
    let (width, height) = (Double(1 + draw.below(side)) / 8, Double(1 + draw.below(side)) / 8)
    return COCOBox(x: x, y: y, width: width, height: height)
  }

  private mutating func addDetection(_ imageID: Int, _ categoryID: Int, _ box: COCOBox) {
    let score = Double(draw.below(scoreSteps)) / Double(scoreSteps)
    detections.append(
      COCODetection(imageID: imageID, categoryID: categoryID, box: box, score: score)
    )
  }

  private mutating func addObject(imageID: Int) {
    var category = category()
    let box = box()
    let isCrowd = draw.below(8) == 0
    groundTruth.annotations.append(
      COCOAnnotation(
        id: groundTruth.annotations.count,
        imageID: imageID,
        categoryID: category,
        box: box,
        area: box.width * box.height * Double(4 + draw.below(5)) / 8,
        isCrowd: isCrowd
      )
    )
    for _ in 0..<draw.below(4) {
      let jitter = (0..<4).map { _ in Double(draw.below(65) - 32) / 64 }
      let moved = COCOBox(
        x: box.x + box.width * jitter[0] / 4,
        y: box.y + box.height * jitter[1] / 4,
        width: box.width * (1 + jitter[2] / 2),
        height: box.height * (1 + jitter[3] / 2)
      )
      if draw.below(10) == 0 { category = self.category() }
      addDetection(imageID, category, moved)
    }
  }

  private mutating func addStray(imageID: Int) {
    let category = category()
    var box = box()
    if draw.below(32) == 0 { box.width = 0 }
    addDetection(imageID, category, box)
  }

  /// The sum of every number drawn, exact in any order.
  var checksum: Double {
    func sum(_ box: COCOBox) -> Double { box.x + box.y + box.width + box.height }
    return groundTruth.annotations.reduce(0) { $0 + sum($1.box) + $1.area }
      + detections.reduce(0) { $0 + sum($1.box) + $1.score }
  }
}
