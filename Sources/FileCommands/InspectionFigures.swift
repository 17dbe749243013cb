import DatasetInspection
import DetectionDatasets

/// An inspection as one JSON object.
struct InspectionFigures: Encodable {
  struct Split: Encodable {
    var name: String
    var format: String
    var location: String
    var images: Int
    var boxes: Int
  }

  /// How the data is written; `mixed` where its parts differ.
  var format: String
  var images: Int
  var boxes: Int
  /// Regions that are neither object nor background.
  var crowds: Int
  /// Pictures without a box.
  var imagesWithoutBoxes: Int
  /// Pictures that cannot be used.
  var imagesLeftOut: Int
  var splits: [Split]
  var classes: [ClassBalance.Class]
  /// Boxes of the most frequent class for each of the rarest.
  var imbalance: Double?
  var problems: [DatasetProblem]
  /// Files that look like annotations where none were read.
  var hints: [String]
  /// Sizes, shapes and numbers.
  var statistics: BoxStatistics
  /// The first, and how many there are.
  var boxedTwice: [BoxedTwice]
  var boxedTwiceCount: BoxedTwice.Count
  /// Missing where pictures were not decoded.
  var duplicates: DuplicatePictures?
  /// Pictures whose files hold more than the picture.
  var notes: [PictureNote]
  /// Missing where there are no boxes.
  var anchorCoverage: AnchorCoverage?

  init(_ inspection: Inspection) {
    let formats = Set(inspection.splits.map(\.dataset.format.rawValue))
    format = formats.count == 1 ? formats.first ?? "" : "mixed"
    images = inspection.images
    boxes = inspection.balance.boxes
    crowds = inspection.crowds
    imagesWithoutBoxes = inspection.imagesWithoutBoxes
    imagesLeftOut = inspection.imagesLeftOut
    splits = inspection.splits.map {
      Split(
        name: $0.name,
        format: $0.dataset.format.rawValue,
        location: $0.dataset.location,
        images: $0.dataset.samples.count,
        boxes: $0.dataset.boxCount
      )
    }
    classes = inspection.balance.classes
    imbalance = inspection.balance.ratio
    problems = inspection.problems
    hints = inspection.splits.flatMap { InspectionNeighbours.hints($0.dataset) }
    statistics = inspection.boxes
    boxedTwice = inspection.boxedTwice
    boxedTwiceCount = inspection.boxedTwiceCount
    duplicates = inspection.duplicates
    notes = inspection.notes
    anchorCoverage = inspection.coverage
  }
}
