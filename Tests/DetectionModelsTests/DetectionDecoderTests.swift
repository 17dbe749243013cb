import BoxGeometry
import DetectionModels
import Foundation
import TestSupport
import Testing

struct DetectionDecoderTests {
  private static let square = BoundingBox(x1: 0, y1: 0, x2: 10, y2: 10)

  private func detections(
    _ logits: [Float],
    deltas: [Float]? = nil,
    anchors: [BoundingBox],
    levels: [Int]? = nil,
    categories: Int = 1,
    width: Float = 100,
    height: Float = 100,
    layout: RetinaNetConfiguration.ClassLayout = .contiguous,
    _ change: (inout DetectionConfiguration) -> Void = { _ in }
  ) -> [ScoredBox] {
    var configuration = DetectionConfiguration()
    change(&configuration)
    let decoder = DetectionDecoder(
      configuration: configuration,
      coder: BoxCoder(),
      categoryCount: categories,
      classLayout: layout
    )
    let deltas = deltas ?? [Float](repeating: 0, count: anchors.count * 4)
    return logits.withUnsafeBufferPointer { logits in
      deltas.withUnsafeBufferPointer { deltas in
        decoder.detections(
          logits: logits,
          deltas: deltas,
          anchors: anchors,
          levelSizes: levels ?? [anchors.count],
          width: width,
          height: height
        )
      }
    }
  }

  private func row(_ count: Int) -> [BoundingBox] {
    (0..<count).map { Self.square.translated(x: Float($0) * 20, y: 0) }
  }

  /// Centre (5, 5) moved by (0.5, −0.2) sides to (10, 3), width doubled: (0, −2) to (20, 8), then clipped.
  @Test func `a candidate is decoded, scored and clipped to the picture`() {
    let found = detections(
      [2],
      deltas: [0.5, -0.2, Float(log(2.0)), 0],
      anchors: [Self.square],
      width: 15,
      height: 12
    )
    #expect(found.count == 1)
    expectClose(
      found.map(\.box),
      [BoundingBox(x1: 0, y1: 0, x2: 15, y2: 8)],
      absolute: 1e-5
    )
    expectClose(found[0].score, 0.880_797, absolute: 1e-6)
  }

  @Test func `a score equal to the threshold is no detection, the next one is`() {
    let found = detections([0, Float(0).nextUp, Float(0).nextDown], anchors: row(3)) {
      $0.scoreThreshold = 0.5
    }
    #expect(found.map(\.box.x1) == [20])
  }

  @Test func `a score equal to the threshold is one where that is asked for`() {
    let found = detections([0, Float(0).nextUp, Float(0).nextDown], anchors: row(3)) {
      $0.scoreThreshold = 0.5
      $0.scoreComparison = .atLeast
    }
    // Both score 0.5 in float32.
    #expect(found.map(\.box.x1) == [0, 20])
  }

  @Test func `the background's logit is no candidate and takes no candidate's place`() {
    let logits: [Float] = [9, 1, 2, 8, 3, -9]
    let found = detections(logits, anchors: row(2), categories: 2, layout: .backgroundFirst) {
      $0.candidatesPerLevel = 2
    }
    // Of 1, 2, 3 and −9 the best two.
    #expect(found.map(\.label) == [0, 1])
    #expect(found.map(\.box.x1) == [20, 0])
  }

  @Test func `thresholds of 0 and 1 let everything and nothing pass`() {
    let logits: [Float] = [-80, 3, 80]
    #expect(detections(logits, anchors: row(3)) { $0.scoreThreshold = 0 }.count == 3)
    #expect(detections(logits, anchors: row(3)) { $0.scoreThreshold = 1 }.isEmpty)
  }

  @Test func `each level keeps its best candidates, the first of equal ones`() {
    let found = detections(
      [1, 3, 2, 0.5, 4, 4, 4],
      anchors: row(7),
      levels: [4, 3],
      width: 200
    ) {
      $0.candidatesPerLevel = 2
    }
    // Of the first level 3 and 2; of the second the first two of three equals.
    #expect(found.map(\.box.x1) == [80, 100, 20, 40])
    #expect(detections([1], anchors: row(1)) { $0.candidatesPerLevel = 0 }.isEmpty)
  }

