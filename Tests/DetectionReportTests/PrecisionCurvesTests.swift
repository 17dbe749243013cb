import Testing

@testable import DetectionReport

@Suite struct PrecisionCurvesTests {
  private func curves(_ classes: Int, recalls: [Double] = [0, 0.5, 1]) -> PrecisionCurves {
    let group = PrecisionCurves.Group(
      name: "a",
      objects: 1,
      averagePrecisions: [],
      precisions: []
    )
    return PrecisionCurves(
      iouThresholds: (0..<10).map { 0.5 + 0.05 * Double($0) },
      recalls: recalls,
      mean: group,
      classes: Array(repeating: group, count: classes)
    )
  }

  @Test func `A curve runs from the left, precision 1 on top`() {
    #expect(curves(1).path([1, 1, 0]) == "M0 0L500 0L1000 500")
    #expect(curves(1).path([0.5, 0.5, 0.5]) == "M0 250L1000 250")
  }

  @Test func `What is undefined, no curve or a single point has no path`() {
    #expect(curves(1).path([]) == "")
    #expect(curves(1).path([1]) == "")
    #expect(curves(1).path([-1, -1, -1]) == "")
    #expect(curves(1).path([.nan, 1, .infinity]) == "")
    #expect(curves(1, recalls: []).path([1, 1]) == "")
  }

  @Test(arguments: 0..<20)
  func `A reduced curve is nowhere further from the curve than the tolerance`(seed: UInt64) {
    var state = seed &+ 1
    var height = 0.0
    let points = (0...100).map { index -> SIMD2<Double> in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      // A staircase, as precision over recall is.
      if state >> 61 == 0 { height += Double(state >> 40) / Double(1 << 24) * 60 }
      return SIMD2(Double(index) * 10, height)
    }
    let kept = PrecisionCurves.simplified(points, tolerance: 1.25)
    #expect(kept.first == points.first && kept.last == points.last)
    #expect(kept.count < points.count)
    for point in points {
      let next = kept.firstIndex { $0.x >= point.x } ?? 0
      let (a, b) = (kept[max(next - 1, 0)], kept[next])
      let share = b.x > a.x ? (point.x - a.x) / (b.x - a.x) : 0
      #expect(abs(a.y + (b.y - a.y) * share - point.y) <= 1.25 + 1e-9)
    }
  }

  @Test func `All thresholds are kept while there is room, then fewer, and never none`() {
    #expect(curves(80).keptThresholds == Array(0..<10))
    #expect(curves(400).keptThresholds == Array(0..<10))
    #expect(curves(1203).keptThresholds == [0, 3, 6])
    #expect(curves(100_000).keptThresholds == [0])
    #expect(curves(0).keptThresholds == Array(0..<10))
  }

  @Test func `An IoU is written with two decimals, or as it is`() {
    #expect(PrecisionCurvesMarkup.iouText(0.5) == "0.50")
    #expect(PrecisionCurvesMarkup.iouText(0.55000000000000004) == "0.55")
    #expect(PrecisionCurvesMarkup.iouText(0.125) == "0.125")
  }

  @Test func `Sixty classes have twenty-four plots in view and the rest in a fold`() {
    let page = PageReader("<x>\(PrecisionCurvesMarkup(curves: curves(60)).markup().text)</x>")
    #expect(page.isWellFormed)
    #expect(page.values(of: "data-group").count == 60)
    #expect(page.text.contains("36 more classes"))
    let many = PageReader("<x>\(PrecisionCurvesMarkup(curves: curves(1203)).markup().text)</x>")
    #expect(many.values(of: "data-group").count == 400)
    #expect(many.text.contains("803 classes with fewer objects have no plot here."))
    let one = PageReader("<x>\(PrecisionCurvesMarkup(curves: curves(1)).markup().text)</x>")
    #expect(one.values(of: "data-group").isEmpty)
  }
}
