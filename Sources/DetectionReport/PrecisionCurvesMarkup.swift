import Foundation

/// Precision over recall: one plot for a group of classes at every IoU, and a small one for each class.
///
/// The plot shows all classes together; a script lets a reader choose another class for it, and
/// another IoU for the small ones. What it chooses from lies in the page.
struct PrecisionCurvesMarkup {
  /// Small plots that are open to view, and those in a fold below.
  static let (openPlots, foldedPlots) = (24, 376)

  let curves: PrecisionCurves

  func markup() -> Markup {
    "\(plot())\(smallPlots())<script type=\"application/json\" id=\"curve-data\">\(data())</script>\n"
  }

  // MARK: By IoU

  private func plot() -> Markup {
    let mean = curves.mean
    let lines = curves.iouThresholds.indices.map { index -> Markup in
      let path = mean.precisions.indices.contains(index) ? curves.path(mean.precisions[index]) : ""
      return "<path class=\"line\" style=\"--c:\(color(index))\" d=\"\(path)\"/>\n"
    }
    let label =
      "Precision over recall of \(mean.name) at \(curves.iouThresholds.count) IoU thresholds"
    return """
      <p class="choose" hidden="hidden"><label>Class <select id="curve-class"></select></label></p>
      <figure class="chart by-iou"><figcaption><h3><bdi id="curve-name">\(mean.name)</bdi>, by IoU</h3></figcaption>
      <div class="sides"><div class="plot" style="--gutter:4ch"><p class="axis">Precision</p>
      <div class="area"><svg id="curve-plot" viewBox="0 0 1000 500" preserveAspectRatio="none" \
      role="img" aria-label="\(label)">\(grid())
      \(lines)</svg>
      \(ticks())</div>
      <p class="axis x">Recall</p></div>
      \(key())</div></figure>

      """
  }

  /// What each line is, which is at the same time AP over the IoU thresholds.
  private func key() -> Markup {
    let rows = curves.iouThresholds.indices.map { index -> Markup in
      let value =
        curves.mean.averagePrecisions.indices.contains(index)
        ? curves.mean.averagePrecisions[index] : -1
      return """
        <tr style="--c:\(color(index))"><th scope="row"><i class="key"></i>\(iouText(index))</th>\
        <td class="wide"><div class="bar"><b>\(NumberText.figure(value))</b>\
        <span><i style="width:\(FigureMarkup.length(value))"></i></span></div></td></tr>

        """
    }
    return """
      <table class="ious"><thead><tr><th scope="col">IoU</th><th scope="col" class="wide">AP</th></tr></thead>
      <tbody id="curve-key">\(rows)</tbody></table>
      """
  }

  private func grid() -> Markup {
    let rules = (0...5).map { "M0 \($0 * 100)H1000" }.joined()
    let ends = (0...5).map { "M\($0 * 200) 500v-6" }.joined()
    return "<path class=\"grid\" d=\"\(rules)\"/><path class=\"base\" d=\"M0 500H1000\(ends)\"/>"
  }

  private func ticks() -> Markup {
    let marks = (0...5).map { index -> Markup in
      let label = NumberText.fixed(Double(index) / 5, decimals: 1)
      return """
        <span class="tick y" style="top:\(100 - index * 20)%">\(label)</span>\
        <span class="tick x" style="left:\(index * 20)%">\(label)</span>
        """
    }
    return "\(marks)"
  }

  /// The colours run over the thresholds as these run from loose to strict.
  private func color(_ index: Int) -> String {
    let last = max(curves.iouThresholds.count - 1, 1)
    return "var(--r\(index * (EvaluationStyle.rampCount - 1) / last))"
  }

  private func iouText(_ index: Int) -> String {
    Self.iouText(curves.iouThresholds[index])
  }

  /// An IoU with two decimals, or as many as it takes.
  static func iouText(_ iou: Double) -> String {
    let hundredths = NumberText.fixed(iou, decimals: 2)
    return abs((Double(hundredths) ?? iou) - iou) < 1e-9 ? hundredths : "\(iou)"
  }

