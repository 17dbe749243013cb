import COCOEvaluation
import COCOFormat
import DetectionAnalysis

/// A dataset put down by hand: categories 1, 2 and 3 (*cat*, *dog*, *cow*), images by number.
struct ErrorScene {
  var images: [COCOImage]
  var categories = [
    COCOCategory(id: 1, name: "cat"), COCOCategory(id: 2, name: "dog"),
    COCOCategory(id: 3, name: "cow"),
  ]
  private var annotations: [COCOAnnotation] = []
  private var detections: [COCODetection] = []

  init(images: Int = 1) {
    self.images = (1...images).map {
      COCOImage(id: $0, fileName: "\($0).jpg", width: 1000, height: 1000)
    }
  }

  /// Puts down an object and says which annotation it is.
  @discardableResult
  mutating func object(
    _ category: Int,
    _ box: COCOBox,
    image: Int = 1,
    area: Double? = nil,
    isCrowd: Bool = false
  ) -> Int {
    annotations.append(
      COCOAnnotation(
        id: annotations.count + 1,
        imageID: image,
        categoryID: category,
        box: box,
        area: area,
        isCrowd: isCrowd
      )
    )
    return annotations.count - 1
  }

  /// Puts down a detection and says which one it is.
  @discardableResult
  mutating func detection(_ category: Int, _ box: COCOBox, _ score: Double, image: Int = 1) -> Int {
    detections.append(
      COCODetection(imageID: image, categoryID: category, box: box, score: score)
    )
    return detections.count - 1
  }

  func analysis(
    _ parameters: DetectionErrorParameters = DetectionErrorParameters()
  ) -> DetectionErrorAnalysis {
    DetectionErrorAnalysis(
      groundTruth: COCOGroundTruth(
        images: images,
        categories: categories,
        annotations: annotations
      ),
      detections: COCODetections(detections),
      parameters: parameters
    )
  }

  var summary: DetectionErrorSummary { DetectionErrorSummary(analysis()) }
}

extension COCOBox {
  /// A square of 100 by 100 pixels, a large object; moved by `right` it overlaps the one at 0 by
  /// (100 − right) / (100 + right).
  static func square(_ right: Double, _ down: Double = 0) -> COCOBox {
    COCOBox(x: right, y: down, width: 100, height: 100)
  }
}