  @Test func `an anchor may hold objects of two categories, and suppresses within one`() {
    let anchors = [Self.square, Self.square.translated(x: 1, y: 0)]
    let logits: [Float] = [2, 1, 3, -9]
    let found = detections(logits, anchors: anchors, categories: 2)
    // The second anchor's 3 suppresses the first's 2 of label 0; label 1 stands alone.
    #expect(found.map(\.label) == [0, 1])
    #expect(found.map(\.box.x1) == [1, 0])
    let agnostic = detections(logits, anchors: anchors, categories: 2) { $0.classAgnostic = true }
    #expect(agnostic.map(\.label) == [0])
  }

  @Test func `detections come best first and no more than asked for`() {
    let found = detections([1, 3, 2], anchors: row(3)) { $0.detectionsPerImage = 2 }
    #expect(found.map(\.box.x1) == [20, 40])
    #expect(detections([1], anchors: row(1)) { $0.detectionsPerImage = 0 }.isEmpty)
  }

  @Test func `numbers that are none are no detections`() {
    let anchors = row(5)
    var deltas = [Float](repeating: 0, count: 20)
    deltas[12] = .nan
    deltas[16] = .infinity
    let found = detections([.nan, .infinity, -.infinity, 5, 5], deltas: deltas, anchors: anchors)
    #expect(found.map(\.box.x1) == [20])
    #expect(found.map(\.score) == [1])
  }

  @Test func `huge deltas stay within the picture, boxes outside it are dropped`() {
    let found = detections(
      [5, 5],
      deltas: [0, 0, 1e30, 1e30, 0, 0, 0, 0],
      anchors: [Self.square, Self.square.translated(x: 500, y: 0)],
      width: 64,
      height: 48
    )
    expectClose(
      found.map(\.box),
      [BoundingBox(x1: 0, y1: 0, x2: 64, y2: 48)],
      absolute: 1e-4
    )
  }

  @Test func `no anchors, or levels without any, give no detections`() {
    #expect(detections([], anchors: []).isEmpty)
    #expect(detections([], anchors: [], levels: [0, 0, 0]).isEmpty)
    #expect(detections([3], anchors: row(1), levels: [0, 1, 0]).count == 1)
  }

  /// The same, said plainly: every score by its sigmoid, sorted, suppressed.
  @Test(arguments: 0..<20)
  func `the decoder equals the plain algorithm`(seed: UInt64) {
    var generator = SplitMix64(state: seed)
    let categories = 3
    let levels = [60, 25, 10]
    let anchors = [BoundingBox].random(count: 95, using: &generator)
    let logits = (0..<(95 * categories)).map { _ in Float(generator.gaussian() * 2 - 1) }
    let deltas = (0..<380).map { _ in Float(generator.gaussian() * 0.3) }
    let found = detections(
      logits,
      deltas: deltas,
      anchors: anchors,
      levels: levels,
      categories: categories,
      width: 640,
      height: 480
    ) {
      $0.scoreThreshold = 0.2
      $0.candidatesPerLevel = 30
      $0.detectionsPerImage = 40
    }

    var boxes: [ScoredBox] = []
    var start = 0
    for level in levels {
      let entries = (start * categories..<(start + level) * categories)
        .filter { 1 / (1 + exp(-logits[$0])) > 0.2 }
        .sorted { logits[$0] > logits[$1] }
        .prefix(30)
      for entry in entries {
        let anchor = entry / categories
        let delta = SIMD4(
          deltas[anchor * 4],
          deltas[anchor * 4 + 1],
          deltas[anchor * 4 + 2],
          deltas[anchor * 4 + 3]
        )
        boxes.append(
          ScoredBox(
            box: BoxCoder().decode(delta, anchor: anchors[anchor])
              .clipped(width: 640, height: 480),
            label: entry % categories,
            score: 1 / (1 + exp(-logits[entry]))
          )
        )
      }
      start += level
    }
    let kept = NonMaximumSuppression.indices(of: boxes, iouThreshold: 0.5, limit: 40)
    #expect(found == kept.map { boxes[$0] })
    #expect(found.count > 10)
  }
}
