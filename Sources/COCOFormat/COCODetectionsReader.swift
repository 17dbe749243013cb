import CSimdJSON
import Foundation

/// Walks a parsed results file; keys that nobody knows are passed over.
struct COCODetectionsReader {
  private let reader: JSONReader
  private let imageIDs: Set<Int>?
  private let categoryIDs: Set<Int>?
  private var result = COCODetections([])

  static func detections(
    in bytes: Data,
    file: String,
    for groundTruth: COCOGroundTruth?
  ) throws(COCOFormatError) -> COCODetections {
    let document = try JSONDocument(parsing: bytes, file: file)
    defer { withExtendedLifetime(document) {} }
    var walk = COCODetectionsReader(
      reader: JSONReader(file: file),
      imageIDs: (groundTruth?.images).map { Set($0.lazy.map(\.id)) },
      categoryIDs: (groundTruth?.categories).map { Set($0.lazy.map(\.id)) }
    )
    var elements = try walk.reader.list(document.root, "")
    var (element, index) = (sj_element(), 0)
    while sj_array_next(&elements, &element) {
      let detection = try walk.detection(element, index)
      try walk.add(detection, index)
      index += 1
    }
    return walk.result
  }

  private init(reader: JSONReader, imageIDs: Set<Int>?, categoryIDs: Set<Int>?) {
    self.reader = reader
    self.imageIDs = imageIDs
    self.categoryIDs = categoryIDs
  }

  private func detection(
    _ element: sj_element,
    _ index: Int
  ) throws(COCOFormatError) -> COCODetection {
    var (imageID, categoryID): (Int?, Int?)
    var (box, score): (COCOBox?, Double?)
    var members = try reader.members(element, "[\(index)]")
    var (key, value) = (sj_text(), sj_element())
    while sj_object_next(&members, &key, &value) {
      if key == "image_id" {
        imageID = try reader.integer(value, "[\(index)].image_id")
      } else if key == "category_id" {
        categoryID = try reader.integer(value, "[\(index)].category_id")
      } else if key == "bbox" {
        box = try reader.box(value, "[\(index)].bbox")
      } else if key == "score" {
        score = try reader.number(value, "[\(index)].score")
      }
    }
    let (place, advice) = ("[\(index)]", "every detection needs it")
    guard let imageID else { throw reader.missing("image_id", place, advice) }
    guard let categoryID else { throw reader.missing("category_id", place, advice) }
    guard let box else { throw reader.missing("bbox", place, advice) }
    guard let score else { throw reader.missing("score", place, advice) }
    return COCODetection(imageID: imageID, categoryID: categoryID, box: box, score: score)
  }

  private mutating func add(
    _ detection: COCODetection,
    _ index: Int
  ) throws(COCOFormatError) {
    if let imageIDs, !imageIDs.contains(detection.imageID) {
      throw reader.error(
        .unknownImage,
        "[\(index)].image_id",
        "expected the id of an image of the ground truth, found \(detection.imageID); "
          + "detections and ground truth must be of the same images"
      )
    }
    if let categoryIDs, !categoryIDs.contains(detection.categoryID) {
      let problem = COCOProblem(
        path: "[\(index)].category_id",
        kind: .unknownCategory,
        message:
          "the ground truth has no category \(detection.categoryID); kept, but never counted",
        isLeftOut: false
      )
      result.problems.append(problem)
    }
    // A box of no extent is a false alarm and stays one; a negative side is nonsense.
    guard detection.box.width >= 0, detection.box.height >= 0 else {
      let box = detection.box
      let problem = COCOProblem(
        path: "[\(index)].bbox",
        kind: .emptyBox,
        message: "expected a width and height of at least 0, found \(box.width) and "
          + "\(box.height); left out",
        isLeftOut: true
      )
      result.problems.append(problem)
      return
    }
    result.detections.append(detection)
  }
}
