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
    let pictures = splits.reduce(0) { $0 + $1.pictures }
    var rows = [["wanted"] + splits.map { percent($0.wanted) } + [""]]
    rows.append(["pictures"] + splits.map { share($0.pictures, of: pictures) } + ["\(pictures)"])
    for entry in classes {
      rows.append(
        [PlainText.escaped(entry.name)] + entry.splits.map { share($0, of: entry.boxes) }
          + ["\(entry.boxes)"]
      )
    }
    let table = TextTable([""] + splits.map(\.name) + ["in all"], rows)
    var lines = [table.text]
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

  private func share(_ part: Int, of whole: Int) -> String {
    whole == 0 ? "-" : percent(Double(part) / Double(whole))
  }

  private func percent(_ share: Double) -> String {
    "\(ProgressLine.decimals(share * 100, 1)) %"
  }
}
