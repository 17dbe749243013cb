import CSimdJSON

/// Single images and categories of an annotation file, whichever way it is read.
struct COCOEntryReader {
  let reader: JSONReader
  let options: COCOReadingOptions

  /// An entry of `images`.
  func image(_ element: sj_element, _ index: Int) throws(COCOFormatError) -> COCOImage {
    var (id, name): (Int?, String?)
    var (width, height) = (0, 0)
    var members = try reader.members(element, "images[\(index)]")
    var (key, value) = (sj_text(), sj_element())
    while sj_object_next(&members, &key, &value) {
      if key == "id" {
        id = try reader.integer(value, "images[\(index)].id")
      } else if key == "file_name" {
        name = try reader.string(value, "images[\(index)].file_name")
      } else if key == "width" {
        width = try side(value, "images[\(index)].width")
      } else if key == "height" {
        height = try side(value, "images[\(index)].height")
      }
    }
    let advice = "every image needs id and file_name"
    guard let id else { throw reader.missing("id", "images[\(index)]", advice) }
    guard let name else { throw reader.missing("file_name", "images[\(index)]", advice) }
    if options.fileNames == .insideFolder, let fault = COCOFileName.fault(in: name) {
      throw reader.error(
        .unsafeFileName,
        "images[\(index)].file_name",
        "expected a name inside the image folder, found \(fault) (\(sj_element.quoted(name))); "
          + "write the path relative to that folder"
      )
    }
    return COCOImage(id: id, fileName: name, width: width, height: height)
  }

  /// A side in pixels; 0 where the file leaves it open.
  private func side(
    _ value: sj_element,
    _ path: @autoclosure () -> String
  ) throws(COCOFormatError) -> Int {
    guard sj_element_type(value) != SJ_NULL else { return 0 }
    let side = try reader.integer(value, path())
    guard side >= 0 else {
      throw reader.error(
        .invalidValue,
        path(),
        "expected a number of pixels, found \(side); leave it out if it is unknown"
      )
    }
    return side
  }

  /// An entry of `categories`.
  func category(
    _ element: sj_element,
    _ index: Int
  ) throws(COCOFormatError) -> COCOCategory {
    var (id, name): (Int?, String?)
    var members = try reader.members(element, "categories[\(index)]")
    var (key, value) = (sj_text(), sj_element())
    while sj_object_next(&members, &key, &value) {
      if key == "id" {
        id = try reader.integer(value, "categories[\(index)].id")
      } else if key == "name" {
        name = try reader.string(value, "categories[\(index)].name")
      }
    }
    let advice = "every category needs id and name"
    guard let id else { throw reader.missing("id", "categories[\(index)]", advice) }
    guard let name else { throw reader.missing("name", "categories[\(index)]", advice) }
    return COCOCategory(id: id, name: name)
  }
}
