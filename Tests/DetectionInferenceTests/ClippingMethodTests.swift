import Testing

@testable import DetectionInference

@Suite struct ClippingMethodTests {
  private func histogram(_ values: [Float], _ range: ClosedRange<Double>) -> ValueHistogram {
    var histogram = ValueHistogram(range: range)
    values.withUnsafeBufferPointer { histogram.add($0) }
    return histogram
  }

  /// The squared error of values, each of which occurs some times, by the grid that covers a range: by the definition.
  private func error(
    _ values: [(value: Float, times: Int)],
    _ range: ClosedRange<Double>
  ) -> Double {
    let scale = (range.upperBound - range.lowerBound) / 255
    let zero = (-range.lowerBound / scale).rounded()
    return values.reduce(0) { sum, entry in
      let code = min(255, max(0, (Double(entry.value) / scale).rounded() + zero))
      let difference = (code - zero) * scale - Double(entry.value)
      return sum + difference * difference * Double(entry.times)
    }
  }

  @Test func `values are counted once, zeros apart, the ends in the outermost bins`() {
    let found = histogram([0, -0, -1, 3, 0.001, 2.9999, -0.9999], -1...3)
    #expect(found.zeros == 2)
    #expect(found.counts.reduce(0, +) == 5)
    #expect(found.counts.first == 2 && found.counts.last == 2)
    #expect(found.range == -1...3)
    // Beyond the range, and what should not be there at all, is no crash.
    let strange = histogram([9, -9, .infinity, -.infinity, .nan], -1...3)
    #expect(strange.counts.reduce(0, +) == 5)
  }

  @Test func `a range holds 0, and may be 0 alone`() {
    #expect(ValueHistogram(range: 2...3).range == 0...3)
    #expect(ValueHistogram(range: -3...(-2)).range == -3...0)
    let empty = histogram([0, 0, 0], 0...0)
    #expect(empty.zeros == 3)
    for method in ClippingMethod.allCases { #expect(method.range(of: empty) == 0...0) }
  }

  @Test func `minmax is the whole range`() {
    #expect(ClippingMethod.minmax.range(of: histogram([1, -2], -2...1)) == -2...1)
  }

  @Test func `percentile leaves out a ten-thousandth at each end`() {
    // 100,000 values up to 1 and 10 at 8: as many as may be left out.
    var values = (0..<100_000).map { Float($0) / 100_000 }
    values += [Float](repeating: 8, count: 10)
    let found = ClippingMethod.percentile.range(of: histogram(values, 0...8))
    #expect(found.lowerBound == 0)
    #expect(abs(found.upperBound - 1) < 2 * 8.0 / 4096)
    // One more, and they stay.
    values.append(8)
    #expect(ClippingMethod.percentile.range(of: histogram(values, 0...8)).upperBound == 8)
  }

  @Test(arguments: [false, true])
  func `mse finds a range as good as the best of all that were tried one by one`(
    signed: Bool
  ) throws {
    // Even values up to 1, each a hundred times, and one a little further out.
    var values = (1...2000).map { (value: Float($0) / 2000, times: 100) }
    values.append((1.1, 1))
    if signed { values += values.map { (-$0.value * 1.04, $0.times) } }
    let repeated = values.flatMap { [Float](repeating: $0.value, count: $0.times) }
    let whole = (signed ? -1.1 * 1.04 : 0)...1.1
    let found = ClippingMethod.mse.range(of: histogram(repeated, whole))
    #expect(found.lowerBound >= whole.lowerBound && found.upperBound <= whole.upperBound)
    var best = Double.infinity
    for i in 1...40 {
      for j in 1...(signed ? 40 : 1) {
        let candidate =
          (signed ? whole.lowerBound * Double(j) / 40 : 0)...(whole.upperBound * Double(i) / 40)
        best = min(best, error(values, candidate))
      }
    }
    #expect(error(values, found) <= 1.02 * best)
    // What is further out costs all others more than it is worth.
    #expect(error(values, found) < 0.95 * error(values, whole))
  }

  @Test func `mse leaves even values alone`() {
    let values = (1...4096).map { Float($0) / 4096 }
    #expect(ClippingMethod.mse.range(of: histogram(values, 0...1)).upperBound > 0.99)
  }
}
