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

  /// All that a look through a dataset gives: each pair as long as they are few, and their number.
  package struct Findings: Hashable, Sendable {
    /// The first pairs, picture by picture: ``mostOfPicture`` of one, ``mostTold`` in all.
    package var told: [BoxedTwice] = []
    package var count = Count()
  }

  /// How often objects are boxed twice.
  package struct Count: Hashable, Sendable, Codable {
    /// Pairs of one class, and pictures with one.
    package var pairs = 0
    package var pictures = 0
    /// Pairs of two classes.
    package var disagreements = 0
    /// Whether all boxes were looked at; of a picture with ``DoubledBoxes/most`` pairs, or with a
    /// heap of boxes that is too large to compare all, the rest was not.
    package var isComplete = true

    /// Pairs of either kind.
    package var all: Int { pairs + disagreements }
  }

  /// As many pairs are told one by one.
  package static let mostTold = 1000
  /// As many of one picture.
  package static let mostOfPicture = 100

  /// Looks through all pictures.
  /// - Parameters:
  ///   - splits: Parts with common classes.
  ///   - leastIoU: Least IoU of two boxes, above 0.5.
  /// - Returns: The pairs, picture by picture.
  package static func all(
    in splits: [InspectedSplit],
    leastIoU: Float = DoubledBoxes.leastIoU
  ) -> Findings {
    let categories = splits.first?.dataset.categories ?? []
    var findings = Findings()
    for picture in splits.pictures {
      let sample = splits[picture]
      let found = DoubledBoxes.search(sample.boxes.map(\.box), leastIoU: leastIoU)
      if found.isCut { findings.count.isComplete = false }
      if found.pairs.isEmpty { continue }
      let equal = found.pairs.count {
        sample.boxes[$0.first].label == sample.boxes[$0.second].label
      }
      findings.count.pairs += equal
      findings.count.pictures += equal > 0 ? 1 : 0
      findings.count.disagreements += found.pairs.count - equal
      let room = min(mostOfPicture, mostTold - findings.told.count)
      if room == 0 { continue }
      let places = BoxPlaces(sample)
      findings.told += found.pairs.prefix(room).map { pair in
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
    return findings
  }
}
