public import COCOFormat
import COCOEvaluation

/// What became of every detection and of every object: the source of all figures of this module.
///
/// One pass over the images matches boxes as COCO evaluation does at one IoU threshold and names each
/// false positive as TIDE does. ``DetectionErrorSummary``, ``ConfusionMatrix``, ``ScoreCalibration``
/// and ``WorstImages`` are made from it. Time is near linear in the boxes, memory proportional to
/// them.
///
/// Differences from TIDE's own program, `tidecv` 1.0.1:
/// - The limit of detections is for each category and image, as in COCO, not for the image.
/// - A detection in a crowd is no error; there it is one of some kind, although it does not count.
///   An overlap of exactly the threshold is enough for a crowd, as in COCO.
/// - Objects whose area is above 10¹⁰ square pixels, and unmatched detections of such an area or of a
///   negative one, do not count, as in COCO.
/// - Of objects that are overlapped alike, the later one is found, as in COCO.
/// - An object of no overlap at all is never confused, whatever the background threshold.
///
/// Ids are told apart as they are, 0 among them: there is no counterpart to `pycocotoolsIDs`.
/// - Note: Bolya et al. 2020, *TIDE: A General Toolbox for Identifying Object Detection Errors*.
public struct DetectionErrorAnalysis: Sendable {
  /// The settings used.
  public let parameters: DetectionErrorParameters
  /// Images, categories and objects.
  public let groundTruth: COCOGroundTruth
  /// What was judged, in file order.
  public let detections: COCODetections
  let groups: ImageGroups
  let columns: VerdictColumns

  /// Judges detections.
  ///
  /// Nothing is refused: what the evaluator would not accept (an unknown image, a number that is not
  /// finite) has the verdict ``DetectionVerdict/uncounted``.
  /// - Parameters:
  ///   - groundTruth: Images, categories and objects.
  ///   - detections: In file order, which decides between equal scores.
  ///   - parameters: Thresholds and limits.
  public init(
    groundTruth: COCOGroundTruth,
    detections: COCODetections,
    parameters: DetectionErrorParameters = DetectionErrorParameters()
  ) {
    self.groundTruth = groundTruth
    self.detections = detections
    self.parameters = parameters
    groups = ImageGroups(groundTruth, detections, parameters)
    var judge = ImageJudge(
      truth: groundTruth,
      detections: detections,
      groups: groups,
      parameters: parameters
    )
    for image in groups.imageIDs.indices { judge.judge(image: image) }
    columns = judge.columns
  }

  /// What became of a detection.
  ///
  /// - Parameter detection: A place in ``detections``.
  /// - Returns: The verdict.
  public func verdict(of detection: Int) -> DetectionVerdict {
    switch columns.detections[detection] {
    case VerdictCode.found: .found
    case VerdictCode.ignored: .ignored
    case VerdictCode.uncounted: .uncounted
    case let code: .error(DetectionErrorKind.allCases[Int(code)])
    }
  }

  /// The annotation that a detection found, or is confused about.
  ///
  /// - Parameter detection: A place in ``detections``.
  /// - Returns: A place among the annotations: the object found, the crowd it lies in, the one of the
  ///   wrong class or box, the one that a surer detection has found; `nil` for background and what
  ///   does not count.
  public func object(of detection: Int) -> Int? {
    let object = columns.objectOfDetection[detection]
    return object < 0 ? nil : Int(object)
  }

  /// The overlap of a detection with its ``object(of:)``.
  ///
  /// - Parameter detection: A place in ``detections``.
  /// - Returns: IoU, over the detection's own area for a crowd; 0 if there is no object.
  public func overlap(of detection: Int) -> Double { columns.overlaps[detection] }

  /// What became of an annotated object.
  ///
  /// - Parameter object: A place among the annotations.
  /// - Returns: The outcome.
  public func outcome(ofObject object: Int) -> ObjectOutcome {
    let detection = Int(columns.detectionOfObject[object])
    return switch columns.objects[object] {
    case OutcomeCode.found: .found(by: detection)
    case OutcomeCode.confused: .confused(by: detection)
    case OutcomeCode.missed: .missed
    case OutcomeCode.ignored: .ignored
    default: .uncounted
    }
  }
}
