import BoxGeometry
import CommandConsole
import DetectionPrediction

/// Detections as lines for people, picture by picture as they come.
struct PredictionText: PredictionWriter {
  private let names: [String]
  private let width: Int

  init(categories: [String]) {
    names = categories.map { PlainText.escaped($0) }
    width = min(24, names.map(\.count).max() ?? 0) + 2
  }

  mutating func write(_ picture: WrittenPicture) throws {
    try StandardOutput.print(text(picture), terminator: "")
  }

  func finish() {}

  func text(_ picture: WrittenPicture) -> String {
    var text = PlainText.escaped(picture.file)
    if let moment = picture.moment {
      text += " frame \(moment.frame) at \(ProgressLine.decimals(moment.seconds, 3)) s"
    }
    text += picture.boxes.isEmpty ? ": nothing\n" : ": \(picture.boxes.count) found\n"
    for box in picture.boxes {
      let corners = box.box.corners
      let place = [corners.x, corners.y, corners.z, corners.w].map { "\(Int($0.rounded()))" }
      text += "  " + PlainText.padded(names[box.label], to: width)
      text += "\(ProgressLine.decimals(Double(box.score), 3))  "
      text += place.joined(separator: ", ") + "\n"
    }
    return text
  }
}
