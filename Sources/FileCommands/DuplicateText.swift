import CommandConsole
import DatasetInspection

/// Boxes and pictures that occur twice, for people.
enum DuplicateText {
  static func text(_ inspection: Inspection, all: Bool) -> String {
    var blocks: [String] = []
    for (title, disagree) in [
      ("objects that may be boxed twice", false),
      ("objects that may be boxed twice with different classes", true),
    ] {
      let found = inspection.boxedTwice.filter { $0.isDisagreement == disagree }
      let count = inspection.boxedTwiceCount
      blocks.append(
        list(
          title,
          found.map(line),
          count: disagree ? count.disagreements : count.pairs,
          all: all
        )
      )
    }
    if let duplicates = inspection.duplicates {
      blocks.append(
        list("nearly the same picture in two splits", duplicates.leaks.map(line), all: all)
      )
      blocks.append(
        list(
          "groups of nearly the same picture in one split",
          duplicates.groups.filter { !$0.isLeak }.map(line),
          all: all
        )
      )
    }
    for (extra, title) in [
      (PictureExtra.secondPicture, "files with a second picture (MPO)"),
      (.position, "pictures with the place where they were taken (EXIF GPS)"),
    ] {
      let found = inspection.notes.filter { $0.extra == extra }
      blocks.append(
        list(title, found.map { "\($0.picture.split): \($0.picture.name)" }, all: all)
      )
    }
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// Some lines and how many there are, which may be more than are told one by one.
  private static func list(
    _ title: String,
    _ lines: [String],
    count: Int? = nil,
    all: Bool
  ) -> String {
    let count = count ?? lines.count
    if count == 0 { return "" }
    var text = "\(title): \(count)\n"
    let shown = lines.prefix(all ? lines.count : ProblemText.shown)
    for line in shown { text += "  \(PlainText.escaped(line))\n" }
    if count > shown.count {
      let listed = count == lines.count ? "them" : "\(lines.count)"
      let hint = shown.count < lines.count ? " (--all lists \(listed))" : ""
      text += "  and \(count - shown.count) more\(hint)\n"
    }
    return text
  }

  private static func line(_ found: BoxedTwice) -> String {
    let classes = found.isDisagreement ? found.classes.joined(separator: " and ") : found.classes[0]
    return "\(found.file): \(found.places.joined(separator: " and ")): \(classes), "
      + "IoU \(InspectionText.decimals(found.iou, 2)) (\(found.picture.name))"
  }

  private static func line(_ pair: DuplicatePictures.Pair) -> String {
    let names = [pair.first, pair.second].map { "\($0.split): \($0.name)" }
    return names.joined(separator: " and ")
      + (pair.isIdentical
        ? ", the same bytes"
        : ", \(turn(pair.turn))correlation \(InspectionText.decimals(pair.correlation, 3))")
  }

  /// How the second picture lies against the first, with a comma behind it.
  static func turn(_ turn: PictureTurn) -> String {
    switch turn {
    case .upright: ""
    case .mirrored: "mirrored, "
    case .upsideDown: "mirrored upside down, "
    case .halfTurn: "turned by 180°, "
    case .transposed, .transverse: "mirrored and turned by 90°, "
    case .quarterTurn, .quarterTurnBack: "turned by 90°, "
    }
  }

  private static func line(_ group: DuplicatePictures.Group) -> String {
    let names = group.pictures.prefix(4).map(\.name).joined(separator: ", ")
    let more = group.pictures.count - 4
    return "\(group.pictures[0].split): \(group.pictures.count) pictures: \(names)"
      + (more > 0 ? " and \(more) more" : "")
  }
}
