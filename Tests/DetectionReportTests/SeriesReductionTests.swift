import Testing

@testable import DetectionReport

@Suite struct SeriesReductionTests {
  private func points(_ values: [Double]) -> [LineChart.Point] {
    values.enumerated().map { LineChart.Point(x: Double($0), y: $1) }
  }

  @Test func `A mean of three, by hand; at the ends the line through the first and last two`() {
    let smoothed = SeriesReduction.smoothed(points([3, 0, 6, 3]), window: 3)
    #expect(smoothed.map(\.x) == [0, 1, 2, 3])
    #expect(smoothed.map(\.y) == [3, 3, 3, 3])
  }

  @Test(arguments: [3, 5, 9, 41, 1001])
  func `A straight line stays one to its ends`(window: Int) {
    let line = points((0..<300).map { 5 - 0.01 * Double($0) })
    let smoothed = SeriesReduction.smoothed(line, window: window)
    #expect(smoothed.first?.x == 0 && smoothed.last?.x == 299)
    for point in smoothed { #expect(abs(point.y - (5 - 0.01 * point.x)) < 1e-12) }
  }

  @Test func `A mean never leaves the range of its values`() {
    let steep = points((0..<200).map { $0 < 3 ? 1e6 : 1e-3 })
    let smoothed = SeriesReduction.smoothed(steep, window: 41)
    #expect(smoothed.allSatisfy { $0.y >= 1e-3 && $0.y <= 1e6 })
  }

  @Test func `One huge value spoils only the means that hold it`() {
    var values = [Double](repeating: 0.1, count: 400)
    values[10] = 1e30
    let smoothed = SeriesReduction.smoothed(points(values), window: 5)
    #expect(smoothed.filter { $0.x > 20 }.allSatisfy { abs($0.y - 0.1) < 1e-15 })
  }

  @Test(arguments: 0..<20)
  func `Of many points first, last, lowest and highest of each column stay, unmoved`(seed: UInt64) {
    var state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493
    let values = (0..<4096).map { _ -> Double in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40)
    }
    let all = points(values)
    let kept = SeriesReduction.downsampled(all, over: 0...4096, columns: 64)
    #expect(kept.count <= 256)
    #expect(Set(kept).isSubset(of: Set(all)))
    #expect(zip(kept, kept.dropFirst()).allSatisfy { $0.x < $1.x })
    #expect(kept.first == all.first && kept.last == all.last)
    for column in 0..<64 {
      let range = Double(column * 64)..<Double(column * 64 + 64)
      let (there, here) = (
        all.filter { range.contains($0.x) }, kept.filter { range.contains($0.x) }
      )
      #expect(there.map(\.y).min() == here.map(\.y).min())
      #expect(there.map(\.y).max() == here.map(\.y).max())
    }
  }

  @Test func `A single spike among thousands of points is not lost`() {
    var values = [Double](repeating: 1, count: 100_000)
    values[77_777] = 9
    let kept = SeriesReduction.downsampled(points(values), over: 0...99_999, columns: 500)
    #expect(kept.contains(LineChart.Point(x: 77_777, y: 9)))
    #expect(kept.count <= 2000)
  }

  @Test func `Short and empty series are as they were`() {
    #expect(SeriesReduction.downsampled([], over: 0...1, columns: 10).isEmpty)
    #expect(SeriesReduction.smoothed([], window: 9).isEmpty)
    let two = points([1, 2])
    #expect(SeriesReduction.downsampled(two, over: 0...1, columns: 10) == two)
    #expect(SeriesReduction.smoothed(two, window: 9) == two)
  }
}
