import COCOFormat

extension COCOEvaluationError {
  /// A detection of an image that the ground truth does not have.
  static func unknownImage(_ id: Int, at position: Int) -> COCOEvaluationError {
    COCOEvaluationError(
      code: .unknownImage,
      index: position,
      message: "expected the id of an image of the ground truth, found \(id); "
        + "detections and ground truth must be of the same images"
    )
  }

  /// A detection with a number that is infinite or none.
  static func notFinite(_ detection: COCODetection, at position: Int) -> COCOEvaluationError {
    let box = detection.box
    return COCOEvaluationError(
      code: .notFinite,
      index: position,
      message: "expected finite numbers, found the score \(detection.score) and the box "
        + "[\(box.x), \(box.y), \(box.width), \(box.height)]; remove such detections"
    )
  }
}

extension COCODetection {
  /// Whether score and box are numbers.
  var isFinite: Bool {
    score.isFinite && box.x.isFinite && box.y.isFinite && box.width.isFinite && box.height.isFinite
  }
}
