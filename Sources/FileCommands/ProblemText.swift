import CommandConsole
import DetectionDatasets

/// Problems for people, those of one kind together.
enum ProblemText {
  /// As many of a kind as are shown one by one.
  static let shown = 10

  static func text(_ problems: [DatasetProblem], all: Bool) -> String {
    if problems.isEmpty { return "no problems\n" }
    var text = "\(problems.count) \(problems.count == 1 ? "problem" : "problems")\n"
    for (kind, group) in groups(problems) {
      text += "\n\(name(of: kind)): \(group.count)\n"
      for problem in group.prefix(all ? group.count : shown) {
        text += "  \(PlainText.escaped(problem.description))\n"
      }
      if !all, group.count > shown {
        text += "  and \(group.count - shown) more (--all lists them)\n"
      }
    }
    return text
  }

  /// Problems of one kind together, those that cost whole pictures first.
  static func groups(
    _ problems: [DatasetProblem]
  ) -> [(kind: DatasetProblem.Kind, problems: [DatasetProblem])] {
    Dictionary(grouping: problems, by: \.kind).sorted { first, second in
      first.key.isPictureLeftOut == second.key.isPictureLeftOut
        ? first.key.rawValue < second.key.rawValue : first.key.isPictureLeftOut
    }
    .map { ($0.key, $0.value) }
  }

  /// What a kind of problem is called.
  static func name(of kind: DatasetProblem.Kind) -> String {
    switch kind {
    case .emptyBox: "boxes without area, left out"
    case .boxOutsidePicture: "boxes outside their picture, left out"
    case .boxClipped: "boxes that reach past the border, clipped"
    case .unknownCategory: "annotations of an unknown class, left out"
    case .unknownImage: "annotations of an unknown picture, left out"
    case .badAnnotation: "annotations that cannot be used, left out"
    case .sizeMismatch: "sizes that are not those of the picture"
    case .unsafePath: "names that lead out of the folder, left out"
    case .missingFile: "files that are not there, left out"
    case .unreadablePicture: "pictures that cannot be read, left out"
    case .unreadableAnnotation: "annotation files that cannot be read, left out"
    case .duplicate: "pictures listed twice, the second left out"
    case .missingAnnotation: "pictures without an annotation file, taken to hold no objects"
    case .missingPicture: "annotation files without a picture, not used"
    case .polygon: "outlines, the boxes around them taken"
    }
  }
}
