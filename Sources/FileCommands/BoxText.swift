import CommandConsole
import DatasetInspection

/// Sizes and shapes for people.
enum BoxText {
  static func text(_ boxes: BoxStatistics) -> String {
    var rows: [[String]] = []
    func add(_ name: String, _ values: Quantiles?, _ places: Int) {
      guard let values else { return }
      let figures = [
        values.minimum, values.p5, values.p25, values.median, values.p75, values.p95,
        values.maximum,
      ]
      rows.append([name] + figures.map { InspectionText.decimals($0, places) })
    }
    add("box side, pixels", boxes.sides, 1)
    add("box height / width", boxes.aspects, 2)
    add("boxes a picture", boxes.boxesPerImage, 0)
    add("resized by", boxes.resized.scales, 2)
    var text = TextTable(["", "least", "5 %", "25 %", "median", "75 %", "95 %", "most"], rows).text
    let sizes = boxes.sizes.map {
      "\($0.name) \($0.boxes) (\(InspectionText.percent($0.share)))"
    }
    text += "sizes: \(sizes.joined(separator: ", ")); 32² and 96² pixels part them\n"
    let pictures = boxes.imageSizes.prefix(5).map { "\($0.width)x\($0.height) (\($0.images))" }
    let more = boxes.differentImageSizes - pictures.count
    text +=
      "pictures: \(pictures.joined(separator: ", "))" + (more > 0 ? " and \(more) more sizes" : "")
      + "\n"
    return text
  }
}
