import COCOFormat

/// Detections and objects by image, images by ascending id.
struct ImageGroups: Sendable {
  let imageIDs: [Int]
  let categoryIDs: [Int]
  /// The name of each category.
  let categoryNames: [String]
  /// How many categories are told apart.
  let categoryCount: Int
  /// Of each image, its place in the ground truth's list.
  let imagePlaces: [Int32]
  /// Places in the detections: by image, the surest first, ties in file order.
  let detectionOrder: [Int32]
  /// Places in the annotations: by image, in file order.
  let objectOrder: [Int32]
  /// The category of each detection, counted from 0; −1 if it does not count.
  let detectionCategories: [Int32]
  /// The category of each annotation, counted from 0; −1 if it does not count.
  let objectCategories: [Int32]
  /// The score of each detection.
  let scores: [Double]
  private let detectionEnds: [Int]
  private let objectEnds: [Int]

  init(
    _ truth: COCOGroundTruth,
    _ detections: COCODetections,
    _ parameters: DetectionErrorParameters
  ) {
    let classAgnostic = parameters.classAgnostic
    imageIDs = Set(truth.images.lazy.map(\.id)).sorted()
    let known = Set(truth.categories.lazy.map(\.id))
    categoryIDs = parameters.categoryIDs.map { known.intersection($0) }?.sorted() ?? known.sorted()
    let names = Dictionary(truth.categories.lazy.map { ($0.id, $0.name) }) { first, _ in first }
    categoryNames = categoryIDs.map { names[$0] ?? "" }
    categoryCount = classAgnostic ? min(1, categoryIDs.count) : categoryIDs.count
    let images = Dictionary(uniqueKeysWithValues: zip(imageIDs, Int32(0)...))
    let categories = Dictionary(uniqueKeysWithValues: zip(categoryIDs, Int32(0)...))
    var places = [Int32](repeating: -1, count: imageIDs.count)
    for (place, image) in truth.images.enumerated() {
      guard let index = images[image.id], places[Int(index)] < 0 else { continue }
      places[Int(index)] = Int32(place)
    }
    imagePlaces = places

    var found = Placement(count: detections.detections.count)
    var scores = [Double](repeating: 0, count: detections.detections.count)
    for (place, detection) in detections.detections.enumerated() {
      scores[place] = detection.score
      guard detection.score.isFinite, detection.box.isFinite else { continue }
      found.put(place, images[detection.imageID], categories[detection.categoryID])
    }
    var objects = Placement(count: truth.annotations.count)
    for (place, object) in truth.annotations.enumerated() {
      objects.put(place, images[object.imageID], categories[object.categoryID])
    }
    (objectOrder, objectEnds) = objects.order(imageCount: imageIDs.count)
    var (order, ends) = found.order(imageCount: imageIDs.count)
    let categoryOf = found.categories
    order.withUnsafeMutableBufferPointer { order in
      var start = 0
      for end in ends {
        order[start..<end].sort { a, b in
          let (left, right) = (scores[Int(a)], scores[Int(b)])
          if left != right { return left > right }
          // Without categories the reference lists an image's detections by category first.
          let (first, second) = (categoryOf[Int(a)], categoryOf[Int(b)])
          return classAgnostic && first != second ? first < second : a < b
        }
        start = end
      }
    }
    (detectionOrder, detectionEnds) = (order, ends)
    self.scores = scores
    detectionCategories = classAgnostic ? categoryOf.map { min($0, 0) } : categoryOf
    objectCategories = classAgnostic ? objects.categories.map { min($0, 0) } : objects.categories
  }

  /// Where an image's detections lie in ``detectionOrder``.
  func detections(of image: Int) -> Range<Int> {
    (image == 0 ? 0 : detectionEnds[image - 1])..<detectionEnds[image]
  }

  /// Where an image's objects lie in ``objectOrder``.
  func objects(of image: Int) -> Range<Int> {
    (image == 0 ? 0 : objectEnds[image - 1])..<objectEnds[image]
  }
}

/// The image and the category of each entry of a list.
private struct Placement {
  private(set) var images: [Int32]
  private(set) var categories: [Int32]

  init(count: Int) {
    images = [Int32](repeating: -1, count: count)
    categories = images
  }

  mutating func put(_ place: Int, _ image: Int32?, _ category: Int32?) {
    guard let image, let category else { return }
    (images[place], categories[place]) = (image, category)
  }

  /// Places by image, in file order, and where each image's end.
  func order(imageCount: Int) -> (order: [Int32], ends: [Int]) {
    var ends = [Int](repeating: 0, count: imageCount)
    for image in images where image >= 0 { ends[Int(image)] += 1 }
    var sum = 0
    for image in ends.indices {
      (ends[image], sum) = (sum, sum + ends[image])
    }
    var order = [Int32](repeating: 0, count: sum)
    for (place, image) in images.enumerated() where image >= 0 {
      order[ends[Int(image)]] = Int32(place)
      ends[Int(image)] += 1
    }
    return (order, ends)
  }
}

extension COCOBox {
  /// Whether all four numbers are.
  fileprivate var isFinite: Bool {
    x.isFinite && y.isFinite && width.isFinite && height.isFinite
  }
}
