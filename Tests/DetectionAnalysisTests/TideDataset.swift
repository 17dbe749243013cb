import BoxGeometry
import COCOFormat

/// A dataset drawn from a seed, number for number as `Scripts/golden/tide.py` draws it.
struct TideDataset {
  private(set) var images: [COCOImage]
  private(set) var annotations: [COCOAnnotation] = []
  private(set) var detections: [COCODetection] = []
  private var draw: Draw
  private var steps = 0
  private var categories: [Int] = []

  /// Whole numbers below a bound by remainder: the same in any language.
  private struct Draw {
    var generator: SplitMix64
    mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
  }

  init(seed: UInt64) {
    draw = Draw(generator: SplitMix64(state: seed))
    let (imageCount, categoryCount) = (1 + draw.below(8), 2 + draw.below(4))
    steps = [16, 1 << 14][draw.below(2)]
    categories = (0..<categoryCount).map { 90 - 11 * $0 }
    images = (0..<imageCount).map {
      COCOImage(id: 7 * $0 - 3, fileName: "\($0).jpg", width: 400, height: 400)
    }
    for image in images {
      let objects = draw.below(3) * draw.below(6)
      for _ in 0..<objects { addObject(image.id) }
      for _ in 0..<draw.below(8) { add(image.id, categories[draw.below(categoryCount)], box()) }
      guard draw.below(12) == 0 else { continue }
      let category = categories[draw.below(categoryCount)]
      for _ in 0..<130 { add(image.id, category, box()) }
    }
  }

  private mutating func box() -> COCOBox {
    let side = [200, 640, 1600][draw.below(3)]
    let (x, y) = (Double(draw.below(1600)) / 8, Double(draw.below(1600)) / 8)
    let (width, height) = (Double(8 + draw.below(side)) / 8, Double(8 + draw.below(side)) / 8)
    return COCOBox(x: x, y: y, width: width, height: height)
  }

  private mutating func add(_ image: Int, _ category: Int, _ box: COCOBox) {
    let score = Double(draw.below(steps)) / Double(steps)
    detections.append(COCODetection(imageID: image, categoryID: category, box: box, score: score))
  }

  private mutating func addObject(_ image: Int) {
    let category = categories[draw.below(categories.count - 1)]
    let box = box()
    let isCrowd = draw.below(8) == 0
    annotations.append(
      COCOAnnotation(
        id: annotations.count + 1,
        imageID: image,
        categoryID: category,
        box: box,
        area: box.width * box.height * Double(4 + draw.below(5)) / 8,
        isCrowd: isCrowd
      )
    )
    for _ in 0..<draw.below(5) {
      let spread = [32.0, 8, 2][draw.below(3)]
      let jitter = (0..<4).map { _ in Double(draw.below(65) - 32) / 32 / spread * 4 }
      let moved = COCOBox(
        x: box.x + box.width * jitter[0],
        y: box.y + box.height * jitter[1],
        width: box.width * (1 + jitter[2] / 4),
        height: box.height * (1 + jitter[3] / 4)
      )
      let isWrong = draw.below(3) == 0
      add(image, isWrong ? categories[draw.below(categories.count)] : category, moved)
    }
  }

  /// The ground truth drawn.
  var truth: COCOGroundTruth {
    COCOGroundTruth(
      images: images,
      categories: categories.map { COCOCategory(id: $0, name: "c\($0)") },
      annotations: annotations
    )
  }

  /// The sum of every number drawn, exact in any order.
  var checksum: Double {
    func sum(_ box: COCOBox) -> Double { box.x + box.y + box.width + box.height }
    return annotations.reduce(0) { $0 + sum($1.box) + $1.area }
      + detections.reduce(0) { $0 + sum($1.box) + $1.score }
  }
}

extension TideDataset {
  /// The same with a score of its own for every detection.
  var distinctScores: TideDataset {
    var copy = self
    for index in detections.indices {
      copy.detections[index].score = Double(index * 7919 % 16384) / 16384
    }
    return copy
  }

  /// Turns every list around.
  mutating func turnAround() {
    images.reverse()
    categories.reverse()
    annotations.reverse()
    detections.reverse()
  }

  /// Makes objects of the crowds, and leaves out detections of classes without objects.
  mutating func simplify() {
    for index in annotations.indices { annotations[index].isCrowd = false }
    let known = Set(annotations.map(\.categoryID))
    detections.removeAll { !known.contains($0.categoryID) }
  }

  /// Puts another score in the place of each.
  mutating func changeScores(_ change: (Double) -> Double) {
    for index in detections.indices { detections[index].score = change(detections[index].score) }
  }
}
