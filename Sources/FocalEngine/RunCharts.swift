import DetectionReport
import RunLogs

/// The charts of a run's page.
enum RunCharts {
  /// Losses, scores, learning rate, gradient, time and memory; what there is nothing of is left out.
  static func course(_ course: RunCourse) -> [LineChart] {
    [
      steps(
        course,
        "Loss",
        "loss",
        [("all", "loss"), ("classification", "classificationLoss"), ("box", "boxLoss")],
        scale: .logarithmic
      ),
      validation(course),
      steps(course, "Learning rate", "rate", [("learning rate", "learningRate")], smoothing: .off),
      steps(
        course,
        "Gradient norm",
        "norm before clipping",
        [("gradient norm", "gradientNorm")],
        scale: .logarithmic
      ),
      steps(
        course,
        "Time of a step",
        "seconds",
        [("step", "seconds"), ("of this, waiting for data", "dataSeconds")]
      ),
      steps(course, "Memory of the process", "MiB", [("memory", "memoryMiB")], smoothing: .off),
    ].compactMap { $0 }
  }

  /// What the imbalance lens saw, where it looked.
  static func lens(_ course: RunCourse) -> [LineChart] {
    let groups = ["Positive", "HardNegative", "EasyNegative"]
    let names = ["objects", "hard background", "easy background"]
    let gammas = [
      ("Gamma0", "0"), ("GammaHalf", "0.5"), ("Gamma1", "1"), ("Gamma2", "2"), ("Gamma5", "5"),
    ]
    return [
      steps(
        course,
        "Who carries the classification loss",
        "share",
        zip(names, groups).map { ($0, "lens\($1)LossShare") },
        range: 0...1
      ),
      steps(
        course,
        "Who pulls the scores",
        "share of the gradient",
        zip(names, groups).map { ($0, "lens\($1)GradientShare") },
        range: 0...1
      ),
      steps(
        course,
        "Easy background under other gammas",
        "share of the gradient",
        gammas.map { ("γ = \($0.1)", "lens\($0.0)EasyNegativeGradientShare") },
        note: "The same scores, had gamma been another: what focusing takes off the many.",
        range: 0...1
      ),
      steps(
        course,
        "The hardest hundredth of the background",
        "share of the background's loss",
        [("hardest 1 %", "lensHardestPercentLossShare")],
        range: 0...1
      ),
    ].compactMap { $0 }
  }

  private static func steps(
    _ course: RunCourse,
    _ title: String,
    _ label: String,
    _ lines: [(name: String, key: String)],
    note: String = "",
    scale: LineChart.Scale = .linear,
    smoothing: LineChart.Smoothing = .automatic,
    range: ClosedRange<Double>? = nil
  ) -> LineChart? {
    let series = lines.enumerated().map { index, line in
      LineChart.Series(name: line.name, steps: course.steps(line.key), color: index)
    }
    .filter { !$0.points.isEmpty }
    guard !series.isEmpty else { return nil }
    return LineChart(
      title: title,
      note: note,
      xLabel: "step",
      yLabel: label,
      scale: scale,
      smoothing: smoothing,
      yRange: range,
      series: series
    )
  }

  private static func validation(_ course: RunCourse) -> LineChart? {
    let lines = [("AP", "AP"), ("AP50", "AP50"), ("AP75", "AP75")]
    let series = lines.enumerated().map { index, line in
      LineChart.Series(
        name: line.0,
        points: course.evaluations.compactMap { evaluation in
          guard let epoch = evaluation["epoch"]?.number, let value = evaluation[line.1]?.number,
            value >= 0
          else { return nil }
          return LineChart.Point(x: epoch, y: value)
        },
        color: index
      )
    }
    .filter { !$0.points.isEmpty }
    guard let highest = series.flatMap(\.points).map(\.y).max() else { return nil }
    // Whole tenths above the highest value, so that the axis seldom moves.
    let top = min(1, max(0.1, (highest * 10.5).rounded(.up) / 10))
    return LineChart(
      title: "Validation",
      xLabel: "epoch",
      yLabel: "average precision",
      smoothing: .off,
      yRange: 0...top,
      series: series
    )
  }
}
