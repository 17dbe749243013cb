import COCOFormat
import DetectionDatasets

/// Where the boxes of a sample stand in their annotation file.
struct BoxPlaces {
  private let sample: DatasetSample
  private let places: [String]
  /// The annotation of each box.
  private let annotations: [Int]

  init(_ sample: DatasetSample) {
    self.sample = sample
    places = sample.places.all
    // A crowd has no box. Difficult objects of Pascal VOC have one and look like crowds.
    annotations = sample.groundTruth.indices.filter {
      sample.ignoreRegions.isEmpty || !sample.groundTruth[$0].isCrowd
    }
  }

  /// The file that the boxes stand in.
  var file: String { sample.annotationFile }

  /// The place of a box.
  subscript(box: Int) -> String {
    guard annotations.count == sample.boxes.count, annotations[box] < places.count,
      !places[annotations[box]].isEmpty
    else { return "box \(box + 1) of \(sample.name)" }
    return places[annotations[box]]
  }

  /// The annotation of a box, as it was written.
  func annotation(_ box: Int) -> COCOAnnotation? {
    annotations.count == sample.boxes.count ? sample.groundTruth[annotations[box]] : nil
  }
}
