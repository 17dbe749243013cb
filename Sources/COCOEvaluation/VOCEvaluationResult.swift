/// What the Pascal VOC metric found.
public struct VOCEvaluationResult: Hashable, Sendable {
  /// The mean of the classes' average precision; `nil` if no class has an object to be found.
  public let meanAveragePrecision: Double?
  /// The classes by ascending id.
  public let classes: [VOCClassResult]
  /// How many images there are.
  public let images: Int
  /// How many objects are to be found.
  public let groundTruths: Int
  /// How many objects are neither asked for nor punished when found.
  public let difficultGroundTruths: Int
  /// How many detections were given.
  public let detections: Int
  /// How many detections are of categories that the ground truth does not have.
  public let uncountedDetections: Int
  /// The settings used.
  public let parameters: VOCEvaluationParameters
}

/// What the Pascal VOC metric found of one class.
public struct VOCClassResult: Hashable, Sendable {
  /// The category's id.
  public let id: Int
  /// The category's name.
  public let name: String
  /// Average precision, 0 to 1; `nil` if the class has no object to be found.
  public let averagePrecision: Double?
  /// Objects to be found.
  public let groundTruths: Int
  /// Objects that are neither asked for nor punished when found.
  public let difficultGroundTruths: Int
  /// Detections of the class, those of difficult objects among them.
  public let detections: Int
  /// Recall and precision after each detection that counts, by descending score.
  ///
  /// Empty if there is no object to be found. The precision is as measured, not yet the best at or
  /// beyond that recall.
  public let curve: [VOCPrecisionRecallPoint]

  /// Detections that found an object.
  public var truePositives: Int { curve.count(where: \.isTruePositive) }
}

/// One detection on a precision-recall curve of the Pascal VOC metric.
public struct VOCPrecisionRecallPoint: Hashable, Sendable {
  /// The share of the objects that were found down to here.
  public let recall: Double
  /// The share of the detections down to here that found an object.
  public let precision: Double
  /// The detection's score.
  public let score: Double
  /// Whether this detection found an object.
  public let isTruePositive: Bool
}

extension VOCEvaluationParameters.Averaging {
  /// Average precision of a curve.
  ///
  /// - Parameter curve: Recall and precision after each detection, best score first.
  /// - Returns: 0 to 1; 0 for an empty curve.
  func averagePrecision(of curve: [VOCPrecisionRecallPoint]) -> Double {
    switch self {
    case .elevenPoints: Self.elevenPointMean(curve)
    case .area: Self.area(curve)
    }
  }

  private static func elevenPointMean(_ curve: [VOCPrecisionRecallPoint]) -> Double {
    var (rest, best, sum) = (curve[...], 0.0, 0.0)
    for point in (0...10).reversed() {
      // The product rounds as in the programs that others compare with: 3/10 does not reach the
      // fourth point there, and so not here.
      while let last = rest.last, last.recall >= Double(point) * 0.1 {
        best = max(best, last.precision)
        rest.removeLast()
      }
      sum += best
    }
    return sum / 11
  }

  private static func area(_ curve: [VOCPrecisionRecallPoint]) -> Double {
    var (best, sum) = (0.0, 0.0)
    for index in curve.indices.reversed() {
      best = max(best, curve[index].precision)
      sum += (curve[index].recall - (index == 0 ? 0 : curve[index - 1].recall)) * best
    }
    return sum
  }
}
