import COCOFormat

/// The objects of a ground truth, grouped by category, then image.
struct TruthColumns: Sendable {
  /// Left, top, right, bottom.
  private(set) var corners: [SIMD4<Double>] = []
  /// Width times height of the box, which overlaps are taken of.
  private(set) var boxArea: [Double] = []
  /// Which size ranges leave the object out, one bit a range; a crowd is left out of all.
  private(set) var ignored: [UInt32] = []
  private(set) var isCrowd: [Bool] = []
  /// Whether a match with the object does not count; see `pycocotoolsIDs`.
  private(set) var isUnfindable: [Bool] = []
  private(set) var image: [Int32] = []
  /// Where the objects of each category end; they start where the ones before end.
  private(set) var categoryEnds: [Int]
  /// How many objects there are to find, indexed by [category, range].
  private(set) var objectCounts: [Int]
  private let ranges: Int

  /// Columns of the annotations whose image and category count.
  init(
    _ annotations: COCOAnnotationTable,
    index: EvaluationIndex,
    parameters: COCOEvaluationParameters
  ) {
    let places = index.places(imageIDs: annotations.imageIDs, categoryIDs: annotations.categoryIDs)
    let known = places.imageOf.indices.filter { places.imageOf[$0] >= 0 }.map { Int32($0) }
    var order: [Int32] = places.order ?? known
    if !index.classAgnostic {
      order = StableOrder.sorted(order, by: places.categoryOf, count: index.cellCategories)
    }
    ranges = parameters.areaRanges.count
    let sizes = SizeClasses(parameters.areaRanges)
    categoryEnds = [Int](repeating: 0, count: index.cellCategories)
    objectCounts = [Int](repeating: 0, count: index.cellCategories * ranges)
    for position in order {
      let position = Int(position)
      let category = index.cellCategory(places.categoryOf[position])
      let box = annotations.boxes[position]
      corners.append(box.cornerLanes)
      boxArea.append(box.area)
      isCrowd.append(annotations.crowds[position])
      isUnfindable.append(parameters.pycocotoolsIDs && annotations.ids[position] == 0)
      image.append(places.imageOf[position])
      let leftOut =
        annotations.crowds[position]
        ? .max : sizes.outside(annotations.areas[position])
      ignored.append(leftOut)
      for range in 0..<ranges where leftOut & 1 << range == 0 {
        objectCounts[category * ranges + range] += 1
      }
      categoryEnds[category] = corners.count
    }
    for category in categoryEnds.indices.dropFirst() {
      categoryEnds[category] = max(categoryEnds[category], categoryEnds[category - 1])
    }
  }

  /// How many objects of one category there are to find in each range.
  func objectCounts(of category: Int) -> ArraySlice<Int> {
    objectCounts[category * ranges..<(category + 1) * ranges]
  }

  /// The objects of one category.
  func range(of category: Int) -> Range<Int> {
    (category == 0 ? 0 : categoryEnds[category - 1])..<categoryEnds[category]
  }
}

extension COCOBox {
  /// Left, top, right, bottom, each sum taken as the reference takes it.
  var cornerLanes: SIMD4<Double> { SIMD4(x, y, x + width, y + height) }
}