  // MARK: By class

  /// The threshold of the small plots: 0.50 where it is among those kept, else the lowest.
  private var smallThreshold: Int? {
    let kept = curves.keptThresholds
    return kept.first { abs(curves.iouThresholds[$0] - 0.5) < 1e-9 } ?? kept.first
  }

  private func smallPlots() -> Markup {
    guard curves.classes.count > 1, let threshold = smallThreshold else { return "" }
    let order = curves.classes.indices.sorted {
      (curves.classes[$1].objects, $0) < (curves.classes[$0].objects, $1)
    }
    let shown = order.prefix(Self.openPlots).sorted()
    let folded = order.dropFirst(Self.openPlots).prefix(Self.foldedPlots).sorted()
    let rest = curves.classes.count - shown.count - folded.count
    var note = "The line of all classes lies behind each."
    if !folded.isEmpty { note += " The \(shown.count) classes with the most objects first." }
    if rest > 0 { note += " \(rest) classes with fewer objects have no plot here." }
    let fold: Markup =
      folded.isEmpty
      ? ""
      : """
      <details class="fold"><summary>\(folded.count) more classes</summary>
      <div class="smalls">\(folded.map { small($0, threshold) })</div></details>

      """
    return """
      <div class="by-class"><h3>Each class at IoU <span id="small-iou">\(iouText(threshold))</span></h3>
      <p class="note">\(note)</p>
      <p class="choose" hidden="hidden"><label>IoU <select id="curve-iou"></select></label></p>
      <div class="smalls\(shown.count <= 6 ? " few" : "")">\(shown.map { small($0, threshold) })</div>
      \(fold)</div>

      """
  }

  private func small(_ index: Int, _ threshold: Int) -> Markup {
    let group = curves.classes[index]
    let (ap, path) = (value(of: group, threshold), line(of: group, threshold))
    return """
      <figure class="small" data-group="\(index + 1)"><figcaption><bdi>\(group.name)</bdi> \
      <b>\(NumberText.figure(ap))</b></figcaption>\
      <svg viewBox="0 0 1000 500" preserveAspectRatio="none" role="img" \
      aria-label="\(group.name): AP \(NumberText.figure(ap))"><path class="base" d="M0 0V500H1000"/>\
      <path class="back" d="\(line(of: curves.mean, threshold))"/>\
      <path class="line" style="--c:var(--s0)" d="\(path)"/></svg></figure>

      """
  }

  private func value(of group: PrecisionCurves.Group, _ threshold: Int) -> Double {
    group.averagePrecisions.indices.contains(threshold) ? group.averagePrecisions[threshold] : -1
  }

  private func line(of group: PrecisionCurves.Group, _ threshold: Int) -> String {
    group.precisions.indices.contains(threshold) ? curves.path(group.precisions[threshold]) : ""
  }

  // MARK: What the script chooses from

  private struct Data: Encodable {
    struct Group: Encodable {
      let name: String
      /// AP with three decimals, one for each threshold.
      let ap: [String]
      /// Paths, one for each threshold that is kept.
      let lines: [String]
    }
    let ious: [String]
    let kept: [Int]
    let groups: [Group]
  }

  private func data() -> Markup {
    let (all, kept) = (Array(curves.iouThresholds.indices), curves.keptThresholds)
    func entry(_ group: PrecisionCurves.Group, _ thresholds: [Int]) -> Data.Group {
      Data.Group(
        name: group.name,
        ap: all.map { NumberText.figure(value(of: group, $0)) },
        lines: thresholds.map { line(of: group, $0) }
      )
    }
    return EmbeddedJSON.markup(
      Data(
        ious: all.map(iouText),
        kept: kept,
        groups: [entry(curves.mean, all)]
          + curves.classes.prefix(PrecisionCurves.mostCurves).map { entry($0, kept) }
      )
    )
  }
}
