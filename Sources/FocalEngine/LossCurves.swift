import DetectionReport
import FocalLossReference
import Foundation

/// The paper's figures of the losses, from their closed forms.
enum LossCurves {
  /// A figure and the name of its files.
  struct Figure {
    let name: String
    let figure: ChartFigure
  }

  /// Where the paper's figure 1 begins to call examples well classified.
  private static let wellClassified = 0.6

  /// All figures.
  ///
  /// - Parameters:
  ///   - gammas: The focusing parameters of the first two figures, ascending.
  ///   - alpha: The weight of the curves, which are an object's; `nil` is 1.
  /// - Returns: Loss and gradient over the probability, loss and derivative over the margin.
  static func figures(gammas: [Double], alpha: Double?) -> [Figure] {
    [
      Figure(name: "figure1-loss", figure: loss(gammas, alpha)),
      Figure(name: "figure1-gradient", figure: gradient(gammas, alpha)),
      Figure(name: "figure5-margin-loss", figure: marginLoss(alpha)),
      Figure(name: "figure6-margin-derivative", figure: marginDerivative(alpha)),
    ]
  }

  // MARK: Over the probability

  private static func loss(_ gammas: [Double], _ alpha: Double?) -> ChartFigure {
    ChartFigure(
      LineChart(
        title: "Focal loss" + only(gammas),
        note: "FL(pₜ) = −\(alpha == nil ? "" : "α ")(1 − pₜ)ᵞ log(pₜ)\(weightNote(alpha))",
        xLabel: "pₜ, the probability of the truth",
        yLabel: "loss in nats",
        smoothing: .off,
        xRange: 0...1,
        yRange: 0...5 * (alpha ?? 1),
        showsLastValues: false,
        series: overProbability(gammas, alpha) { $0.value(logit: $1, isObject: true) }
      ),
      palette: .graduated(GammaStyle.places),
      zones: [zone(from: wellClassified, to: 1)]
    )
  }

  private static func gradient(_ gammas: [Double], _ alpha: Double?) -> ChartFigure {
    ChartFigure(
      LineChart(
        title: "Gradient of the focal loss" + only(gammas),
        note: "How hard an example pulls at its logit: |dFL/dxₜ| = \(alpha == nil ? "" : "α ")"
          + "(1 − pₜ)ᵞ (1 − pₜ − γ pₜ log pₜ)\(weightNote(alpha))",
        xLabel: "pₜ, the probability of the truth",
        yLabel: "size of the gradient",
        smoothing: .off,
        xRange: 0...1,
        showsLastValues: false,
        series: overProbability(gammas, alpha) { -$0.gradient(logit: $1, isObject: true) }
      ),
      palette: .graduated(GammaStyle.places),
      zones: [zone(from: wellClassified, to: 1)]
    )
  }

  private static func overProbability(
    _ gammas: [Double],
    _ alpha: Double?,
    _ height: (SigmoidFocalReference, Double) -> Double
  ) -> [LineChart.Series] {
    let steps = 600
    let styles = GammaStyle.styles(of: gammas)
    return zip(gammas, styles).map { gamma, style in
      let reference = SigmoidFocalReference(alpha: alpha, gamma: gamma)
      let points = (0...steps).map { step in
        let share = Double(step) / Double(steps)
        // At the ends the logit is infinite; so near to them the curve ends at the same pixel.
        let probability = min(max(share, 1e-6), 1 - 1e-12)
        return LineChart.Point(x: share, y: height(reference, logit(probability)))
      }
      let name = "γ = \(text(gamma))" + (gamma == 0 ? " (cross entropy)" : "")
      return LineChart.Series(name: name, points: points, color: style.place, stroke: style.stroke)
    }
  }

  // MARK: Over the margin

  private static func marginLoss(_ alpha: Double?) -> ChartFigure {
    ChartFigure(
      LineChart(
        title: "Focal loss and FL*",
        note: "FL*(xₜ) = −\(alpha == nil ? "" : "α ")log σ(γ xₜ + β) / γ\(weightNote(alpha))",
        xLabel: "xₜ, the logit seen from the side of the truth",
        yLabel: "loss in nats",
        smoothing: .off,
        xRange: -5...5,
        yRange: 0...5 * (alpha ?? 1),
        showsLastValues: false,
        series: overMargin(alpha, -5...5) { $0.value(logit: $1, isObject: true) }
      ),
      zones: [zone(from: logit(wellClassified), to: 5)]
    )
  }

  private static func marginDerivative(_ alpha: Double?) -> ChartFigure {
    ChartFigure(
      LineChart(
        title: "Derivatives of the losses",
        note: "dFL/dxₜ and dFL*/dxₜ: the further below 0, the harder the logit is pushed up"
          + weightNote(alpha),
        xLabel: "xₜ, the logit seen from the side of the truth",
        yLabel: "derivative",
        smoothing: .off,
        xRange: -10...10,
        yRange: -1.2 * (alpha ?? 1)...0,
        showsLastValues: false,
        series: overMargin(alpha, -10...10) { $0.gradient(logit: $1, isObject: true) }
      ),
      zones: [zone(from: logit(wellClassified), to: 10)],
      legend: .bottomTrailing
    )
  }

  /// The losses that the paper compares in its appendix A.
  private static func overMargin(
    _ alpha: Double?,
    _ range: ClosedRange<Double>,
    _ height: (any MarginLossReference, Double) -> Double
  ) -> [LineChart.Series] {
    let losses: [(String, any MarginLossReference, LineChart.Stroke)] = [
      ("cross entropy", CrossEntropyReference(alpha: alpha), .solid),
      ("FL, γ = 2", SigmoidFocalReference(alpha: alpha, gamma: 2), .solid),
      ("FL*, γ = 2, β = 1", FocalStarReference(alpha: alpha, gamma: 2, beta: 1), .dashed),
      ("FL*, γ = 4, β = 0", FocalStarReference(alpha: alpha, gamma: 4, beta: 0), .dotted),
    ]
    let steps = 600
    return losses.enumerated().map { index, entry in
      let (name, reference, stroke) = entry
      let points = (0...steps).map { step in
        let share = Double(step) / Double(steps)
        let margin = range.lowerBound + share * (range.upperBound - range.lowerBound)
        return LineChart.Point(x: margin, y: height(reference, margin))
      }
      return LineChart.Series(name: name, points: points, color: index, stroke: stroke)
    }
  }

  // MARK: Words

  /// A single curve has no legend.
  private static func only(_ gammas: [Double]) -> String {
    gammas.count == 1 ? ", γ = \(text(gammas[0]))" : ""
  }

  private static func zone(from start: Double, to end: Double) -> ChartFigure.Zone {
    ChartFigure.Zone(label: "well classified, pₜ > \(text(wellClassified))", range: start...end)
  }

  private static func logit(_ probability: Double) -> Double {
    log(probability) - log1p(-probability)
  }

  private static func weightNote(_ alpha: Double?) -> String {
    alpha.map { "; α = \(text($0))" } ?? ""
  }

  /// 2.0 as 2.
  private static func text(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}
