package import BoxGeometry
import DetectionDatasets

/// Two boxes that may be of one object.
package struct BoxedTwice: Hashable, Sendable, Codable {
  package var picture: InspectedPicture
  /// The annotation file.
  package var file: String
  /// Where the two stand in it.
  package var places: [String]
  /// The classes of the two; equal unless the annotators disagree.
  package var classes: [String]
  /// Their intersection over union.
  package var iou: Double
  /// The two, as corners (x1, y1, x2, y2) in pixels of the picture.
  package var boxes: [BoundingBox]

  /// Whether one object has two classes.
  package var isDisagreement: Bool { Set(classes).count > 1 }

  /// Looks through all pictures.
  /// - Parameters:
  ///   - splits: Parts with common classes.
  ///   - leastIoU: Least IoU of two boxes, above 0.5.
  /// - Returns: The pairs, picture by picture.
  package static func all(
    in splits: [InspectedSplit],
    leastIoU: Float = DoubledBoxes.leastIoU
  ) -> [BoxedTwice] {
    let categories = splits.first?.dataset.categories ?? []
    return splits.pictures.flatMap { picture in
      let sample = splits[picture]
      let pairs = DoubledBoxes.pairs(sample.boxes.map(\.box), leastIoU: leastIoU)
      if pairs.isEmpty { return [BoxedTwice]() }
      let places = BoxPlaces(sample)
      return pairs.map { pair in
        let both = [pair.first, pair.second]
        return BoxedTwice(
          picture: splits.named(picture),
          file: places.file,
          places: both.map { places[$0] },
          classes: both.map { categories[sample.boxes[$0].label].name },
          iou: Double(pair.iou),
          boxes: both.map { sample.boxes[$0].box }
        )
      }
    }
  }
}
