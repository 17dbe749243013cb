package import Drawing

/// A chart as a picture of its own, for a paper, a slide or a README: PNG, SVG and PDF from one canvas.
///
/// The charts of a report's page stretch with it and need a browser; this one has a size and needs
/// nothing. Both are laid out alike.
package struct ChartFigure: Hashable, Sendable {
  /// A stretch of the horizontal axis that is tinted and named.
  package struct Zone: Hashable, Sendable {
    package var label: String
    package var range: ClosedRange<Double>

    package init(label: String, range: ClosedRange<Double>) {
      self.label = label
      self.range = range
    }
  }

  /// The corner of the plot that the legend lies in; the names of zones keep to the same edge.
  package enum LegendPlace: Hashable, Sendable {
    case topLeading, topTrailing, bottomLeading, bottomTrailing

    var isTop: Bool { self == .topLeading || self == .topTrailing }
    var isLeading: Bool { self == .topLeading || self == .bottomLeading }
  }

  /// What is drawn; the series' colours are places in the palette.
  package var chart: LineChart
  package var palette: ChartPalette
  package var zones: [Zone]
  package var legend: LegendPlace

  package init(
    _ chart: LineChart,
    palette: ChartPalette = .categorical,
    zones: [Zone] = [],
    legend: LegendPlace = .topTrailing
  ) {
    self.chart = chart
    self.palette = palette
    self.zones = zones
    self.legend = legend
  }

  /// The figure as an SVG document on white, its words as text.
  ///
  /// - Returns: The document; the same for the same figure.
  package func svg() -> String {
    var options = Canvas.SVGOptions()
    options.title = chart.note.isEmpty ? chart.title : "\(chart.title). \(chart.note)"
    return canvas().svg(options)
  }

  /// The figure as a PNG file.
  ///
  /// - Parameter scale: Pixels for a canvas unit; 2 is sharp on a dense screen and in print.
  /// - Returns: The bytes of the file.
  /// - Throws: `DrawingError` if the size is impossible, or memory runs out.
  package func png(scale: Double = 2) throws(DrawingError) -> [UInt8] {
    try canvas().png(scale: scale)
  }
}
