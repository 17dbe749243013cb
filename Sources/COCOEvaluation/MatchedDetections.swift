/// Detections and objects, and which of them found one another.
struct MatchedDetections: Sendable {
  let truths: TruthColumns
  let detections: DetectionColumns
  let matches: DetectionMatches
  let parameters: COCOEvaluationParameters

  /// Positions of a category's detections in all images, best first.
  ///
  /// Images by ascending id, and ranks within them, decide between equal scores.
  func order(of category: Int) -> [Int32] {
    detections.entries.withUnsafeBufferPointer {
      StableOrder.descending(detections.range(of: category), $0)
    }
  }
}
