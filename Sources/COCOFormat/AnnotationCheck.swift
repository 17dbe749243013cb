/// What is checked of annotations once all lists of the file are read.
struct AnnotationCheck {
  private let options: COCOReadingOptions
  /// The ground truth, with its problems when the check has passed.
  private(set) var result: COCOGroundTruth

  init(_ groundTruth: COCOGroundTruth, _ options: COCOReadingOptions) {
    result = groundTruth
    self.options = options
  }

  /// Checks ids and boxes, and leaves out what the options want left out.
  ///
  /// - Returns: False if an id is missing or occurs twice; nothing is said about which.
  mutating func passes() -> Bool {
    let images = IDIndex(result.images.map(\.id))
    let categories = IDIndex(result.categories.map(\.id))
    guard images.isUnique, categories.isUnique, hasUniqueIDs() else { return false }
    let table = result.annotations
    var leftOut: Set<Int> = []
    for index in table.indices {
      guard let image = images.position(of: table.imageIDs[index]),
        categories.position(of: table.categoryIDs[index]) != nil
      else { return false }
      if let problem = COCOBoxFault.problem(
        table.boxes[index],
        in: result.images[image],
        index,
        options
      ) {
        result.problems.append(problem)
        if problem.isLeftOut { leftOut.insert(index) }
      }
    }
    if !leftOut.isEmpty {
      result.annotations = COCOAnnotationTable(
        table.indices.lazy.filter { !leftOut.contains($0) }.map { table[$0] }
      )
    }
    return true
  }

  /// Most files number their annotations upwards; of others the ids are sorted.
  private func hasUniqueIDs() -> Bool {
    let ids = result.annotations.ids
    if zip(ids, ids.dropFirst()).allSatisfy(<) { return true }
    let sorted = ids.sorted()
    return zip(sorted, sorted.dropFirst()).allSatisfy(<)
  }
}
