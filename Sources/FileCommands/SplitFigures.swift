import CommandConsole
import DetectionDatasets

/// What a division came to, for people and programs.
struct SplitFigures: Encodable {
  struct Split: Encodable {
    let name: String
    let wanted: Double
    let pictures: Int
    let boxes: Int
    let specification: String
  }

  struct Class: Encodable {
    let id: Int
    let name: String
    let boxes: Int
    /// Boxes in each split, in its order.
    let splits: [Int]
  }

  let splits: [Split]
  let classes: [Class]
  let groups: Int
  let images: String?

  init(_ division: DatasetDivision, _ report: DatasetDivision.Report) {
    let dataset = division.dataset
    let samples = division.shares.indices.map { division.samples(of: $0) }
    splits = division.shares.enumerated().map { index, share in
      Split(
        name: share.name,
        wanted: share.fraction,
        pictures: samples[index].count,
        boxes: samples[index].reduce(0) { $0 + $1.boxes.count },
        specification: report.specifications[index]
      )
    }
    let counts = division.shares.indices.map { division.boxCounts(of: $0) }
    classes = dataset.categories.enumerated().map { label, category in
      let boxes = counts.map { $0[label] }
      return Class(
        id: category.id,
        name: category.name,
        boxes: boxes.reduce(0, +),
        splits: boxes
      )
    }
    groups = division.groupCount
    images = report.images
  }

  /// A table: for each class the share of its boxes in each split.
  var text: String {
    let names = classes.map { PlainText.escaped($0.name) }
    let width = min(40, max(8, names.map(\.count).max() ?? 0))
    var lines = [row("", splits.map(\.name), "boxes", width)]
    lines.append(row("wanted", splits.map { percent($0.wanted) }, "", width))
    let pictures = splits.reduce(0) { $0 + $1.pictures }
    lines.append(
      row(
        "pictures",
        splits.map { share($0.pictures, of: pictures) },
        "",
        width
      )
    )
    for (name, entry) in zip(names, classes) {
      lines.append(
        row(name, entry.splits.map { share($0, of: entry.boxes) }, "\(entry.boxes)", width)
      )
    }
    lines.append("")
    for split in splits {
      lines.append(
        "\(split.name): \(InspectionText.counted(split.pictures, "picture")), "
          + InspectionText.counted(split.boxes, "box", "boxes") + ": "
          + ShellWords.quoted(split.specification)
          + (images.map { " --images \(ShellWords.quoted($0))" } ?? "")
      )
    }
    return lines.joined(separator: "\n")
  }

  private func row(_ name: String, _ values: [String], _ last: String, _ width: Int) -> String {
    PlainText.padded(name, to: width) + values.map { InspectionText.right($0, 10) }.joined()
      + (last.isEmpty ? "" : InspectionText.right(last, 9))
  }

  private func share(_ part: Int, of whole: Int) -> String {
    whole == 0 ? "-" : percent(Double(part) / Double(whole))
  }

  private func percent(_ share: Double) -> String {
    "\(ProgressLine.decimals(share * 100, 1)) %"
  }
}
