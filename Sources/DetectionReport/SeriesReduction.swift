/// Makes long series small and noisy ones legible without inventing anything.
enum SeriesReduction {
  /// The mean of each value and its neighbours, as many on either side; at the ends of fewer.
  ///
  /// The window narrows evenly on both sides there, so that a straight line stays one to its ends.
  /// - Parameters:
  ///   - points: In the order of x, finite.
  ///   - window: How many values make a mean; even windows count as one more.
  /// - Returns: Means at the first, the last and every sixteenth of a window between: the means move
  ///   too little within that to be seen, and long series stay affordable.
  static func smoothed(_ points: [LineChart.Point], window: Int) -> [LineChart.Point] {
    let half = window / 2
    guard half > 0, points.count > 2 else { return points }
    var indices = Array(stride(from: 0, to: points.count - 1, by: max(1, half / 8)))
    indices.append(points.count - 1)
    return indices.map { index in
      let reach = min(half, index, points.count - 1 - index)
      let count = Double(2 * reach + 1)
      // Each sum by itself: a running one would carry the rounding of a large value along.
      let mean = points[(index - reach)...(index + reach)].reduce(0) { $0 + $1.y / count }
      return LineChart.Point(x: points[index].x, y: mean)
    }
  }

  /// Points of the series that draw the same picture: of each column the first, lowest, highest and
  /// last, so that no spike is lost and none is moved.
  ///
  /// - Parameters:
  ///   - points: In the order of x, which is finite.
  ///   - range: What the columns divide.
  ///   - columns: How many columns the picture has.
  /// - Returns: At most four points a column, in their order; short series as they are.
  static func downsampled(
    _ points: [LineChart.Point],
    over range: ClosedRange<Double>,
    columns: Int
  ) -> [LineChart.Point] {
    let span = range.upperBound - range.lowerBound
    guard points.count > 2 * columns, span > 0 else { return points }
    func column(_ index: Int) -> Int {
      let place = (points[index].x - range.lowerBound) / span * Double(columns)
      return Int(min(max(place, -1), Double(columns)))
    }
    var kept: [LineChart.Point] = []
    var start = 0
    while start < points.count {
      var (end, lowest, highest) = (start, start, start)
      while end < points.count, column(end) == column(start) {
        if points[end].y < points[lowest].y { lowest = end }
        if points[end].y > points[highest].y { highest = end }
        end += 1
      }
      for index in Set([start, lowest, highest, end - 1]).sorted() { kept.append(points[index]) }
      start = end
    }
    return kept
  }
}
