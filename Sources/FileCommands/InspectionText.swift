import CommandConsole
import DatasetInspection
import DetectionDatasets

/// An inspection for people.
enum InspectionText {
  static func text(
    _ figures: InspectionFigures,
    _ splits: [InspectedSplit],
    _ options: InspectOptions
  ) -> String {
    head(figures, options) + parts(figures) + classes(figures) + "\n"
      + ProblemText.text(figures.problems, all: options.all)
  }

  private static func head(_ figures: InspectionFigures, _ options: InspectOptions) -> String {
    let data = options.data.map(PlainText.escaped).joined(separator: ", ")
    var parts = [
      formatName(figures.format), counted(figures.images, "picture"),
    ]
    if figures.format != "pictures" {
      parts += [
        counted(figures.boxes, "box", "boxes"), counted(figures.classes.count, "class", "classes"),
      ]
    }
    var text = "\(data): \(parts.joined(separator: ", "))\n"
    var facts: [String] = []
    if figures.imagesLeftOut > 0 {
      facts.append("\(counted(figures.imagesLeftOut, "picture")) left out")
    }
    if figures.imagesWithoutBoxes > 0, figures.format != "pictures" {
      facts.append("\(counted(figures.imagesWithoutBoxes, "picture")) without a box")
    }
    if figures.crowds > 0 { facts.append(counted(figures.crowds, "crowd region")) }
    if !facts.isEmpty { text += facts.joined(separator: ", ") + "\n" }
    return text
  }

  private static func parts(_ figures: InspectionFigures) -> String {
    guard figures.splits.count > 1 else { return "" }
    let names = figures.splits.map { PlainText.escaped($0.name) }
    let width = max(5, names.map(\.count).max() ?? 0)
    var text =
      "\n" + PlainText.padded("split", to: width) + right("pictures", 11) + right("boxes", 9) + "\n"
    for (name, split) in zip(names, figures.splits) {
      text +=
        PlainText.padded(name, to: width) + right("\(split.images)", 11)
        + right("\(split.boxes)", 9) + "\n"
    }
    return text
  }

  private static func classes(_ figures: InspectionFigures) -> String {
    guard !figures.classes.isEmpty else { return "" }
    let names = figures.classes.map { PlainText.escaped($0.name) }
    let width = min(40, max(5, names.map(\.count).max() ?? 0))
    var text =
      "\n" + PlainText.padded("class", to: width) + right("boxes", 9) + right("share", 9)
      + right("pictures", 11) + "\n"
    for (name, row) in zip(names, figures.classes) {
      text +=
        PlainText.padded(name, to: width) + right("\(row.boxes)", 9)
        + right("\(ProgressLine.decimals(row.share * 100, 1)) %", 9)
        + right("\(row.images)", 11) + "\n"
    }
    return text
  }

  static func formatName(_ format: String) -> String {
    switch format {
    case "coco": "COCO"
    case "voc": "Pascal VOC"
    case "yolo": "YOLO"
    case "synthetic": "rendered pictures"
    case "pictures": "pictures without annotations"
    default: "several formats"
    }
  }

  static func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count) \(count == 1 ? one : many ?? one + "s")"
  }

  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
}
