/// How the range that a grid covers is chosen from the values that occur: what is beyond it is clipped, what is within is
/// rounded the finer the narrower it is.
package enum ClippingMethod: String, Codable, Hashable, Sendable, CaseIterable {
  /// From the least to the greatest value.
  case minmax
  /// Without the outermost ten-thousandth of the values at each end.
  case percentile
  /// With the least mean squared error of the values as the grid gives them.
  case mse

  /// The share of the values that ``percentile`` leaves out at each end.
  static let tail = 1e-4

  /// The range of what was counted.
  ///
  /// - Parameter histogram: The values.
  /// - Returns: A range within the histogram's own that holds 0.
  package func range(of histogram: ValueHistogram) -> ClosedRange<Double> {
    guard histogram.binWidth > 0 else { return histogram.range }
    switch self {
    case .minmax: return histogram.range
    case .percentile: return Self.percentileRange(histogram)
    case .mse: return Self.leastErrorRange(histogram)
    }
  }

  private static func percentileRange(_ histogram: ValueHistogram) -> ClosedRange<Double> {
    let counts = histogram.counts
    let most = Double(counts.reduce(histogram.zeros, +)) * tail
    func bins(_ order: some Sequence<Int>) -> Int {
      var (left, count) = (0, 0)
      for bin in order {
        count += counts[bin]
        if Double(count) > most { break }
        left += 1
      }
      return left
    }
    let (below, above) = (bins(counts.indices), bins(counts.indices.reversed()))
    let width = histogram.binWidth
    let low = histogram.range.lowerBound + Double(below) * width
    let high = histogram.range.upperBound - Double(above) * width
    return min(low, 0)...max(high, 0)
  }

  /// Of all ranges that end at edges of bins and hold 0, the one of the least squared error.
  ///
  /// Clipped values count by how far they are moved, others by the twelfth of the squared step that rounding costs. Of
  /// equals the wider.
  private static func leastErrorRange(_ histogram: ValueHistogram) -> ClosedRange<Double> {
    let sums = MomentSums(histogram)
    let (edges, width) = (histogram.counts.count, histogram.binWidth)
    let zero = -histogram.range.lowerBound / width
    let (belowZero, aboveZero) = (Int(zero.rounded(.down)), Int(zero.rounded(.up)))
    // Both ends are free where values have both signs: coarser then, as each is tried with each.
    let step = belowZero > 0 && aboveZero < edges ? max(1, edges / 256) : 1
    var best = (error: Double.infinity, range: histogram.range)
    for low in stride(from: 0, through: belowZero, by: step) {
      for high in stride(from: edges, through: max(aboveZero, low + 1), by: -step) {
        let error = sums.error(from: low, to: high)
        if error < best.error { best = (error, sums.edge(low)...sums.edge(high)) }
      }
    }
    return min(best.range.lowerBound, 0)...max(best.range.upperBound, 0)
  }
}

/// Counts, sums and sums of squares of all values below each edge of a histogram.
private struct MomentSums {
  private let low: Double
  private let width: Double
  private var counts: [Double] = [0]
  private var sums: [Double] = [0]
  private var squares: [Double] = [0]

  init(_ histogram: ValueHistogram) {
    (low, width) = (histogram.range.lowerBound, histogram.binWidth)
    for (bin, count) in histogram.counts.enumerated() {
      let (count, value) = (Double(count), low + (Double(bin) + 0.5) * width)
      counts.append(counts[bin] + count)
      sums.append(sums[bin] + count * value)
      squares.append(squares[bin] + count * value * value)
    }
  }

  func edge(_ index: Int) -> Double { low + Double(index) * width }

  /// The squared errors of all values by the grid between two edges.
  func error(from first: Int, to last: Int) -> Double {
    let (low, high, end) = (edge(first), edge(last), counts.count - 1)
    let step = (high - low) / 255
    let rounded = (counts[last] - counts[first]) * step * step / 12
    let below = squares[first] - 2 * low * sums[first] + low * low * counts[first]
    let above =
      squares[end] - squares[last] - 2 * high * (sums[end] - sums[last]) + high * high
      * (counts[end] - counts[last])
    return rounded + max(0, below) + max(0, above)
  }
}
