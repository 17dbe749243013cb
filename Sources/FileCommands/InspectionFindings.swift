import DatasetInspection
import DetectionDatasets

/// What somebody should know of a dataset before anything else, in sentences with numbers.
enum InspectionFindings {
  static func sentences(_ figures: InspectionFigures) -> [String] {
    figures.hints + unusable(figures) + leaks(figures) + coverage(figures) + boxedTwice(figures)
      + problems(figures) + classes(figures) + repeats(figures) + boxes(figures)
      + notes(figures)
  }

  private static func notes(_ figures: InspectionFigures) -> [String] {
    PictureExtra.allCases.compactMap { extra in
      let count = figures.notes.count { $0.extra == extra }
      if count == 0 { return nil }
      switch extra {
      case .secondPicture:
        return
          "\(counted(count, "file holds", "files hold")) a second picture (MPO); the first is read"
      case .position:
        return
          "\(counted(count, "picture tells", "pictures tell")) where on earth they were taken (EXIF GPS)"
      }
    }
  }

  private static func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    InspectionText.counted(count, one, many)
  }

  private static func unusable(_ figures: InspectionFigures) -> [String] {
    guard figures.imagesLeftOut > 0 else { return [] }
    return [
      "\(counted(figures.imagesLeftOut, "picture")) cannot be used and \(figures.imagesLeftOut == 1 ? "is" : "are") left out"
    ]
  }

  private static func problems(_ figures: InspectionFigures) -> [String] {
    let others = figures.problems.count { !$0.kind.isPictureLeftOut }
    return others > 0
      ? ["\(counted(others, "problem")) with annotations, each listed with its place"] : []
  }

  private static func leaks(_ figures: InspectionFigures) -> [String] {
    let groups = figures.duplicates?.groups.filter(\.isLeak) ?? []
    guard !groups.isEmpty else { return [] }
    let pictures = groups.reduce(0) { $0 + $1.pictures.count }
    return [
      groups.count == 1
        ? "A leak between splits: \(pictures) pictures of different splits are nearly the same"
        : "Leaks between splits: \(pictures) pictures in \(groups.count) groups are nearly the same"
    ]
  }

  private static func repeats(_ figures: InspectionFigures) -> [String] {
    let groups = figures.duplicates?.groups.filter { !$0.isLeak } ?? []
    guard !groups.isEmpty else { return [] }
    let pictures = groups.reduce(0) { $0 + $1.pictures.count }
    return [
      "\(pictures) pictures are nearly the same as another of their split (\(counted(groups.count, "group")))"
    ]
  }

  private static func boxedTwice(_ figures: InspectionFigures) -> [String] {
    var result: [String] = []
    let count = figures.boxedTwiceCount
    let least = count.isComplete ? "" : "at least "
    if count.pairs > 0 {
      result.append(
        "\(least)\(counted(count.pairs, "object")) in \(counted(count.pictures, "picture")) may be boxed twice"
      )
    }
    if count.disagreements > 0 {
      result.append(
        "\(least)\(counted(count.disagreements, "object")) may be boxed twice, with different classes"
      )
    }
    if !count.isComplete {
      result.append(
        "The search for boxes that lie twice was ended early in a picture with too many alike"
      )
    }
    return result
  }

  private static func boxes(_ figures: InspectionFigures) -> [String] {
    var result: [String] = []
    let resized = figures.statistics.resized
    if resized.belowStride > 0 {
      result.append(
        "\(counted(resized.belowStride, "box is", "boxes are")) smaller than the finest stride (\(resized.stride)) once resized"
          + (resized.belowPixel > 0 ? ", \(resized.belowPixel) with a side below a pixel" : "")
      )
    }
    if figures.imagesWithoutBoxes > 0, figures.format != "pictures" {
      result.append(
        "\(counted(figures.imagesWithoutBoxes, "picture")) without a box: background only"
      )
    }
    if figures.crowds > 0 {
      result.append("\(counted(figures.crowds, "crowd region")): neither object nor background")
    }
    return result
  }

  private static func classes(_ figures: InspectionFigures) -> [String] {
    var result: [String] = []
    let empty = figures.classes.filter { $0.boxes == 0 }
    if !empty.isEmpty, figures.boxes > 0 {
      let names = empty.prefix(5).map { "\"\($0.name)\"" }.joined(separator: ", ")
      result.append(
        "\(counted(empty.count, "class has", "classes have")) no box: \(names)\(empty.count > 5 ? ", …" : "")"
      )
    }
    let present = figures.classes.filter { $0.boxes > 0 }
    if let ratio = figures.imbalance, ratio >= 3,
      let most = present.max(by: { $0.boxes < $1.boxes }),
      let least = present.min(by: { $0.boxes < $1.boxes })
    {
      result.append(
        "Unbalanced: \(InspectionText.decimals(ratio, ratio < 100 ? 1 : 0)) boxes of \"\(most.name)\" for one of \"\(least.name)\""
      )
    }
    return result
  }

  private static func coverage(_ figures: InspectionFigures) -> [String] {
    guard let coverage = figures.anchorCoverage else { return [] }
    let missed = coverage.all.belowForeground
    let threshold = coverage.foregroundThreshold
    // Good news is no finding, it is in the table.
    if missed < 0.005 { return [] }
    let text =
      "\(InspectionText.percent(missed)) of the objects have no anchor of IoU \(threshold) or more"
    return [missed > 0.05 ? "\(text); focal anchors looks for better ones" : text]
  }
}
