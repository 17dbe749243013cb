import COCOFormat

/// Makes annotations of rows, and counts what is told once for the whole dataset.
struct YOLOCollector {
  /// Names of the pictures that have no label file.
  var unlabelled: [String] = []
  private let labels: [Int: Int]
  private var nextAnnotationID = 1
  private var polygons = 0
  private var firstPolygon = ""

  /// A box over the border by a smaller share of the picture's longer side is the rounding of rows
  /// with five digits.
  private static let roundingShare = 1e-5

  init(categories: [DatasetCategory]) {
    labels = Dictionary(uniqueKeysWithValues: categories.enumerated().map { ($1.id, $0) })
  }

  /// The annotations of one picture.
  /// - Parameters:
  ///   - rows: Its label file; `nil` where there is none.
  ///   - file: The label file, for messages.
  ///   - imageID: The picture's number.
  ///   - size: The picture's size.
  /// - Returns: The boxes in pixels.
  mutating func collect(
    _ rows: YOLOLabels?,
    file: String,
    imageID: Int,
    size: (width: Int, height: Int)
  ) -> SampleAnnotations {
    var collected = SampleAnnotations(file: file, width: size.width, height: size.height)
    collected.slack = Self.roundingShare * Double(max(size.width, size.height))
    for row in rows?.rows ?? [] {
      // The parser has refused classes that the dataset lacks.
      guard let label = labels[row.categoryID] else { continue }
      let known = collected.groundTruth.count
      collected.add(
        COCOAnnotation(
          id: nextAnnotationID,
          imageID: imageID,
          categoryID: row.categoryID,
          box: row.box(imageWidth: size.width, imageHeight: size.height)
        ),
        label: label,
        isDifficult: false,
        place: "line \(row.line)"
      )
      nextAnnotationID += collected.groundTruth.count - known
      if row.isPolygon {
        if polygons == 0 { firstPolygon = "\(file): line \(row.line)" }
        polygons += 1
      }
    }
    return collected
  }

  /// What is told once.
  func summary(file: String) -> [DatasetProblem] {
    var problems: [DatasetProblem] = []
    if let first = unlabelled.first {
      problems.append(
        DatasetProblem(
          file: file,
          kind: .missingAnnotation,
          message: "pictures without a label file: \(unlabelled.count), the first is "
            + "\(quoted(first)); taken as pictures without objects"
        )
      )
    }
    if polygons > 0 {
      problems.append(
        DatasetProblem(
          file: file,
          kind: .polygon,
          message: "rows that are outlines: \(polygons), the first is \(firstPolygon); "
            + "the boxes around them are taken"
        )
      )
    }
    return problems
  }
}
