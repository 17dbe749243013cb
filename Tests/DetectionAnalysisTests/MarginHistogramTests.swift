import BoxGeometry
import DetectionAnalysis
import Testing

@Suite struct MarginHistogramTests {
  @Test func `two anchors of two categories, one an object, are three margins of background`() {
    var histogram = MarginHistogram()
    // The object's own category has margin 3; its other category and the two of the background anchor count
    // with the sign turned: 1, -0.5, 2.
    histogram.insert([3, -1, 0.5, -2], [0, -1], 2)
    #expect(histogram.foreground.total == 1)
    #expect(histogram.background.total == 3)
    // Margins are rounded to 2^-20, and counted in the middle.
    #expect(abs(histogram.foreground.sums.reduce(0, +) - 3) <= 0x1p-20)
    let background = histogram.background.sums.reduce(0, +)
    #expect(abs(background - 2.5) <= 0x3p-20)
    #expect(histogram.foregroundAnchors == 1)
    #expect(histogram.backgroundAnchors == 1)
  }

  @Test func `ignored anchors are counted and nothing else, NaN in them included`() {
    var histogram = MarginHistogram()
    histogram.insert([.nan, 1, 0, 0], [-2, -1], 2)
    #expect(histogram.ignoredAnchors == 1)
    #expect(histogram.background.total == 2)
    #expect(histogram.notFinite == 0)
  }

  @Test func `logits that are no number are counted apart`() {
    var histogram = MarginHistogram()
    histogram.insert([.nan, .infinity, -.infinity, 4], [-1, 1], 2)
    #expect(histogram.notFinite == 3)
    #expect(histogram.foreground.total == 1)
    #expect(histogram.background.total == 0)
  }

  @Test func `margins beyond the bins share the outermost and keep their sum`() {
    var histogram = MarginHistogram()
    histogram.insert([1e4, -1e4], [0, 0], 1)
    #expect(histogram.foreground.counts.first == 1)
    #expect(histogram.foreground.counts.last == 1)
    #expect(abs((histogram.foreground.sums.first ?? 0) + 1e4) <= 0x1p-20)
    #expect(abs((histogram.foreground.sums.last ?? 0) - 1e4) <= 0x1p-20)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `two halves added are the whole`(seed: UInt64) {
    var generator = SplitMix64(state: seed)
    let categories = 1 + Int(seed % 4)
    let indices = (0..<100).map { _ in Int32(generator.integer(below: categories + 2)) - 2 }
    let logits = (0..<(100 * categories)).map { _ in Float(generator.gaussian() * 4) }
    var (whole, first, second) = (MarginHistogram(), MarginHistogram(), MarginHistogram())
    whole.insert(logits, indices, categories)
    let cut = 37
    first.insert(Array(logits[..<(cut * categories)]), Array(indices[..<cut]), categories)
    second.insert(Array(logits[(cut * categories)...]), Array(indices[cut...]), categories)
    first.add(second)
    #expect(first.foreground.counts == whole.foreground.counts)
    #expect(first.background.counts == whole.background.counts)
    #expect(first.ignoredAnchors == whole.ignoredAnchors)
    for bin in whole.background.counts.indices {
      #expect(abs(first.background.sums[bin] - whole.background.sums[bin]) <= 1e-9)
    }
  }

  @Test func `nothing at all is an empty histogram`() {
    var histogram = MarginHistogram()
    histogram.insert([], [], 3)
    #expect(histogram == MarginHistogram())
  }
}

extension MarginHistogram {
  mutating func insert(_ logits: [Float], _ classIndices: [Int32], _ categoryCount: Int) {
    logits.withUnsafeBufferPointer {
      insert(logits: $0, classIndices: classIndices, categoryCount: categoryCount)
    }
  }
}
