import BoxGeometry
import CommandConsole
import DatasetInspection

/// A search for anchors for people.
enum AnchorsText {
  static func text(
    _ figures: AnchorsFigures,
    _ found: AnchorConfiguration,
    _ options: AnchorsOptions
  ) -> String {
    guard let fitted = figures.parts.first else { return "" }
    var blocks = [headline(figures, fitted) + tried(figures) + "\n"]
    blocks += figures.parts.map(table)
    blocks.append(finerLevel(figures, fitted) + losers(figures, fitted, options))
    if figures.isImproved {
      blocks.append(
        options.out.map {
          "written to \(PlainText.escaped($0)), for focal train --config\n"
        } ?? AnchorsFragment.yaml(found, figures)
      )
    } else if let out = options.out {
      blocks.append("written to \(PlainText.escaped(out)), as they are\n")
    }
    return blocks.joined(separator: "\n")
  }

  private static func headline(_ figures: AnchorsFigures, _ part: AnchorsFigures.Part) -> String {
    let threshold = part.before.foregroundThreshold
    let (before, after) = (part.before.all, part.after.all)
    guard figures.isImproved else {
      return
        "the anchors there are fit as well as any found: \(InspectionText.percent(1 - before.belowForeground)) "
        + "of \(before.objects) objects have one of IoU \(threshold) or more"
    }
    return
      "\(InspectionText.percent(1 - after.belowForeground)) of \(after.objects) objects have an anchor of IoU "
      + "\(threshold) or more, before \(InspectionText.percent(1 - before.belowForeground)); "
      + "mean best IoU \(InspectionText.decimals(after.meanBestIoU, 3)), before "
      + InspectionText.decimals(before.meanBestIoU, 3)
  }

  /// What the anchors are worth on pictures that they were not fitted to.
  private static func tried(_ figures: AnchorsFigures) -> String {
    guard figures.isImproved else { return "" }
    return figures.parts.dropFirst().map { part in
      let (before, after) = (part.before.all.belowForeground, part.after.all.belowForeground)
      return
        "\non \(PlainText.escaped(part.name)), which was not fitted: \(InspectionText.percent(1 - after)), before "
        + InspectionText.percent(1 - before) + (after > before ? ": worse" : "")
    }.joined()
  }

  private static func table(_ part: AnchorsFigures.Part) -> String {
    let (low, high) = (part.before.backgroundThreshold, part.before.foregroundThreshold)
    var pairs = [(part.before.all, part.after.all)]
    pairs += zip(part.before.sizes, part.after.sizes)
    pairs += zip(part.before.classes, part.after.classes)
    let rows = pairs.filter { $0.0.objects > 0 }.map { before, after in
      [
        PlainText.escaped(before.name), "\(before.objects)",
        change(before.belowBackground, after.belowBackground),
        change(before.belowForeground, after.belowForeground),
        "\(InspectionText.decimals(before.meanBestIoU, 3)) -> "
          + InspectionText.decimals(after.meanBestIoU, 3),
      ]
    }
    var text =
      TextTable(
        [
          PlainText.escaped(part.name), "objects", "IoU < \(low)", "IoU < \(high)",
          "mean best IoU",
        ],
        rows
      ).text
    let ratios = [part.before, part.after].map { coverage in
      coverage.anchors.backgroundPerForeground.map { "1 : \(InspectionText.decimals($0, 0))" }
        ?? "none"
    }
    text += "foreground : background \(ratios[0]) -> \(ratios[1]), of "
    text += "\(InspectionText.decimals(part.after.anchors.all, 0)) anchors in a mean picture\n"
    return text
  }

  /// Classes that pay for the others.
  private static func losers(
    _ figures: AnchorsFigures,
    _ part: AnchorsFigures.Part,
    _ options: AnchorsOptions
  ) -> String {
    let worse = zip(part.before.classes, part.after.classes).filter { before, after in
      before.objects >= 10 && after.belowForeground > before.belowForeground + 0.05
    }
    if worse.isEmpty || options.balanced { return "" }
    let names = worse.prefix(5).map { "\"\(PlainText.escaped($0.0.name))\"" }
    return
      "worse off: \(names.joined(separator: ", "))\(worse.count > 5 ? ", …" : ""); --balanced lets every class count the same\n"
  }

  private static func change(_ before: Double, _ after: Double) -> String {
    "\(InspectionText.percent(before)) -> \(InspectionText.percent(after))"
  }

  private static func finerLevel(_ figures: AnchorsFigures, _ part: AnchorsFigures.Part) -> String {
    let (without, with) = (part.after, part.withFinerLevel)
    guard figures.withFinerLevel.strides.count > figures.after.strides.count,
      let stride = figures.withFinerLevel.strides.first
    else { return "" }
    let gain = without.all.belowForeground - with.all.belowForeground
    let cost = with.anchors.all / max(1, without.anchors.all)
    return
      "a level of stride \(stride) (P2) would leave \(InspectionText.percent(with.all.belowForeground)) without an anchor "
      + "instead of \(InspectionText.percent(without.all.belowForeground)), for \(InspectionText.decimals(cost, 1)) times the anchors: "
      + (gain > 0.02
        ? "worth having; the network here begins at stride \(figures.after.strides[0]), so enlarge the pictures instead (input.shortSide)\n"
        : "not worth having\n")
  }
}
