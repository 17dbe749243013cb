import COCOFormat
import DetectionAnalysis
import DetectionReport
import DetectionTraining
import Foundation
import Raster
import RunLogs

/// What TensorBoard gets of an evaluation besides its numbers.
enum TensorBoardFigures {
  /// The most classes that have a curve of their own, the first with objects; each takes five kilobytes an evaluation.
  static let mostClasses = 100
  /// How many pictures, and the most pixels along either side of one of the two halves of each.
  static let (pictures, longSide) = (4, 400)

  /// Pictures as annotated beside what was detected.
  ///
  /// - Parameter gallery: The pictures and their boxes.
  /// - Returns: PNG files of the first few.
  /// - Throws: `DrawingError` or `RasterError` if memory runs out.
  static func pictures(of gallery: Gallery) throws -> [TensorBoardFigure] {
    try gallery.items.prefix(pictures).enumerated().map { place, item in
      let image = try gallery.panels(of: item, longSide: longSide)
      return .picture(
        TensorBoardPicture(
          tag: "pictures/\(place + 1)",
          name: "\(item.name): annotated, detected",
          width: image.width,
          height: image.height,
          png: Data(try image.pngData())
        )
      )
    }
  }

  /// Precision over recall at IoU 0.5 as the score threshold falls, of all classes together and of each.
  ///
  /// - Parameters:
  ///   - truth: The validation set, categories as the detections mean them.
  ///   - detections: What was scored.
  /// - Returns: Curves of the classes with objects; none where there are no objects.
  static func curves(truth: COCOGroundTruth, detections: [COCODetection]) -> [TensorBoardFigure] {
    let analysis = DetectionErrorAnalysis(
      groundTruth: truth,
      detections: COCODetections(detections)
    )
    var objects: [Int: Int] = [:]
    for (index, annotation) in truth.annotations.enumerated() {
      switch analysis.outcome(ofObject: index) {
      case .found, .confused, .missed: objects[annotation.categoryID, default: 0] += 1
      case .ignored, .uncounted: break
      }
    }
    guard !objects.isEmpty else { return [] }
    var judged: [Int: [(score: Double, isFound: Bool)]] = [:]
    for (index, detection) in detections.enumerated() {
      switch analysis.verdict(of: index) {
      case .found: judged[detection.categoryID, default: []].append((detection.score, true))
      case .error: judged[detection.categoryID, default: []].append((detection.score, false))
      case .ignored, .uncounted: break
      }
    }
    let all = PrecisionRecallCounts(
      tag: "curves/all",
      name: "all classes, IoU 0.5",
      objects: objects.values.reduce(0, +),
      detections: Array(judged.values.joined())
    )
    let classes = truth.categories.filter { objects[$0.id] != nil }.prefix(mostClasses)
    return [.curve(all)]
      + classes.map { category in
        .curve(
          PrecisionRecallCounts(
            tag: "curves/class \(category.id)",
            name: "\(category.name), IoU 0.5",
            objects: objects[category.id] ?? 0,
            detections: judged[category.id] ?? []
          )
        )
      }
  }
}
