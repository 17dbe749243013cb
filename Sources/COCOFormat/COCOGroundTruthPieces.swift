import CSimdJSON

/// The fast way through an annotation file: pieces of its lists, rows of plain numbers, columns.
struct COCOGroundTruthPieces {
  /// What one piece holds.
  enum Rows: Sendable {
    case images([COCOImage])
    case categories([COCOCategory])
    case annotations([sj_row])
    case nothing
  }

  private var result = COCOGroundTruth(images: [], categories: [], annotations: [])
  private var lists: Set<String> = []

  /// Reads the ground truth of a text.
  ///
  /// - Returns: `nil` if anything in it is unusual; nothing is said about what.
  static func groundTruth(
    in source: ByteSource,
    _ options: COCOReadingOptions,
    _ progress: (@Sendable (Int, Int) -> Void)?
  ) -> COCOGroundTruth? {
    var pieces = COCOGroundTruthPieces()
    let bytes = source.expectedCount
    let work = PieceWork<Rows>(
      source,
      pieceSize: options.pieceSize,
      progress: { progress?($0, bytes) },
      parse: { list, place, count in rows(of: list, place, bytes: count, options) },
      take: { rows, place in
        pieces.take(rows, place, options)
        return true
      }
    )
    guard work.run(threads: options.threads),
      pieces.lists == ["images", "categories", "annotations"]
    else { return nil }
    var check = AnnotationCheck(pieces.result, options)
    return check.passes() ? check.result : nil
  }

  private mutating func take(
    _ rows: Rows,
    _ place: JSONPieces.Place,
    _ options: COCOReadingOptions
  ) {
    switch rows {
    case .images(let images): result.images += images
    case .categories(let categories): result.categories += categories
    case .annotations(let rows):
      for row in rows { result.annotations.append(COCOAnnotation(row, options)) }
    case .nothing: return
    }
    if let member = place.member { lists.insert(member) }
  }

  private static func rows(
    of list: sj_element,
    _ place: JSONPieces.Place,
    bytes: Int,
    _ options: COCOReadingOptions
  ) -> Rows? {
    guard let member = place.member else { return nil }
    let reader = COCOEntryReader(reader: JSONReader(file: ""), options: options)
    switch member {
    case "images":
      return place.isList ? entries(of: list, reader.image).map { .images($0) } : nil
    case "categories":
      return place.isList ? entries(of: list, reader.category).map { .categories($0) } : nil
    case "annotations":
      return place.isList
        ? BoxRows.rows(of: list, SJ_ANNOTATION, bytes: bytes).map { .annotations($0) } : nil
    default:
      // A value, and not two of them, and not none.
      return place.isList || isSingle(list) ? .nothing : nil
    }
  }

  private static func entries<Entry>(
    of list: sj_element,
    _ read: (sj_element, Int) throws(COCOFormatError) -> Entry
  ) -> [Entry]? {
    var (elements, element) = (sj_cursor(), sj_element())
    guard sj_array_cursor(list, &elements) == SJ_OK else { return nil }
    var result: [Entry] = []
    while sj_array_next(&elements, &element) {
      guard let entry = try? read(element, result.count) else { return nil }
      result.append(entry)
    }
    return result
  }

  private static func isSingle(_ list: sj_element) -> Bool {
    var (elements, element) = (sj_cursor(), sj_element())
    guard sj_array_cursor(list, &elements) == SJ_OK else { return false }
    return sj_array_next(&elements, &element) && !sj_array_next(&elements, &element)
  }
}
