public import COCOFormat

/// The images that errors cost most, with what to draw on them.
///
/// An image's cost is the sum of the scores of its false positives plus the number of its objects that
/// were not found. Where scores lie outside 0...1, their place between the lowest and the highest
/// score stands for them.
public struct WorstImages: Hashable, Sendable {
  /// A false positive, or an object that was not found.
  public struct Mark: Hashable, Sendable {
    /// What is wrong.
    public let kind: DetectionErrorKind
    /// The box to draw: the detection's, or that of the missed object.
    public let box: COCOBox
    /// The id of the detection's category, or of the missed object's.
    public let categoryID: Int
    /// The detection's score; `nil` for a missed object.
    public let score: Double?
    /// The annotation that a false positive is confused about, or that was missed.
    public let object: COCOAnnotation?
    /// The overlap of a false positive with that annotation; 0 if there is none.
    public let overlap: Double
  }

  /// One image.
  public struct Image: Hashable, Sendable {
    /// Its id, file name and size.
    public let image: COCOImage
    /// What its errors cost.
    public let cost: Double
    /// Objects to be found.
    public let objects: Int
    /// Objects that were found.
    public let found: Int
    /// False positives, more perhaps than there are marks for.
    public let falsePositives: Int
    /// The objects missed, then the false positives by falling score.
    public let marks: [Mark]
  }

  /// The images by falling cost, then by ascending id; none without errors.
  public let images: [Image]

  /// Chooses the images that errors cost most.
  ///
  /// - Parameters:
  ///   - analysis: What became of every detection.
  ///   - limit: How many images at most.
  ///   - falsePositiveLimit: How many false positives of an image have marks at most, the surest first:
  ///     a detector that keeps low scores makes a hundred that nobody wants to see.
  public init(_ analysis: DetectionErrorAnalysis, limit: Int = 50, falsePositiveLimit: Int = 20) {
    let groups = analysis.groups
    let costs = Self.costs(analysis)
    let order = costs.indices.filter { costs[$0] > 0 }.sorted {
      costs[$0] == costs[$1] ? $0 < $1 : costs[$0] > costs[$1]
    }
    images = order.prefix(max(limit, 0)).map { image in
      let objects = groups.objects(of: image).map { Int(groups.objectOrder[$0]) }
      let errors = groups.detections(of: image).map { Int(groups.detectionOrder[$0]) }.filter {
        VerdictCode.errors.contains(analysis.columns.detections[$0])
      }
      let outcomes = objects.map { analysis.columns.objects[$0] }
      let missed = objects.filter { analysis.columns.objects[$0] == OutcomeCode.missed }
      return Image(
        image: analysis.groundTruth.images[Int(groups.imagePlaces[image])],
        cost: costs[image],
        objects: outcomes.count { $0 != OutcomeCode.ignored },
        found: outcomes.count { $0 == OutcomeCode.found },
        falsePositives: errors.count,
        marks: missed.map { analysis.mark(missed: $0) }
          + errors.prefix(max(falsePositiveLimit, 0)).map { analysis.mark(error: $0) }
      )
    }
  }

  private static func costs(_ analysis: DetectionErrorAnalysis) -> [Double] {
    let (groups, columns) = (analysis.groups, analysis.columns)
    let counted = groups.detectionOrder.lazy.map { Int($0) }
      .filter { columns.detections[$0] < VerdictCode.ignored }
    let (low, high) = ScoreRange.bounds(counted.map { groups.scores[$0] })
    return groups.imageIDs.indices.map { image in
      var cost = 0.0
      for position in groups.detections(of: image) {
        let detection = Int(groups.detectionOrder[position])
        guard VerdictCode.errors.contains(columns.detections[detection]) else { continue }
        cost += ScoreRange.place(groups.scores[detection], low: low, high: high)
      }
      for position in groups.objects(of: image) {
        let outcome = columns.objects[Int(groups.objectOrder[position])]
        if outcome == OutcomeCode.missed || outcome == OutcomeCode.confused { cost += 1 }
      }
      return cost
    }
  }
}

extension DetectionErrorAnalysis {
  /// What to draw for a missed object.
  func mark(missed object: Int) -> WorstImages.Mark {
    let annotation = groundTruth.annotations[object]
    return WorstImages.Mark(
      kind: .missed,
      box: annotation.box,
      categoryID: annotation.categoryID,
      score: nil,
      object: annotation,
      overlap: 0
    )
  }

  /// What to draw for a false positive.
  func mark(error detection: Int) -> WorstImages.Mark {
    let found = detections.detections[detection]
    return WorstImages.Mark(
      kind: DetectionErrorKind.allCases[Int(columns.detections[detection])],
      box: found.box,
      categoryID: found.categoryID,
      score: found.score,
      object: object(of: detection).map { groundTruth.annotations[$0] },
      overlap: overlap(of: detection)
    )
  }
}
