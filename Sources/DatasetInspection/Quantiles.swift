import Foundation

/// Seven points of a distribution.
package struct Quantiles: Hashable, Sendable, Codable {
  package var minimum: Double
  /// 5 %, 25 %, 50 %, 75 % and 95 % of the values are not above these.
  package var p5: Double
  package var p25: Double
  package var median: Double
  package var p75: Double
  package var p95: Double
  package var maximum: Double

  /// Quantiles with linear interpolation between the values, as numpy's default has it.
  /// - Parameter values: In any order; `nil` comes of none, or of one that is no number.
  package init?(_ values: [Double]) {
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
    let sorted = values.sorted()
    func at(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let low = Int(place)
      let high = min(low + 1, sorted.count - 1)
      return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
    }
    (minimum, maximum) = (at(0), at(1))
    (p5, p25, median, p75, p95) = (at(0.05), at(0.25), at(0.5), at(0.75), at(0.95))
  }
}

/// How many values lie between neighbouring edges.
package struct Histogram: Hashable, Sendable, Codable {
  /// Ascending; one more than there are bins.
  package var edges: [Double]
  /// Values from an edge on and below the next; the last bin holds its upper edge, too.
  package var counts: [Int]

  /// Counts values.
  /// - Parameters:
  ///   - values: Those outside the edges are in the first and the last bin.
  ///   - edges: Ascending, at least two.
  package init(_ values: [Double], edges: [Double]) {
    precondition(edges.count >= 2, "a bin has two edges")
    self.edges = edges
    counts = [Int](repeating: 0, count: edges.count - 1)
    for value in values {
      // The first edge above the value.
      var (low, high) = (0, edges.count)
      while low < high {
        let middle = (low + high) / 2
        if edges[middle] <= value { low = middle + 1 } else { high = middle }
      }
      counts[min(max(low - 1, 0), counts.count - 1)] += 1
    }
  }

  /// Bins of which each is wider than the one before by the same factor, as many as the values need.
  /// - Parameters:
  ///   - values: Above 0; others are left out.
  ///   - perOctave: Bins from a number to its double, >= 1.
  package init(octavesOf values: [Double], perOctave: Int) {
    let values = values.filter { $0 > 0 && $0.isFinite }
    let steps = values.map { Int((log2($0) * Double(perOctave)).rounded(.down)) }
    let (first, last) = (steps.min() ?? 0, steps.max() ?? 0)
    self.init(
      values,
      edges: (first...(last + 1)).map { exp2(Double($0) / Double(perOctave)) }
    )
  }
}
