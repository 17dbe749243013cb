import CommandConsole
import DetectionAnalysis
import DetectionReport
import DetectionTraining
import FocalLossReference
import Foundation

/// What `focal loss distribution` says: one object for programs, a table for people, two charts.
struct LossDistributionFigures: Encodable {
  /// How one loss is spread.
  struct Spread: Encodable {
    let gamma: Double
    let positives, easyNegatives, hardNegatives: LossDistribution.Group
    /// Share of the background's loss in its hardest hundredth, 0...1.
    let hardestPercentOfBackground: Double
    /// Share of the objects' loss in their hardest fifth, 0...1.
    let hardestFifthOfPositives: Double
  }

  let pictures: Int
  let foregroundAnchors, backgroundAnchors, ignoredAnchors: Int
  let notFiniteLogits: Int
  let alpha: Double?
  let losses: [Spread]

  init(
    margins: ModelMargins,
    losses: [SigmoidFocalReference],
    distributions: [LossDistribution]
  ) {
    pictures = margins.pictureCount
    foregroundAnchors = margins.histogram.foregroundAnchors
    backgroundAnchors = margins.histogram.backgroundAnchors
    ignoredAnchors = margins.histogram.ignoredAnchors
    notFiniteLogits = margins.histogram.notFinite
    alpha = losses.first?.alpha
    self.losses = zip(losses, distributions).map { loss, distribution in
      Spread(
        gamma: loss.gamma,
        positives: distribution.positives,
        easyNegatives: distribution.easyNegatives,
        hardNegatives: distribution.hardNegatives,
        hardestPercentOfBackground: distribution.hardestBackgroundShare(0.01),
        hardestFifthOfPositives: distribution.hardestForegroundShare(0.2)
      )
    }
  }

  /// A table of shares in percent.
  var text: String {
    var text =
      "\(pictures) pictures; anchors: \(foregroundAnchors) with an object, \(backgroundAnchors) background, "
      + "\(ignoredAnchors) ignored\n"
    if let first = losses.first {
      text +=
        "logits: \(first.positives.count) of objects, \(first.hardNegatives.count) hard and "
        + "\(first.easyNegatives.count) easy negatives\n"
    }
    if notFiniteLogits > 0 { text += "left out: \(notFiniteLogits) logits that are no number\n" }
    text += """

                  share of the loss, %         share of the gradient, %     hardest 1 % of the
        gamma   objects   hard    easy neg.   objects   hard    easy neg.   background carries

      """
    for spread in losses {
      let groups = [spread.positives, spread.hardNegatives, spread.easyNegatives]
      let loss = groups.reduce(0) { $0 + $1.loss }
      let gradient = groups.reduce(0) { $0 + $1.gradient }
      text += Self.column(ProgressLine.decimals(spread.gamma, 2), 7)
      for group in groups { text += Self.percent(group.loss, of: loss, 9) }
      text += "  "
      for group in groups { text += Self.percent(group.gradient, of: gradient, 9) }
      text += Self.percent(spread.hardestPercentOfBackground, of: 1, 14) + " %\n"
    }
    return text
  }

  private static func percent(_ part: Double, of whole: Double, _ width: Int) -> String {
    column(whole > 0 ? ProgressLine.decimals(100 * part / whole, 2) : "n/a", width)
  }

  private static func column(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// Writes the cumulative curves of objects and of background, each as PNG and SVG.
  static func write(_ distributions: [LossDistribution], gammas: [Double], to folder: URL) throws {
    for (name, title, curve) in [
      ("foreground", "Objects", \LossDistribution.foreground),
      ("background", "Background", \LossDistribution.background),
    ] {
      let styles = GammaStyle.styles(of: gammas)
      let series = zip(zip(gammas, styles), distributions).map { pair, distribution in
        let (gamma, style) = pair
        let points = thinned(distribution[keyPath: curve])
          .map { LineChart.Point(x: $0.examples, y: $0.loss) }
        return LineChart.Series(
          name: "γ = \(gamma.formatted)",
          points: points,
          color: style.place,
          stroke: style.stroke
        )
      }
      let figure = ChartFigure(
        LineChart(
          title: "\(title): cumulative normalised loss"
            + (gammas.count == 1 ? ", γ = \(gammas[0].formatted)" : ""),
          xLabel: "share of the examples, easiest first",
          yLabel: "share of the loss",
          smoothing: .off,
          xRange: 0...1,
          yRange: 0...1,
          showsLastValues: false,
          series: series
        ),
        palette: .graduated(GammaStyle.places),
        legend: .topLeading
      )
      try FileFailure.write(
        Data(figure.svg().utf8),
        to: folder.appending(path: "\(name).svg").path
      )
      try FileFailure.write(Data(figure.png()), to: folder.appending(path: "\(name).png").path)
    }
  }

  /// The points that a picture can tell apart.
  private static func thinned(_ curve: [LossDistribution.Point]) -> [LossDistribution.Point] {
    var kept: [LossDistribution.Point] = []
    for point in curve {
      if let last = kept.last, point.examples < 1, point.examples - last.examples < 1e-3,
        point.loss - last.loss < 1e-3
      {
        continue
      }
      kept.append(point)
    }
    return kept
  }
}

extension Double {
  /// Without a fraction that is none.
  fileprivate var formatted: String {
    self == rounded() && abs(self) < 1e9 ? String(Int(self)) : "\(self)"
  }
}
