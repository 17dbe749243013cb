import Testing

@testable import DetectionReport

/// Errors, confusions and scores of an evaluation's page.
@Suite struct EvaluationSectionsTests {
  private func page(_ report: EvaluationReport) -> PageReader { PageReader(report.html()) }

  // MARK: Errors

  private func errors(_ gains: [Double?], classes: Int = 0) -> ErrorFigures {
    let costs = gains.enumerated().map { ErrorFigures.Cost(count: $0, gain: $1) }
    return ErrorFigures(
      foreground: 0.5,
      background: 0.1,
      AP: 0.625,
      kinds: costs.enumerated().map { .init(name: "kind \($0)", meaning: "meaning", cost: $1) },
      sizes: [.init(name: "small", costs: costs)],
      classes: (0..<classes).map { .init(name: "class \($0)", AP: 0.5, costs: costs) }
    )
  }

  @Test func `The longest bar is the largest gain, the others are in proportion`() {
    let page = page(EvaluationReport(title: "t", errors: errors([0.1, 0.05, 0])))
    #expect(page.isWellFormed)
    let widths = page.values(of: "style").filter { $0.hasPrefix("width:") }
    #expect(widths == ["width:100%", "width:50%", "width:0%"])
    #expect(page.values(of: "value").contains("0.05"))
    for text in ["+0.100", "+0.050", "0.000", "AP at IoU 0.50 is 0.625"] {
      #expect(page.text.contains(text), "\(text)")
    }
  }

  @Test func `A loss has a minus sign, what is undefined says so, rounding errors are no gain`() {
    #expect(ErrorFiguresMarkup.gained(-0.0123) == "−0.012")
    #expect(ErrorFiguresMarkup.gained(nil) == "n/a")
    #expect(ErrorFiguresMarkup.gained(.nan) == "n/a")
    #expect(ErrorFiguresMarkup.gained(0.0001) == "0.000")
    #expect(ErrorFiguresMarkup.gained(-1e-17) == "0.000")
    let page = page(EvaluationReport(title: "t", errors: errors([nil, 1e-17])))
    #expect(
      page.values(of: "style").filter { $0.hasPrefix("width:") }.allSatisfy { $0 == "width:0%" }
    )
  }

  @Test(arguments: [0, 1, 2, 1203])
  func `Errors by class are a table from two classes on`(count: Int) {
    let page = page(EvaluationReport(title: "t", errors: errors([0.1, nil], classes: count)))
    #expect(page.isWellFormed)
    let tables = page.values(of: "class").filter { $0 == "sortable gains" }.count
    #expect(tables == (count > 1 ? 1 : 0))
    #expect(page.text.contains("class 1202") == (count == 1203))
  }

  // MARK: Confusions

  private func confusion(_ classes: Int) -> ConfusionFigures {
    let side = classes + 1
    return ConfusionFigures(
      iou: 0.5,
      score: 0.25,
      isBestScore: true,
      classes: (0..<classes).map { "c\($0)" },
      table: (0..<side).map { row in (0..<side).map { row == $0 && row < classes ? 9 : 1 } },
      mistakes: classes > 1 ? [.init(truth: "c0", prediction: "c1", count: 4, share: 0.004)] : []
    )
  }

  @Test func `A field says its part of the row, by hand`() {
    // Nine of ten are right, one is missed; the corner of background and missed means nothing.
    let page = page(EvaluationReport(title: "t", confusion: confusion(1)))
    #expect(page.isWellFormed)
    #expect(page.values(of: "title") == ["9 as c0", "1 as missed", "1 as c0"])
    #expect(page.text.contains("90") && page.text.contains("10"))
    #expect(page.values(of: "class").filter { $0 == "void" }.count == 1)
  }

  @Test(arguments: [1, 3, 24])
  func `A matrix has a row for each class and background, a column for each and missed`(
    classes: Int
  ) {
    let page = page(EvaluationReport(title: "t", confusion: confusion(classes)))
    let fields = page.values(of: "class").filter { ["right", "heat", "void"].contains($0) }
    #expect(fields.count == (classes + 1) * (classes + 1))
    #expect(fields.filter { $0 == "right" }.count == classes)
  }

  @Test func `Of many classes the largest confusions are listed`() {
    var confusion = confusion(80)
    confusion.table = []
    let page = page(EvaluationReport(title: "t", confusion: confusion))
    #expect(page.isWellFormed)
    #expect(page.text.contains("Of 80 classes only the largest confusions are listed."))
    #expect(page.text.contains("taken for") && page.text.contains("<1 %"))
    confusion.mistakes = []
    let none = self.page(EvaluationReport(title: "t", confusion: confusion))
    #expect(none.text.contains("No class was taken for another."))
  }

  // MARK: Scores

  private func bin(_ lower: Double, _ found: Int, _ wrong: Int) -> ScoreFigures.Bin {
    .init(
      lower: lower,
      upper: lower + 0.5,
      found: found,
      wrong: wrong,
      meanScore: found + wrong > 0 ? lower + 0.25 : nil
    )
  }

  private func scores(_ bins: [ScoreFigures.Bin], best: Double? = nil) -> ScoreFigures {
    ScoreFigures(
      bins: bins,
      areProbabilities: true,
      calibrationError: 0.125,
      iou: 0.5,
      best: best.map { .init(name: "all", score: $0, precision: 0.5, recall: 0.25, f1: 1 / 3) }
    )
  }

  @Test func `A column is as high as its count, by hand`() {
    let page = page(
      EvaluationReport(title: "t", scores: scores([bin(0, 5, 10), bin(0.5, 10, 0)], best: 0.5))
    )
    #expect(page.isWellFormed)
    let paths = page.attributes.filter { $0.name == "d" }.map(\.value)
    // Half of ten is half of the plot's 500; columns of nothing are not drawn.
    #expect(paths.contains("M60 500V250H250V500ZM560 500V0H750V500Z"))
    #expect(paths.contains("M250 500V0H440V500Z"))
    for text in ["0.333", "best F1: 0.500", "0.125", "Reliability"] {
      #expect(page.text.contains(text), "\(text)")
    }
    #expect(!page.text.contains("logarithmic"))
  }

  @Test func `Counts that differ a hundredfold are told by a logarithmic scale, ones too`() {
    let bins = [bin(0, 0, 100_000), bin(0.5, 900, 1), bin(1, 1, 800)]
    let page = page(EvaluationReport(title: "t", scores: scores(bins)))
    #expect(page.text.contains("Detections (logarithmic)"))
    let axis = HistogramAxis(range: 0.7...130_000, isLogarithmic: true)
    #expect(axis.y(1) < 1 && axis.y(1) > 0.9 && axis.y(0) == 1)
    #expect(axis.y(100_000) > 0)
  }

  @Test func `No detections and scores that are no probabilities are said`() {
    let none = page(EvaluationReport(title: "t", scores: scores([])))
    #expect(none.isWellFormed)
    #expect(none.text.contains("No detections that count."))
    var odd = scores([bin(-1e300, 1, 1), bin(1e300, 2, 0)])
    odd.areProbabilities = false
    odd.calibrationError = nil
    let page = page(EvaluationReport(title: "t", scores: odd))
    #expect(page.isWellFormed)
    #expect(page.text.contains("not within 0 and 1"))
    #expect(!page.text.contains("Calibration error") && !page.text.contains("nan"))
  }
}
