import BoxGeometry
import DetectionModels
import Foundation
import TestSupport
import Testing

/// The pass over the logits, where levels are long, many logits pass, or few do.
struct LevelScanTests {
  private static let square = BoundingBox(x1: 0, y1: 0, x2: 10, y2: 10)

  private func decoder(
    categories: Int = 1,
    layout: RetinaNetConfiguration.ClassLayout = .contiguous,
    threads: Int? = nil,
    _ change: (inout DetectionConfiguration) -> Void = { _ in }
  ) -> DetectionDecoder {
    var configuration = DetectionConfiguration()
    configuration.detectionsPerImage = .max
    configuration.iouThreshold = 1
    change(&configuration)
    return DetectionDecoder(
      configuration: configuration,
      coder: BoxCoder(),
      categoryCount: categories,
      classLayout: layout,
      threads: threads
    )
  }

  /// The detections in levels that lie apart; all anchors are one square, and nothing is suppressed.
  private func found(
    _ decoder: DetectionDecoder,
    _ levels: [[Float]],
    logitsPerAnchor: Int = 1,
    deltas: [Float]? = nil
  ) -> [ScoredBox] {
    let anchors = levels.reduce(0) { $0 + $1.count } / logitsPerAnchor
    let zeros = [Float](
      repeating: 0,
      count: 4 * (levels.map(\.count).max() ?? 0) / logitsPerAnchor
    )
    func lend(_ rest: ArraySlice<[Float]>, _ lent: [HeadLevel]) -> [ScoredBox] {
      guard let level = rest.first else {
        return decoder.detections(
          levels: lent,
          anchors: [BoundingBox](repeating: Self.square, count: anchors),
          width: 100,
          height: 100
        )
      }
      return level.withUnsafeBufferPointer { logits in
        (deltas ?? zeros).withUnsafeBufferPointer { deltas in
          let count = logits.count / logitsPerAnchor * 4
          return lend(
            rest.dropFirst(),
            lent + [HeadLevel(logits: logits, deltas: .init(rebasing: deltas[..<count]))]
          )
        }
      }
    }
    return lend(levels[...], [])
  }

  private func logits(_ scores: [ScoredBox]) -> [Float] {
    scores.map { log($0.score / (1 - $0.score)).rounded() }
  }

  @Test func `levels may lie anywhere, each has its own anchors`() {
    let anchors = (0..<3).map { Self.square.translated(x: Float($0) * 20, y: 0) }
    let (first, second) = ([1, 3] as [Float], [2] as [Float])
    let deltas = [Float](repeating: 0, count: 8)
    let boxes = first.withUnsafeBufferPointer { first in
      second.withUnsafeBufferPointer { second in
        deltas.withUnsafeBufferPointer { deltas in
          decoder().detections(
            levels: [
              HeadLevel(logits: first, deltas: deltas),
              HeadLevel(logits: second, deltas: .init(rebasing: deltas[..<4])),
            ],
            anchors: anchors,
            width: 100,
            height: 100
          )
        }
      }
    }
    #expect(boxes.map(\.box.x1) == [20, 40, 0])
    #expect(decoder().detections(levels: [], anchors: [], width: 1, height: 1).isEmpty)
  }

  /// 64 logits are compared at once; these are alone among hundreds of low ones and NaNs.
  @Test func `a logit is found at any place of a block, from any address`() {
    for count in [1, 63, 64, 65, 200] {
      for place in 0..<count {
        var level = [Float](repeating: -9, count: count)
        if place > 0 { level[place - 1] = .nan }
        level[place] = 4
        let boxes = found(decoder(categories: count), [level], logitsPerAnchor: count)
        #expect(boxes.map(\.label) == [place], "\(place) of \(count)")
      }
    }
    // A level that begins one logit after another's end.
    let both = [Float](repeating: -9, count: 301) + [4] + [Float](repeating: -9, count: 98)
    let deltas = [Float](repeating: 0, count: 1600)
    let anchors = (0..<400).map { Self.square.translated(x: Float($0) * 0.1, y: 0) }
    let boxes = both.withUnsafeBufferPointer { logits in
      deltas.withUnsafeBufferPointer { deltas in
        decoder().detections(
          logits: logits,
          deltas: deltas,
          anchors: anchors,
          levelSizes: [1, 399],
          width: 100,
          height: 100
        )
      }
    }
    expectClose(boxes.map(\.box), [anchors[301]], absolute: 1e-4)
  }

  @Test func `where all logits pass, the best of a long level are kept, the first of equal ones`() {
    var generator = SplitMix64(state: 21)
    // Sixteen values, so that the last of the best ties with hundreds.
    let level = (0..<40_000).map { _ in Float(generator.integer(below: 16)) }
    let categories = 40_000
    let boxes = found(
      decoder(categories: categories) {
        $0.scoreThreshold = 0
        $0.candidatesPerLevel = 3000
      },
      [level],
      logitsPerAnchor: categories
    )
    let best = level.indices.sorted { (-level[$0], $0) < (-level[$1], $1) }.prefix(3000)
    #expect(boxes.map(\.label) == Array(best))
    // The same upwards, where each is better than all before it.
    let rising = (0..<40_000).map { Float($0) / 4000 }
    let last = found(
      decoder(categories: categories) {
        $0.scoreThreshold = 0
        $0.candidatesPerLevel = 5
      },
      [rising],
      logitsPerAnchor: categories
    )
    #expect(last.map(\.label) == [39_999, 39_998, 39_997, 39_996, 39_995])
  }

