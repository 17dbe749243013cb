import CommandConsole
import DatasetInspection

/// Anchor coverage for people.
enum CoverageText {
  /// As many classes are listed; those worst off.
  private static let mostClasses = 20

  static func text(_ coverage: AnchorCoverage) -> String {
    let (low, high) = (coverage.backgroundThreshold, coverage.foregroundThreshold)
    var groups = [coverage.all]
    groups += coverage.sizes.filter { $0.objects > 0 }
    let classes = coverage.classes.filter { $0.objects > 0 }
    if classes.count > 1 {
      groups +=
        classes.count > mostClasses
        ? Array(classes.sorted { $0.belowForeground > $1.belowForeground }.prefix(mostClasses))
        : classes
    }
    var text =
      "anchors at short side \(coverage.shortSide), long side at most \(coverage.longSideCap)\n"
    text +=
      TextTable(
        ["best anchor of", "objects", "IoU < \(low)", "IoU < \(high)", "mean IoU"],
        groups.map {
          [
            PlainText.escaped($0.name), "\($0.objects)",
            InspectionText.percent($0.belowBackground),
            InspectionText.percent($0.belowForeground), InspectionText.decimals($0.meanBestIoU, 3),
          ]
        }
      ).text
    let levels = coverage.levels.map {
      "stride \($0.stride) \(InspectionText.percent($0.share))"
    }
    text += "levels: \(levels.joined(separator: ", "))\n"
    let anchors = coverage.anchors
    text +=
      "a mean picture has \(whole(anchors.all)) anchors: \(InspectionText.decimals(anchors.foreground, 1)) foreground, "
      + "\(InspectionText.decimals(anchors.ignored, 1)) ignored, \(whole(anchors.background)) background"
    if let ratio = anchors.backgroundPerForeground, let alpha = anchors.inverseFrequencyAlpha {
      text +=
        " (1 : \(whole(ratio)))\nalpha by inverse frequency, background / (foreground + background): "
        + "\(InspectionText.decimals(alpha, 5)); with gamma 2 the paper found 0.25 best"
    }
    return text + "\n"
  }

  private static func whole(_ value: Double) -> String { InspectionText.decimals(value, 0) }
}
