import COCOFormat
import DetectionAnalysis

/// What there is on some images, gathered in one pass over all boxes.
struct ImageScenes {
  private var objects: [Int: [Int]] = [:]
  private var detections: [Int: [Int]] = [:]
  private let analysis: DetectionErrorAnalysis

  init(_ analysis: DetectionErrorAnalysis, images: Set<Int>) {
    self.analysis = analysis
    for (index, annotation) in analysis.groundTruth.annotations.enumerated()
    where images.contains(annotation.imageID) && analysis.outcome(ofObject: index) != .uncounted {
      objects[annotation.imageID, default: []].append(index)
    }
    for (index, detection) in analysis.detections.detections.enumerated()
    where images.contains(detection.imageID) && analysis.verdict(of: index) != .uncounted {
      detections[detection.imageID, default: []].append(index)
    }
  }

  /// The annotations of an image, at most so many as can be told apart on it.
  func objects(of image: Int) -> [Int] { Array((objects[image] ?? []).prefix(60)) }

  /// The surest detections of an image.
  func surest(of image: Int, limit: Int) -> [Int] {
    let all = detections[image] ?? []
    let scores = analysis.detections.detections
    return Array(
      all.sorted {
        scores[$0].score == scores[$1].score ? $0 < $1 : scores[$0].score > scores[$1].score
      }
      .prefix(limit)
    )
  }
}
