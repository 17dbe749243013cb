/// Lines over a common horizontal axis: losses over steps, AP over epochs, precision over recall.
///
/// Values that are not finite belong into it: the line is interrupted and a mark and a note say so.
package struct LineChart: Hashable, Sendable {
  /// How heights are measured.
  package enum Scale: Hashable, Sendable {
    case linear
    /// For values that run through powers of ten; values of 0 or less cannot be shown and are counted.
    case logarithmic
  }

  /// How a noisy line is made legible; the values themselves stay behind it, faint.
  package enum Smoothing: Hashable, Sendable {
    case off
    /// A fortieth of the values, for series of more than 60; else off.
    case automatic
    /// The mean of so many neighbouring values, centred.
    case window(Int)
  }

  /// The stroke of a line: the colour says which run, the stroke which quantity.
  package enum Stroke: String, Hashable, Sendable {
    case solid, dashed, dotted
  }

  /// One measured value.
  package struct Point: Hashable, Sendable {
    package var x, y: Double

    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// One line.
  package struct Series: Hashable, Sendable {
    package var name: String
    package var points: [Point]
    /// Index into the report's colours; the run's index, so that a run looks alike in every chart.
    package var color: Int
    package var stroke: Stroke

    package init(name: String, points: [Point], color: Int, stroke: Stroke = .solid) {
      self.name = name
      self.points = points
      self.color = color
      self.stroke = stroke
    }

    /// A line from steps and values, as `RunLogs` gives them.
    package init(
      name: String,
      steps: [(step: Int, value: Double)],
      color: Int,
      stroke: Stroke = .solid
    ) {
      let points = steps.map { Point(x: Double($0.step), y: $0.value) }
      self.init(name: name, points: points, color: color, stroke: stroke)
    }
  }

  package var title: String
  /// A sentence below the title; may be empty.
  package var note: String
  /// What runs along the axis, with its unit.
  package var xLabel, yLabel: String
  package var scale: Scale
  package var smoothing: Smoothing
  /// The ends of the axes; chosen from the values if absent.
  package var xRange, yRange: ClosedRange<Double>?
  /// The legend gives each line's last value, which for a training is where it came to.
  package var showsLastValues: Bool
  package var series: [Series]

  package init(
    title: String,
    note: String = "",
    xLabel: String,
    yLabel: String,
    scale: Scale = .linear,
    smoothing: Smoothing = .automatic,
    xRange: ClosedRange<Double>? = nil,
    yRange: ClosedRange<Double>? = nil,
    showsLastValues: Bool = true,
    series: [Series]
  ) {
    self.title = title
    self.note = note
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.scale = scale
    self.smoothing = smoothing
    self.xRange = xRange
    self.yRange = yRange
    self.showsLastValues = showsLastValues
    self.series = series
  }

  /// Precision over recall, each curve at recalls 0, 1/(n−1), … 1 as the COCO protocol gives them.
  ///
  /// - Parameters:
  ///   - title: What the curves have in common, such as the category or the IoU.
  ///   - note: A sentence below the title.
  ///   - curves: Names and precisions; -1 where the protocol has none.
  ///   - colors: Indices of the curves' colours; their positions if absent.
  /// - Returns: The chart, both axes from 0 to 1.
  package static func precisionRecall(
    title: String,
    note: String = "",
    curves: [(name: String, precision: [Double])],
    colors: [Int]? = nil
  ) -> LineChart {
    let series = curves.enumerated().map { index, curve in
      let last = Double(max(curve.precision.count - 1, 1))
      let points = curve.precision.enumerated().compactMap { position, precision in
        precision < 0 ? nil : Point(x: Double(position) / last, y: precision)
      }
      let color = colors.flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? index
      return Series(name: curve.name, points: points, color: color)
    }
    return LineChart(
      title: title,
      note: note,
      xLabel: "Recall",
      yLabel: "Precision",
      smoothing: .off,
      xRange: 0...1,
      yRange: 0...1,
      showsLastValues: false,
      series: series
    )
  }
}
