import BoxGeometry

/// A table of detections, one a row, with a row of names; RFC 4180.
package struct CSVWriter: PredictionWriter {
  private let sink: any ByteSink
  private let categories: WrittenCategories
  private let isVideo: Bool

  /// - Parameters:
  ///   - sink: Where the table goes.
  ///   - categories: The kinds of objects.
  ///   - isVideo: Whether rows tell of frames and seconds, and not of pictures.
  /// - Throws: Why it cannot be begun.
  package init(to sink: any ByteSink, categories: WrittenCategories, isVideo: Bool = false) throws {
    (self.sink, self.categories, self.isVideo) = (sink, categories, isVideo)
    try sink.write(
      (isVideo ? "frame,time," : "image_id,file_name,")
        + "category_id,category,score,x,y,width,height\n"
    )
  }

  package mutating func write(_ picture: WrittenPicture) throws {
    let place =
      picture.moment.map { "\($0.frame),\(DetectionJSON.number($0.seconds))" }
      ?? "\(picture.id),\(Self.field(picture.file))"
    for scored in picture.boxes {
      let box = scored.box
      // As the file is for people and spreadsheets: the shortest text that is the same single-precision number.
      let numbers = [scored.score, box.x1, box.y1, box.width, box.height].map { "\($0)" }
      let category = Self.field(categories.names[scored.label])
      try sink.write(
        "\(place),\(categories.ids[scored.label]),\(category),\(numbers.joined(separator: ","))\n"
      )
    }
  }

  package mutating func finish() throws { try sink.finish() }

  /// A text as a field: in quotation marks where it holds what would end one.
  static func field(_ text: String) -> String {
    let isPlain = !text.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
    return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