  @Test func `any number of threads finds the same`() {
    var generator = SplitMix64(state: 22)
    var level = [Float](repeating: -9, count: 2_300_000)
    for _ in 0..<300 { level[generator.integer(below: level.count)] = 1 }
    level[1 << 20] = 2
    level[(1 << 20) - 1] = 3
    let short = [Float](repeating: 0.5, count: 23)
    let found = [1, 2, 3].map { threads in
      self.found(
        decoder(categories: 23, threads: threads) { $0.candidatesPerLevel = 200 },
        [level, short],
        logitsPerAnchor: 23
      )
    }
    #expect(found[0].count == 223)
    #expect(logits(found[0]).prefix(3) == [3, 2, 1])
    #expect(found[1] == found[0] && found[2] == found[0])
  }

  @Test func `a score of exactly 0 is a candidate only where equal ones are`() {
    let level: [Float] = [-.infinity, -200, .nan]
    #expect(found(decoder { $0.scoreThreshold = 0 }, [level]).count == 1)
    let equal = decoder {
      $0.scoreThreshold = 0
      $0.scoreComparison = .atLeast
    }
    #expect(found(equal, [level]).count == 2)
    let certain = decoder {
      $0.scoreThreshold = 1
      $0.scoreComparison = .atLeast
    }
    #expect(found(certain, [[.infinity, 100]]).count == 1)
    #expect(found(decoder { $0.scoreThreshold = 1 }, [[.infinity, 100]]).isEmpty)
  }

  @Test func `deltas of anchors without a candidate are not looked at`() {
    var deltas = [Float](repeating: .nan, count: 12)
    for place in 4..<8 { deltas[place] = 0 }
    #expect(found(decoder(), [[-9, 1, -9]], deltas: deltas).map(\.box) == [Self.square])
  }

  @Test(arguments: [RetinaNetConfiguration.ClassLayout.contiguous, .backgroundFirst])
  func `cells that pass are those with a candidate`(layout: RetinaNetConfiguration.ClassLayout) {
    var generator = SplitMix64(state: 23)
    let categories = 5
    let perAnchor = categories + layout.backgroundLogits
    let perCell = 9 * perAnchor
    for _ in 0..<20 {
      var level = (0..<(60 * perCell)).map { _ in Float(-5 + generator.gaussian() * 0.8) }
      level[generator.integer(below: level.count)] = .nan
      let flags = level.withUnsafeBufferPointer {
        decoder(categories: categories, layout: layout)
          .cellsPassing(level: $0, logitsPerCell: perCell)
      }
      let expected = (0..<60).map { cell in
        (0..<perCell).contains { place in
          place % perAnchor >= layout.backgroundLogits
            && 1 / (1 + exp(-level[cell * perCell + place])) > 0.05
        }
      }
      #expect(flags == expected)
      #expect(flags.contains(true) && flags.contains(false))
    }
  }

  @Test func `no cell passes a threshold of 1, and a map of none has no flags`() {
    let level = [Float](repeating: 90, count: 12)
    level.withUnsafeBufferPointer { level in
      let none = decoder(categories: 2) { $0.scoreThreshold = 1 }
      #expect(none.cellsPassing(level: level, logitsPerCell: 4) == [false, false, false])
      let all = decoder(categories: 2, threads: 2)
      #expect(all.cellsPassing(level: level, logitsPerCell: 4) == [true, true, true])
      #expect(all.cellsPassing(level: .init(rebasing: level[..<0]), logitsPerCell: 4).isEmpty)
    }
  }

  @Test func `soft suppression keeps twins with lower scores, hard drops them`() {
    let level: [Float] = [2, 1, -9]
    let first = 1 / (1 + exp(Float(-2)))
    let hard = found(decoder { $0.iouThreshold = 0.5 }, [level])
    #expect(hard.map(\.score) == [first])
    let soft = found(
      decoder {
        $0.suppression = .softGaussian
        $0.sigma = 1
      },
      [level]
    )
    #expect(soft.count == 2 && soft[0].score == first)
    // Of the sigmoid of 1 the share exp(−1).
    #expect(abs(soft[1].score - 0.268_941) < 1e-5)
    let dropped = found(
      decoder {
        $0.suppression = .softGaussian
        $0.sigma = 1
        $0.leastScore = 0.3
      },
      [level]
    )
    #expect(dropped.map(\.score) == [first])
    let linear = found(
      decoder {
        $0.suppression = .softLinear
        $0.iouThreshold = 0.5
      },
      [level]
    )
    #expect(linear.map(\.score) == [first])
  }
}
