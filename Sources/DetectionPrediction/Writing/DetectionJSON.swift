import BoxGeometry

/// Detections as JSON: the fields of COCO results, with names beside the ids.
enum DetectionJSON {
  /// One row of a results file; keys in alphabetical order.
  static func row(
    _ scored: ScoredBox,
    of picture: WrittenPicture,
    _ categories: WrittenCategories
  ) -> String {
    var text = "{" + detection(scored, categories) + ",\"file_name\":" + quoted(picture.file)
    if let moment = picture.moment { text += ",\"frame\":\(moment.frame)" }
    text += ",\"image_id\":\(picture.id),\"score\":\(number(scored.score))"
    if let moment = picture.moment { text += ",\"time\":\(number(moment.seconds))" }
    return text + "}"
  }

  /// A picture with all of its detections, in one line.
  static func line(_ picture: WrittenPicture, _ categories: WrittenCategories) -> String {
    let detections = picture.boxes.map {
      "{\(detection($0, categories)),\"score\":\(number($0.score))}"
    }
    var text = "{\"detections\":[\(detections.joined(separator: ","))]"
    text += ",\"file_name\":" + quoted(picture.file)
    if let moment = picture.moment { text += ",\"frame\":\(moment.frame)" }
    text += ",\"height\":\(picture.height),\"image_id\":\(picture.id)"
    if let moment = picture.moment { text += ",\"time\":\(number(moment.seconds))" }
    return text + ",\"width\":\(picture.width)}\n"
  }

  /// A picture that could not be read, in one line.
  static func line(unreadable file: String, id: Int, reason: String) -> String {
    "{\"error\":\(quoted(reason)),\"file_name\":\(quoted(file)),\"image_id\":\(id)}\n"
  }

  private static func detection(_ scored: ScoredBox, _ categories: WrittenCategories) -> String {
    let box = scored.box
    let sides = [box.x1, box.y1, box.width, box.height].map { number($0) }
    return "\"bbox\":[\(sides.joined(separator: ","))]"
      + ",\"category\":\(quoted(categories.names[scored.label]))"
      + ",\"category_id\":\(categories.ids[scored.label])"
  }

  /// The number that a `Float` is, to its last bit.
  static func number(_ value: Float) -> String { number(Double(value)) }

  /// The shortest text that reads back as the same number; whole numbers without a point.
  static func number(_ value: Double) -> String {
    // JSON has no other numbers; a decoder gives none.
    guard value.isFinite else { return "null" }
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A string in quotes; what JSON does not allow bare is escaped.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case "\u{0}"..<"\u{20}", "\u{7F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
