import CSimdJSON
import Foundation

/// Walks an annotation file that was parsed as a whole, and says what is wrong with it.
///
/// ``COCOGroundTruthPieces`` is faster, and stops where something is; then this one has the say. Keys that nobody knows are
/// passed over.
struct COCOGroundTruthReader {
  private let reader: JSONReader
  private let options: COCOReadingOptions
  /// Where in `result.images` an id is.
  private var imageIndices: [Int: Int] = [:]
  private var categoryIDs: Set<Int> = []
  private var annotationIDs: Set<Int> = []
  private var entries: COCOEntryReader { COCOEntryReader(reader: reader, options: options) }
  private var result = COCOGroundTruth(images: [], categories: [], annotations: [])

  static func groundTruth(
    in bytes: Data,
    file: String,
    options: COCOReadingOptions
  ) throws(COCOFormatError) -> COCOGroundTruth {
    let document = try JSONDocument(parsing: bytes, file: file)
    defer { withExtendedLifetime(document) {} }
    var walk = COCOGroundTruthReader(reader: JSONReader(file: file), options: options)
    try walk.readRoot(document.root)
    return walk.result
  }

  private init(reader: JSONReader, options: COCOReadingOptions) {
    self.reader = reader
    self.options = options
  }

  private mutating func readRoot(_ root: sj_element) throws(COCOFormatError) {
    var (images, categories, annotations): (sj_element?, sj_element?, sj_element?)
    var members = try reader.members(root, "")
    var (key, value) = (sj_text(), sj_element())
    while sj_object_next(&members, &key, &value) {
      if key == "images" { images = value }
      if key == "categories" { categories = value }
      if key == "annotations" { annotations = value }
    }
    let advice = "a COCO annotation file has images, categories and annotations"
    guard let images else { throw reader.missing("images", "", advice) }
    guard let categories else { throw reader.missing("categories", "", advice) }
    guard let annotations else {
      throw reader.missing("annotations", "", "write \"annotations\": [] if there is no object")
    }
    try readImages(images)
    try readCategories(categories)
    try readAnnotations(annotations)
  }

  // MARK: Images and categories

  private mutating func readImages(_ list: sj_element) throws(COCOFormatError) {
    var elements = try reader.list(list, "images")
    var element = sj_element()
    while sj_array_next(&elements, &element) {
      let index = result.images.count
      let image = try entries.image(element, index)
      guard imageIndices.updateValue(index, forKey: image.id) == nil else {
        throw duplicate("image", image.id, "images[\(index)].id")
      }
      result.images.append(image)
    }
  }

  private mutating func readCategories(_ list: sj_element) throws(COCOFormatError) {
    var elements = try reader.list(list, "categories")
    var element = sj_element()
    while sj_array_next(&elements, &element) {
      let index = result.categories.count
      let category = try entries.category(element, index)
      guard categoryIDs.insert(category.id).inserted else {
        throw duplicate("category", category.id, "categories[\(index)].id")
      }
      result.categories.append(category)
    }
  }

  // MARK: Annotations

  private mutating func readAnnotations(_ list: sj_element) throws(COCOFormatError) {
    var elements = try reader.list(list, "annotations")
    var element = sj_element()
    var index = 0
    while sj_array_next(&elements, &element) {
      let annotation = try annotation(element, index)
      let image = try checkReferences(of: annotation, index)
      if let problem = COCOBoxFault.problem(annotation.box, in: image, index, options) {
        result.problems.append(problem)
        if problem.isLeftOut {
          index += 1
          continue
        }
      }
      result.annotations.append(annotation)
      index += 1
    }
  }

  private func annotation(
    _ element: sj_element,
    _ index: Int
  ) throws(COCOFormatError) -> COCOAnnotation {
    var (id, imageID, categoryID): (Int?, Int?, Int?)
    var (box, area, isCrowd): (COCOBox?, Double?, Bool) = (nil, nil, false)
    var isDifficult = false
    var members = try reader.members(element, "annotations[\(index)]")
    var (key, value) = (sj_text(), sj_element())
    while sj_object_next(&members, &key, &value) {
      if key == "id" {
        id = try reader.integer(value, "annotations[\(index)].id")
      } else if key == "image_id" {
        imageID = try reader.integer(value, "annotations[\(index)].image_id")
      } else if key == "category_id" {
        categoryID = try reader.integer(value, "annotations[\(index)].category_id")
      } else if key == "bbox" {
        box = try reader.box(value, "annotations[\(index)].bbox")
      } else if key == "area", sj_element_type(value) != SJ_NULL {
        area = try reader.number(value, "annotations[\(index)].area")
      } else if key == "iscrowd", sj_element_type(value) != SJ_NULL {
        isCrowd = try reader.flag(value, "annotations[\(index)].iscrowd")
      } else if key == "difficult" || key == "ignore" {
        // Not COCO's own: anything but true or 1 says nothing.
        isDifficult = (try? reader.flag(value, "")) == true || isDifficult
      }
    }
    let (place, advice) = ("annotations[\(index)]", "every annotation needs it")
    guard let id else { throw reader.missing("id", place, advice) }
    guard let imageID else { throw reader.missing("image_id", place, advice) }
    guard let categoryID else { throw reader.missing("category_id", place, advice) }
    guard let box else { throw reader.missing("bbox", place, advice) }
    return COCOAnnotation(
      id: id,
      imageID: imageID,
      categoryID: categoryID,
      box: box,
      area: area,
      isCrowd: isCrowd || (isDifficult && options.difficultObjects == .crowds)
    )
  }

  /// Checks the three ids.
  ///
  /// - Returns: The annotation's image.
  private mutating func checkReferences(
    of annotation: COCOAnnotation,
    _ index: Int
  ) throws(COCOFormatError) -> COCOImage {
    guard annotationIDs.insert(annotation.id).inserted else {
      throw duplicate("annotation", annotation.id, "annotations[\(index)].id")
    }
    guard let image = imageIndices[annotation.imageID] else {
      throw reader.error(
        .unknownImage,
        "annotations[\(index)].image_id",
        "expected the id of an image, found \(annotation.imageID), which no image has; "
          + "add the image or remove the annotation"
      )
    }
    guard categoryIDs.contains(annotation.categoryID) else {
      throw reader.error(
        .unknownCategory,
        "annotations[\(index)].category_id",
        "expected the id of a category, found \(annotation.categoryID), which no category has; "
          + "add the category or remove the annotation"
      )
    }
    return result.images[image]
  }

  private func duplicate(_ what: String, _ id: Int, _ path: String) -> COCOFormatError {
    reader.error(
      .duplicateID,
      path,
      "expected an id of its own for every \(what), found \(id) a second time; renumber one of them"
    )
  }
}
