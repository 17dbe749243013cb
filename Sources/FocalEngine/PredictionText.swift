import BoxGeometry
import CommandConsole

/// Detections as lines for people.
enum PredictionText {
  static func text(_ found: [PictureDetections], categories: [String]) -> String {
    let names = categories.map { PlainText.escaped($0) }
    let labels = Set(found.flatMap { $0.boxes.map(\.label) })
    let width = (labels.map { names[$0].count }.max() ?? 0) + 2
    var text = ""
    for picture in found {
      text += PlainText.escaped(picture.file)
      text += picture.boxes.isEmpty ? ": nothing\n" : ": \(picture.boxes.count) found\n"
      for box in picture.boxes {
        let corners = box.box.corners
        let place = [corners.x, corners.y, corners.z, corners.w].map { "\(Int($0.rounded()))" }
        text += "  " + PlainText.padded(names[box.label], to: width)
        text += "\(ProgressLine.decimals(Double(box.score), 3))  "
        text += place.joined(separator: ", ") + "\n"
      }
    }
    return text
  }
}
