import BoxGeometry
import COCOFormat
import DetectionDatasets
import Foundation

/// What holds of every dataset that was loaded, and of every message.
enum DatasetPromises {
  static func check(_ dataset: DetectionDataset, root: String) throws {
    var ids: Set<Int> = []
    let categories = Set(dataset.categories.map(\.id))
    try expect(categories.count == dataset.categories.count, "two classes of one id")
    for sample in dataset.samples {
      try expect(ids.insert(sample.imageID).inserted, "two pictures of one id")
      try expect(sample.width > 0 && sample.height > 0, "a picture without a size")
      if case .file(let url) = sample.source {
        try expect(url.path.hasPrefix(root + "/"), "a picture outside: \(url.path)")
        try expect(!url.path.hasSuffix("/secret.png"), "a picture that no dataset may reach")
      }
      for box in sample.boxes {
        try expect(dataset.categories.indices.contains(box.label), "a label of no class")
        try check(box.box, sample)
      }
      for region in sample.ignoreRegions { try check(region, sample) }
      for index in sample.difficultBoxes {
        try expect(sample.boxes.indices.contains(index), "a difficult box that is none")
      }
      try expect(sample.places.all.count == sample.groundTruth.count, "places are missing")
      for annotation in sample.groundTruth {
        let box = annotation.box
        try expect(
          [box.x, box.y, box.width, box.height, annotation.area].allSatisfy(\.isFinite)
            && box.width > 0 && box.height > 0,
          "an annotation without a box: \(box)"
        )
        try expect(annotation.imageID == sample.imageID, "an annotation of another picture")
        try expect(categories.contains(annotation.categoryID), "an annotation of no class")
      }
    }
    for picture in dataset.leftOut {
      try expect(ids.insert(picture.image.id).inserted, "two pictures of one id, one left out")
    }
    for problem in dataset.problems { try check("\(problem)", names: "") }
  }

  /// One line that names the file.
  static func check(_ message: String, names place: String) throws {
    let isLine = !message.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
    try expect(
      isLine && message.hasPrefix(place) && message.count > place.count + 8 && message.count < 2000,
      "no message of one line: \(message.debugDescription.prefix(3000))"
    )
  }

  private static func check(_ box: BoundingBox, _ sample: DatasetSample) throws {
    try expect(
      box.isFinite && !box.isEmpty && box.x1 >= 0 && box.y1 >= 0 && box.x2 <= Float(sample.width)
        && box.y2 <= Float(sample.height),
      "a box outside its picture: \(box)"
    )
  }

  private static func expect(_ holds: Bool, _ text: @autoclosure () -> String) throws {
    guard holds else { throw DatasetTrial.Fault(description: text()) }
  }
}
