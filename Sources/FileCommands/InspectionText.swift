import CommandConsole
import DatasetInspection
import DetectionDatasets

/// An inspection for people: what matters first, then the figures, then each problem by its place.
enum InspectionText {
  static func text(
    _ inspection: Inspection,
    _ figures: InspectionFigures,
    _ options: InspectOptions
  ) -> String {
    var parts = [head(figures, options), splits(figures), classes(figures, all: options.all)]
    if figures.boxes > 0 { parts.append(BoxText.text(inspection.boxes)) }
    if let coverage = inspection.coverage { parts.append(CoverageText.text(coverage)) }
    parts.append(ProblemText.text(figures.problems, all: options.all))
    parts.append(DuplicateText.text(inspection, all: options.all))
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
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
    for finding in InspectionFindings.sentences(figures) { text += "  \(finding)\n" }
    return text
  }

  private static func splits(_ figures: InspectionFigures) -> String {
    guard figures.splits.count > 1 else { return "" }
    return TextTable(
      ["split", "pictures", "boxes"],
      figures.splits.map { [PlainText.escaped($0.name), "\($0.images)", "\($0.boxes)"] }
    ).text
  }

  private static func classes(_ figures: InspectionFigures, all: Bool) -> String {
    guard !figures.classes.isEmpty else { return "" }
    // Of many classes the most frequent and the rarest are what one wants to see.
    let order = figures.classes.indices.sorted {
      (figures.classes[$1].boxes, $0) < (figures.classes[$0].boxes, $1)
    }
    let shown =
      all || order.count <= mostClasses
      ? Array(order.indices) : order.prefix(mostClasses - 8) + order.suffix(8)
    let text = TextTable(
      ["class", "boxes", "share", "pictures", "1/frequency"],
      shown.map { figures.classes[$0] }.map {
        [
          PlainText.escaped($0.name), "\($0.boxes)", percent($0.share), "\($0.images)",
          $0.inverseFrequency.map { decimals($0, 2) } ?? "-",
        ]
      }
    ).text
    return shown.count < order.count
      ? text + "the most and the least frequent of \(order.count) classes (--all lists them)\n"
      : text
  }

  /// As many classes are listed.
  private static let mostClasses = 24

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

  static func percent(_ share: Double) -> String { "\(decimals(share * 100, 1)) %" }

  static func decimals(_ value: Double, _ places: Int) -> String {
    ProgressLine.decimals(value, places)
  }
}
