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

  init(_ splits: [InspectedSplit]) {
    let datasets = splits.map(\.dataset)
    let formats = Set(datasets.map(\.format.rawValue))
    format = formats.count == 1 ? formats.first ?? "" : "mixed"
    images = datasets.reduce(0) { $0 + $1.samples.count }
    boxes = datasets.reduce(0) { $0 + $1.boxCount }
    crowds = datasets.reduce(0) { sum, dataset in
      dataset.samples.reduce(sum) { $0 + $1.ignoreRegions.count }
    }
    imagesWithoutBoxes = datasets.reduce(0) { sum, dataset in
      sum + dataset.samples.count { $0.boxes.isEmpty }
    }
    self.splits = splits.map {
      Split(
        name: $0.name,
        format: $0.dataset.format.rawValue,
        location: $0.dataset.location,
        images: $0.dataset.samples.count,
        boxes: $0.dataset.boxCount
      )
    }
    let balance = ClassBalance(splits)
    classes = balance.classes
    imbalance = balance.ratio
    problems = datasets.flatMap(\.problems)
    imagesLeftOut = problems.count { $0.kind.isPictureLeftOut }
  }
}
