import COCOFormat

/// Boxes as columns, in the order of their cells.
struct BoxColumns {
  private(set) var left: [Double] = []
  private(set) var top: [Double] = []
  private(set) var right: [Double] = []
  private(set) var bottom: [Double] = []
  /// Width times height.
  private(set) var area: [Double] = []

  mutating func reserveCapacity(_ count: Int) {
    left.reserveCapacity(count)
    top.reserveCapacity(count)
    right.reserveCapacity(count)
    bottom.reserveCapacity(count)
    area.reserveCapacity(count)
  }

  mutating func append(_ box: COCOBox) {
    left.append(box.x)
    top.append(box.y)
    right.append(box.x + box.width)
    bottom.append(box.y + box.height)
    area.append(box.area)
  }
}

/// The objects of a ground truth.
struct TruthColumns {
  private(set) var boxes = BoxColumns()
  /// Which size ranges leave the object out, one bit a range; a crowd is left out of all.
  private(set) var ignored: [UInt8] = []
  private(set) var isCrowd: [Bool] = []
  /// Whether a match with the object does not count; see `pycocotoolsIDs`.
  private(set) var isUnfindable: [Bool] = []
  private(set) var runs = CellRuns()

  /// Columns of the annotations whose image and category are known.
  init(
    _ annotations: [COCOAnnotation],
    index: EvaluationIndex,
    parameters: COCOEvaluationParameters
  ) {
    let placed = index.placed(annotations.lazy.map { ($0.imageID, $0.categoryID) })
    boxes.reserveCapacity(placed.order.count)
    for position in placed.order {
      let annotation = annotations[Int(position)]
      boxes.append(annotation.box)
      ignored.append(annotation.isCrowd ? .max : outOfRange(annotation.area))
      isCrowd.append(annotation.isCrowd)
      isUnfindable.append(parameters.pycocotoolsIDs && annotation.id == 0)
    }
    placed.forEachRun { key, range in runs.append(key: key, end: range.upperBound) }
  }
}

/// The detections, best first in each cell, no more than count.
struct DetectionColumns {
  private(set) var boxes = BoxColumns()
  private(set) var score: [Double] = []
  /// How many detections of the cell are better.
  private(set) var rank: [Int32] = []
  /// Which size ranges the detection is outside of, one bit a range.
  private(set) var outside: [UInt8] = []
  private(set) var runs = CellRuns()

  /// Columns of the detections whose category is known.
  init(_ detections: [COCODetection], index: EvaluationIndex, limit: Int) {
    let placed = index.placed(detections.lazy.map { ($0.imageID, $0.categoryID) })
    boxes.reserveCapacity(placed.order.count)
    var best: [(score: Double, place: Int)] = []
    placed.forEachRun { key, range in
      best.removeAll(keepingCapacity: true)
      for place in range { best.append((detections[Int(placed.order[place])].score, place)) }
      // Ties go to the one that comes first.
      best.sort { $0.score == $1.score ? $0.place < $1.place : $0.score > $1.score }
      for (rank, entry) in best.prefix(limit).enumerated() {
        let box = detections[Int(placed.order[entry.place])].box
        boxes.append(box)
        score.append(entry.score)
        self.rank.append(Int32(rank))
        outside.append(outOfRange(box.area))
      }
      runs.append(key: key, end: score.count)
    }
  }
}

/// Bits of the size ranges that an area does not belong to.
private func outOfRange(_ area: Double) -> UInt8 {
  COCOAreaRange.allCases.reduce(0) { bits, range in
    range.bounds.contains(area) ? bits : bits | 1 << range.rawValue
  }
}

/// Where ids lie: images and categories counted by ascending id.
struct EvaluationIndex {
  let imageIDs: [Int]
  let categoryIDs: [Int]
  private let images: [Int: Int32]
  private let categories: [Int: Int32]
  private let classAgnostic: Bool

  init(_ groundTruth: COCOGroundTruth, classAgnostic: Bool) {
    imageIDs = Set(groundTruth.images.lazy.map(\.id)).sorted()
    categoryIDs = Set(groundTruth.categories.lazy.map(\.id)).sorted()
    images = Dictionary(uniqueKeysWithValues: zip(imageIDs, 0...))
    categories = Dictionary(uniqueKeysWithValues: zip(categoryIDs, 0...))
    self.classAgnostic = classAgnostic
  }

  func contains(imageID: Int) -> Bool { images[imageID] != nil }
  func contains(categoryID: Int) -> Bool { categories[categoryID] != nil }

  /// How many categories are told apart.
  var cellCategories: Int { classAgnostic ? 1 : categoryIDs.count }

  /// Positions with known ids, grouped by cell.
  struct Placement {
    /// Positions in the list that was placed.
    let order: [Int32]
    /// The cell of each position of the list.
    let keys: [Int]

    /// Visits each cell with its range in `order`.
    func forEachRun(_ body: (_ key: Int, _ range: Range<Int>) -> Void) {
      var start = 0
      while start < order.count {
        let key = keys[Int(order[start])]
        var end = start + 1
        while end < order.count, keys[Int(order[end])] == key { end += 1 }
        body(key, start..<end)
        start = end
      }
    }
  }

  /// Groups entries by category, then image, keeping their order in a cell.
  ///
  /// Without categories, the entries of an image come by category, as in the reference.
  /// - Parameter ids: Image and category of each entry; entries with unknown ids are left out.
  /// - Returns: The order and the cells.
  func placed(_ ids: some Collection<(imageID: Int, categoryID: Int)>) -> Placement {
    var imageOf = [Int32](repeating: -1, count: ids.count)
    var categoryOf = [Int32](repeating: -1, count: ids.count)
    var known: [Int32] = []
    known.reserveCapacity(ids.count)
    // Files are mostly sorted by image: one look-up serves a whole run.
    var last: (id: Int, image: Int32?)?
    for (position, entry) in ids.enumerated() {
      if last?.id != entry.imageID { last = (entry.imageID, images[entry.imageID]) }
      guard let image = last?.image, let category = categories[entry.categoryID] else { continue }
      (imageOf[position], categoryOf[position]) = (image, category)
      known.append(Int32(position))
    }
    var order = known
    let byImage = { order = stablySorted(order, by: imageOf, count: imageIDs.count) }
    let byCategory = { order = stablySorted(order, by: categoryOf, count: categoryIDs.count) }
    if classAgnostic {
      byCategory()
      byImage()
    } else {
      byImage()
      byCategory()
    }
    let keys = imageOf.indices.map { position in
      Int(imageOf[position]) + (classAgnostic ? 0 : Int(categoryOf[position]) * imageIDs.count)
    }
    return Placement(order: order, keys: keys)
  }
}
