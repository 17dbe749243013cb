/// Makes long series small and noisy ones legible without inventing anything.
enum SeriesReduction {
  /// The mean of each value and its neighbours, as many on either side.
  ///
  /// Near the ends, where one side has fewer, a straight line is fitted to those in reach instead: a
  /// plain mean would lag behind a slope there, and a narrower one would end in noise.
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
      let reach = max(0, index - half)...min(points.count - 1, index + half)
      return LineChart.Point(x: points[index].x, y: fitted(points, over: reach, at: index))
    }
  }

  /// The height at `index` of the straight line that fits the values of a window best.
  private static func fitted(
    _ points: [LineChart.Point],
    over window: ClosedRange<Int>,
    at index: Int
  ) -> Double {
    let count = Double(window.count)
    let middle = Double(window.lowerBound + window.upperBound) / 2
    var (mean, moment) = (0.0, 0.0)
    var (lowest, highest) = (Double.infinity, -Double.infinity)
    // Each sum by itself: a running one would carry the rounding of a large value along.
    for position in window {
      let value = points[position].y
      mean += value / count
      moment += (Double(position) - middle) * (value / count)
      (lowest, highest) = (min(lowest, value), max(highest, value))
    }
    // The sum of (position - middle)^2 over count whole positions is count (count^2 - 1) / 12.
    let slope = moment / ((count * count - 1) / 12)
    return min(max(mean + slope * (Double(index) - middle), lowest), highest)
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
