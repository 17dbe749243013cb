/// A COCO results file: a list of detections, one a line.
package struct COCOResultsWriter: PredictionWriter {
  private let sink: any ByteSink
  private let categories: WrittenCategories
  private var isFirst = true

  /// - Parameters:
  ///   - sink: Where the file goes.
  ///   - categories: The kinds of objects.
  /// - Throws: Why it cannot be begun.
  package init(to sink: any ByteSink, categories: WrittenCategories) throws {
    (self.sink, self.categories) = (sink, categories)
    try sink.write("[")
  }

  package mutating func write(_ picture: WrittenPicture) throws {
    for scored in picture.boxes {
      try sink.write((isFirst ? "\n" : ",\n") + DetectionJSON.row(scored, of: picture, categories))
      isFirst = false
    }
  }

  package mutating func finish() throws {
    try sink.write("\n]\n")
    try sink.finish()
  }
}

/// One JSON object in one line: all detections, and how many pictures were looked at.
package struct SummaryWriter: PredictionWriter {
  private let sink: any ByteSink
  private let categories: WrittenCategories
  private var isFirst = true
  private var images = 0

  /// - Parameters:
  ///   - sink: Where the object goes.
  ///   - categories: The kinds of objects.
  /// - Throws: Why it cannot be begun.
  package init(to sink: any ByteSink, categories: WrittenCategories) throws {
    (self.sink, self.categories) = (sink, categories)
    try sink.write("{\"detections\":[")
  }

  package mutating func write(_ picture: WrittenPicture) throws {
    images += 1
    for scored in picture.boxes {
      try sink.write((isFirst ? "" : ",") + DetectionJSON.row(scored, of: picture, categories))
      isFirst = false
    }
  }

  package mutating func finish() throws {
    try sink.write("],\"images\":\(images)}\n")
    try sink.finish()
  }
}

/// A JSON object for each picture as soon as it is done, one a line.
package struct JSONLinesWriter: PredictionWriter {
  private let sink: any ByteSink
  private let categories: WrittenCategories

  /// - Parameters:
  ///   - sink: Where the lines go.
  ///   - categories: The kinds of objects.
  package init(to sink: any ByteSink, categories: WrittenCategories) {
    (self.sink, self.categories) = (sink, categories)
  }

  package mutating func write(_ picture: WrittenPicture) throws {
    try sink.write(DetectionJSON.line(picture, categories))
  }

  package mutating func write(unreadable file: String, id: Int, reason: String) throws {
    try sink.write(DetectionJSON.line(unreadable: file, id: id, reason: reason))
  }

  package mutating func finish() throws { try sink.finish() }
}
