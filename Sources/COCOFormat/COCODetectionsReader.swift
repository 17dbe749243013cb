import CSimdJSON
import Foundation

/// Walks a results file that was parsed as a whole, and says what is wrong with it.
///
/// ``COCODetectionPieces`` is faster, and stops where something is; then this one has the say.
struct COCODetectionsReader {
  private let reader: JSONReader

  static func detections(
    in bytes: Data,
    file: String,
    _ check: DetectionCheck
  ) throws(COCOFormatError) -> COCODetections {
    let document = try JSONDocument(parsing: bytes, file: file)
    defer { withExtendedLifetime(document) {} }
    let walk = COCODetectionsReader(reader: JSONReader(file: file))
    var kept = CheckedDetections(check)
    var elements = try walk.reader.list(document.root, "")
    var (element, index) = (sj_element(), 0)
    while sj_array_next(&elements, &element) {
      let detection = try walk.detection(element, index)
      if let unknown = kept.add(detection, index) { throw unknown.error(file: file, index) }
      index += 1
    }
    return kept.result
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
}
