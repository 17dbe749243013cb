import COCOFormat

/// The annotated objects as columns, by image, for the loops over their boxes.
struct ObjectColumns: Sendable {
  private(set) var left: [Double] = []
  private(set) var top: [Double] = []
  private(set) var right: [Double] = []
  private(set) var bottom: [Double] = []
  /// Width times height.
  private(set) var boxArea: [Double] = []
  private(set) var category: [Int32] = []
  private(set) var isCrowd: [Bool] = []
  /// A crowd, or of an area that the protocol leaves out.
  private(set) var isIgnored: [Bool] = []

  /// The areas that count in the protocol's range of all sizes.
  static let areas = 0...1e10

  init(_ truth: COCOGroundTruth, _ groups: ImageGroups) {
    for place in groups.objectOrder {
      let object = truth.annotations[Int(place)]
      left.append(object.box.x)
      top.append(object.box.y)
      right.append(object.box.x + object.box.width)
      bottom.append(object.box.y + object.box.height)
      boxArea.append(object.box.area)
      category.append(groups.objectCategories[Int(place)])
      isCrowd.append(object.isCrowd)
      isIgnored.append(object.isCrowd || !Self.areas.contains(object.area))
    }
  }

  /// How far a box overlaps one object: intersection over union, over its own area for a crowd.
  ///
  /// - Parameters:
  ///   - box: A detection's box.
  ///   - object: A place in the columns.
  /// - Returns: 0 to 1; not a number near the end of `Double`.
  func overlap(_ box: COCOBox, with object: Int) -> Double {
    let width = min(box.x + box.width, right[object]) - max(box.x, left[object])
    guard width > 0 else { return 0 }
    let height = min(box.y + box.height, bottom[object]) - max(box.y, top[object])
    guard height > 0 else { return 0 }
    let intersection = width * height
    return intersection
      / (isCrowd[object] ? box.area : box.area + boxArea[object] - intersection)
  }
}
