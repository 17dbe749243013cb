/// How many errors of each kind there are, and what average precision each kind costs.
///
/// The average precision gained by fixing one kind alone: a classification error gets the right class
/// and a localization error the right box, unless its object is found already or explained by a surer
/// error, then it is taken away as errors of the other kinds are; missed objects are taken out of the
/// count, as if they were found with the precision of the rest.
///
/// Differences from TIDE's own program: average precision is COCO's, its mean over the categories
/// that have objects, where that program counts a category without objects but with detections as 0,
/// and in the range 0...1 in place of 0...100; sizes go by the annotated area, not by the box. For
/// the differences in what an error is see ``DetectionErrorAnalysis``.
/// - Note: Bolya et al. 2020, *TIDE: A General Toolbox for Identifying Object Detection Errors*, 2.3.
public struct DetectionErrorSummary: Hashable, Sendable {
  /// One kind of errors.
  public struct Share: Hashable, Sendable {
    /// The kind.
    public let kind: DetectionErrorKind
    /// How many there are.
    public let count: Int
    /// The average precision gained if they alone were fixed, 0...1; `nil` if there are no objects.
    public let gain: Double?
  }

  /// The errors of one category.
  public struct Category: Hashable, Sendable {
    /// The category's id.
    public let id: Int
    /// The category's name.
    public let name: String
    /// Average precision at the foreground threshold; `nil` if it has no objects.
    public let averagePrecision: Double?
    /// Objects to be found.
    public let objects: Int
    /// Objects that were found.
    public let found: Int
    /// False positives of the category.
    public let falsePositives: Int
    /// The six kinds: false positives by their own class, missed objects by theirs.
    ///
    /// The gain is that of this category's average precision if the kind were fixed in all categories:
    /// a classification error leaves one category and enters another.
    public let shares: [Share]
    /// The average precision gained without false positives.
    public let falsePositiveGain: Double?
    /// The average precision gained without objects that were not found.
    public let falseNegativeGain: Double?
  }

  /// The errors of one size.
  public struct Size: Hashable, Sendable {
    /// The size of the object that was missed, mistaken or misplaced, else of the detection.
    public let size: ObjectSize
    /// The six kinds; the gain is that of the average precision over objects of all sizes.
    public let shares: [Share]
  }

  /// The IoU from which a detection finds an object.
  public let foregroundThreshold: Double
  /// Average precision at that threshold, as COCO evaluation has it; `nil` if there are no objects.
  public let averagePrecision: Double?
  /// Objects to be found; crowds are not among them.
  public let objects: Int
  /// Objects that were found.
  public let found: Int
  /// Detections that are errors.
  public let falsePositives: Int
  /// Detections that count neither for nor against, as those in crowds.
  public let ignoredDetections: Int
  /// Detections beyond the limit, or of unknown categories.
  public let uncountedDetections: Int
  /// The six kinds, in the order of ``DetectionErrorKind``.
  public let shares: [Share]
  /// The average precision gained if there were no false positive, all else being equal.
  public let falsePositiveGain: Double?
  /// The average precision gained if every object not found were taken out of the count.
  public let falseNegativeGain: Double?
  /// By category, ascending ids; empty if categories are forgotten.
  public let categories: [Category]
  /// By size: small, medium, large.
  public let sizes: [Size]

  /// Counts and weighs the errors of an analysis.
  ///
  /// - Parameter analysis: What became of every detection.
  public init(_ analysis: DetectionErrorAnalysis) {
    let lists = VerdictLists(analysis)
    let fixed = FixedPrecision(lists, recallThresholds: analysis.parameters.recallThresholds)
    let gains = Gains(fixed)
    let counts = Counts(lists)
    foregroundThreshold = analysis.parameters.foregroundThreshold
    averagePrecision = gains.mean(gains.base)
    objects = lists.objects.reduce(0, +)
    found = lists.found.reduce(0, +)
    let codes = analysis.columns.detections
    falsePositives = codes.count { VerdictCode.errors.contains($0) }
    ignoredDetections = codes.count { $0 == VerdictCode.ignored }
    uncountedDetections = codes.count { $0 == VerdictCode.uncounted }
    shares = DetectionErrorKind.allCases.map { kind in
      Share(
        kind: kind,
        count: counts.total(kind),
        gain: gains.gain(FixedPrecision.Fix([kind]))
      )
    }
    falsePositiveGain = gains.gain(gains.perfectPrecision)
    falseNegativeGain = gains.gain(gains.perfectRecall)
    sizes = ObjectSize.allCases.map { size in
      Size(
        size: size,
        shares: DetectionErrorKind.allCases.map { kind in
          Share(
            kind: kind,
            count: counts.total(kind, size),
            gain: gains.gain(FixedPrecision.Fix([kind], size: size))
          )
        }
      )
    }
    categories =
      analysis.parameters.classAgnostic ? [] : Self.categories(analysis, lists, gains, counts)
  }

  /// The errors of a kind, over all categories.
  ///
  /// - Parameter kind: The kind.
  /// - Returns: Their count and what they cost.
  public subscript(kind: DetectionErrorKind) -> Share { shares[kind.index] }

  private static func categories(
    _ analysis: DetectionErrorAnalysis,
    _ lists: VerdictLists,
    _ gains: Gains,
    _ counts: Counts
  ) -> [Category] {
    let fixes = DetectionErrorKind.allCases.map { gains.gains(FixedPrecision.Fix([$0])) }
    let precise = gains.gains(gains.perfectPrecision)
    let complete = gains.gains(gains.perfectRecall)
    return analysis.groups.categoryIDs.enumerated().map { index, id in
      Category(
        id: id,
        name: analysis.groups.categoryNames[index],
        averagePrecision: gains.base[index],
        objects: lists.objects[index],
        found: lists.found[index],
        falsePositives: DetectionErrorKind.ofDetections.reduce(0) {
          $0 + counts.count($1, category: index)
        },
        shares: DetectionErrorKind.allCases.map { kind in
          Share(
            kind: kind,
            count: counts.count(kind, category: index),
            gain: fixes[kind.index][index]
          )
        },
        falsePositiveGain: precise[index],
        falseNegativeGain: complete[index]
      )
    }
  }
}

extension DetectionErrorAnalysis {
  /// The average precision if errors of some kinds were fixed together.
  ///
  /// - Parameter kinds: What is fixed; nothing gives the average precision as it is.
  /// - Returns: The mean over the categories with objects, at the foreground threshold; `nil` if there
  ///   are no objects. 1 if nothing is left that could be wrong.
  public func averagePrecision(fixing kinds: Set<DetectionErrorKind> = []) -> Double? {
    let lists = VerdictLists(self)
    let gains = Gains(
      FixedPrecision(lists, recallThresholds: parameters.recallThresholds)
    )
    return gains.fixedMean(FixedPrecision.Fix(kinds))
  }
}
