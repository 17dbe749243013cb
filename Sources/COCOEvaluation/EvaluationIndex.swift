import COCOFormat

/// Images and categories counted by ascending id, as the reference evaluator goes through them.
struct EvaluationIndex: Sendable {
  let imageIDs: [Int]
  /// The categories that count.
  let categoryIDs: [Int]
  let images: IDIndex
  let categories: IDIndex
  let classAgnostic: Bool

  init(_ groundTruth: COCOGroundTruth, _ parameters: COCOEvaluationParameters) {
    imageIDs = Set(groundTruth.images.lazy.map(\.id)).sorted()
    let all = Set(groundTruth.categories.lazy.map(\.id))
    categoryIDs = parameters.categoryIDs.map { all.intersection($0) }?.sorted() ?? all.sorted()
    images = IDIndex(imageIDs)
    categories = IDIndex(categoryIDs)
    classAgnostic = parameters.classAgnostic
  }

  /// How many categories are told apart.
  var cellCategories: Int { classAgnostic ? 1 : categoryIDs.count }

  /// Where entries of a file belong.
  struct Places {
    /// The image of each position in the file, -1 where the entry does not count.
    var imageOf: [Int32]
    /// The category of each position in the file.
    var categoryOf: [Int32]
    /// The positions by image, where they are not in that order already; without categories, those of an image by
    /// category, as in the reference.
    var order: [Int32]?
  }

  /// The index of a category as far as categories are told apart.
  func cellCategory(_ category: Int32) -> Int { classAgnostic ? 0 : Int(category) }

  /// Finds where entries belong.
  ///
  /// - Parameters:
  ///   - imageIDs: The image of each entry.
  ///   - categoryIDs: The category of each entry.
  /// - Returns: The places.
  func places(imageIDs: [Int], categoryIDs: [Int]) -> Places {
    var imageOf = [Int32](repeating: -1, count: imageIDs.count)
    var categoryOf = [Int32](repeating: 0, count: imageIDs.count)
    // Files are mostly sorted by image: one look-up serves a whole run, and nothing is left to sort.
    var (lastID, lastImage, isSorted, highest) = (0, Int?.none, true, -1)
    for position in imageIDs.indices {
      let id = imageIDs[position]
      if position == 0 || id != lastID { (lastID, lastImage) = (id, images.position(of: id)) }
      guard let image = lastImage,
        let category = categories.position(of: categoryIDs[position])
      else { continue }
      imageOf[position] = Int32(image)
      categoryOf[position] = Int32(category)
      isSorted = isSorted && image >= highest
      highest = image
    }
    if isSorted, !classAgnostic { return Places(imageOf: imageOf, categoryOf: categoryOf) }
    var order = imageOf.indices.filter { imageOf[$0] >= 0 }.map { Int32($0) }
    if classAgnostic {
      order = StableOrder.sorted(order, by: categoryOf, count: self.categoryIDs.count)
    }
    order = StableOrder.sorted(order, by: imageOf, count: self.imageIDs.count)
    return Places(imageOf: imageOf, categoryOf: categoryOf, order: order)
  }
}
