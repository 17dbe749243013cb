import BoxGeometry
import DetectionAnalysis
import Testing

/// The pass over the logits, in all that the plain counting does not have: formats, columns, weights, threads.
@Suite struct MarginCountingTests {
  /// Counts as written in the definition, one logit at a time.
  private struct Plain {
    var (objects, easy, hard) = (0, 0, 0)
    var (objectSum, backgroundSum) = (0.0, 0.0)

    init(_ logits: [Float], _ classes: [Int32], columns: Int, firstColumn: Int) {
      for (place, logit) in logits.enumerated() where classes[place / columns] != -2 {
        let category = place % columns - firstColumn
        if category == Int(classes[place / columns]), category >= 0 {
          objects += 1
          objectSum += Double(logit)
        } else {
          // p_t > 0.6 by the margin.
          if -Double(logit) > 0.4054651081081644 { easy += 1 } else { hard += 1 }
          backgroundSum -= Double(logit)
        }
      }
    }
  }

  private static func scene(
    seed: UInt64,
    rows: Int,
    columns: Int,
    firstColumn: Int
  ) -> (logits: [Float], classes: [Int32]) {
    var generator = SplitMix64(state: seed)
    let logits = (0..<(rows * columns)).map { _ in Float(generator.gaussian() * 3 - 2) }
    let classes = (0..<rows).map { _ -> Int32 in
      switch generator.integer(below: 10) {
      case 0 where columns > firstColumn:
        Int32(generator.integer(below: columns - firstColumn))
      case 1: -2
      default: -1
      }
    }
    return (logits, classes)
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `every logit is on the side and in the zone of its definition`(seed: UInt64) {
    let (columns, firstColumn) = (1 + Int(seed % 4), Int(seed % 2) * min(1, Int(seed % 4)))
    let (logits, classes) = Self.scene(
      seed: seed,
      rows: 3000,
      columns: columns,
      firstColumn: firstColumn
    )
    var histogram = MarginHistogram()
    histogram.insert(logits, classes, columns: columns, firstColumn: firstColumn)
    let plain = Plain(logits, classes, columns: columns, firstColumn: firstColumn)
    let edge = MarginHistogram.firstWellClassifiedBin
    #expect(histogram.foreground.total == plain.objects)
    #expect(histogram.background.counts[edge...].reduce(0, +) == plain.easy)
    #expect(histogram.background.counts[..<edge].reduce(0, +) == plain.hard)
    // Each margin is rounded to 2^-20, half of that on average.
    let rounding = 0x1p-20 * Double(logits.count)
    #expect(abs(histogram.foreground.sums.reduce(0, +) - plain.objectSum) <= rounding)
    #expect(abs(histogram.background.sums.reduce(0, +) - plain.backgroundSum) <= rounding)
  }

  @Test func `the edge of what is well classified is met to the last float`() {
    let edge = MarginHistogram.wellClassifiedMargin
    var histogram = MarginHistogram()
    // Background: margins just below the edge, on it, just above it.
    histogram.insert([-edge.nextDown, -edge, -edge.nextUp], [-1, -1, -1], columns: 1)
    let first = MarginHistogram.firstWellClassifiedBin
    #expect(histogram.background.counts[first - 1] == 1)
    #expect(histogram.background.counts[first] == 2)
    #expect(Double(edge) > 0.4054651081081644)
    #expect(Double(edge.nextDown) <= 0.4054651081081644)
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func `bfloat16 logits count as the floats they stand for`(seed: UInt64) {
    let (logits, classes) = Self.scene(seed: seed, rows: 700, columns: 3, firstColumn: 0)
    let halves = logits.map { UInt16($0.bitPattern >> 16) }
    var (half, whole) = (MarginHistogram(), MarginHistogram())
    halves.withUnsafeBytes {
      half.insert(logits: $0, format: .bfloat16, classIndices: classes, columnCount: 3)
    }
    whole.insert(halves.map { Float(bitPattern: UInt32($0) << 16) }, classes, columns: 3)
    #expect(half == whole)
  }

  @Test func `any number of threads gives the same bits`() {
    // More than a thread's least share, with logits beyond the bins.
    var (logits, classes) = Self.scene(seed: 3, rows: 300_000, columns: 3, firstColumn: 1)
    for place in stride(from: 0, to: logits.count, by: 1009) { logits[place] *= 40 }
    classes[299_999] = 1
    let counted = [1, 2, 3].map { threads in
      var histogram = MarginHistogram()
      histogram.insert(logits, classes, columns: 3, firstColumn: 1, threads: threads)
      return histogram
    }
    #expect(counted[0].background.counts[0] > 0)
    #expect(counted[1] == counted[0])
    #expect(counted[2] == counted[0])
  }

  @Test func `weights multiply sums, not numbers`() {
    var histogram = MarginHistogram()
    histogram.insert([-2, 1], [-1, -1], columns: 1, weight: 0.25)
    histogram.insert([-2, 1], [-1, -1], columns: 1, weight: 0.5)
    let bin = histogram.background.counts.lastIndex { $0 > 0 } ?? 0
    #expect(histogram.background.counts[bin] == 2)
    #expect(histogram.background.weights[bin] == 0.75)
    #expect(histogram.background.squaredWeights[bin] == 0.25 * 0.25 + 0.5 * 0.5)
    #expect(abs(histogram.background.mean(ofBin: bin) - 2) <= 0x1p-20)
  }

  @Test func `summands of two histograms added are those of the whole`() {
    let (logits, classes) = Self.scene(seed: 9, rows: 400, columns: 2, firstColumn: 0)
    var (whole, first, second) = (MarginHistogram(), MarginHistogram(), MarginHistogram())
    whole.insert(logits, classes, columns: 2)
    first.insert(Array(logits[..<300]), Array(classes[..<150]), columns: 2)
    second.insert(Array(logits[300...]), Array(classes[150...]), columns: 2)
    let sums = zip(first.summands, second.summands).map { $0 + $1 }
    let merged = MarginHistogram(summands: sums)
    #expect(merged.background.counts == whole.background.counts)
    #expect(merged.foregroundAnchors == whole.foregroundAnchors)
    first.add(second)
    #expect(merged == first)
  }

  @Test func `logits of any size, whole or not, end no process`() {
    var histogram = MarginHistogram()
    let odd: [Float] = [
      .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .nan, .infinity, -.infinity, 0, -0.0,
      .leastNonzeroMagnitude, 40, -40, 1e9, -1e9,
    ]
    histogram.insert(odd, Array(repeating: -1, count: odd.count), columns: 1)
    histogram.insert(odd, Array(repeating: 0, count: odd.count), columns: 1)
    #expect(histogram.notFinite == 6)
    #expect(histogram.background.total == 9)
    #expect(histogram.foreground.total == 9)
    #expect(histogram.summands.allSatisfy { $0.isFinite })
  }
}

extension MarginHistogram {
  mutating func insert(
    _ logits: [Float],
    _ classIndices: [Int32],
    columns: Int,
    firstColumn: Int = 0,
    weight: Double = 1,
    threads: Int = 1
  ) {
    logits.withUnsafeBytes {
      insert(
        logits: $0,
        format: .float32,
        classIndices: classIndices,
        columnCount: columns,
        firstColumn: firstColumn,
        weight: weight,
        threads: threads
      )
    }
  }
}
