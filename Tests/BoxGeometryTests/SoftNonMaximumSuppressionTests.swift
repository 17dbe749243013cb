import BoxGeometry
import Foundation
import TestSupport
import Testing

struct SoftNonMaximumSuppressionTests {
  typealias Decay = SoftNonMaximumSuppression.Decay

  private func detection(_ x1: Float, _ x2: Float, _ score: Float, label: Int = 0) -> ScoredBox {
    ScoredBox(box: BoundingBox(x1: x1, y1: 0, x2: x2, y2: 10), label: label, score: score)
  }

  private func kept(
    _ boxes: [ScoredBox],
    _ decay: Decay,
    least: Float = 0.001,
    limit: Int = 100,
    classAgnostic: Bool = false
  ) -> [ScoredBox] {
    SoftNonMaximumSuppression.detections(
      of: boxes,
      decay: decay,
      leastScore: least,
      limit: limit,
      classAgnostic: classAgnostic
    )
  }

  /// The middle has an IoU of 0.6 with both ends, the ends 1/3 with each other.
  private var chain: [ScoredBox] {
    [detection(0, 10, 0.9), detection(2.5, 12.5, 0.8), detection(5, 15, 0.7)]
  }

  @Test func `linear decay multiplies by what is not shared, above the threshold alone`() {
    // 0.9; then 0.8 · (1 − 0.6) = 0.32 and 0.7 as it was; the middle once more: 0.32 · 0.4 = 0.128.
    let found = kept(chain, .linear(iouThreshold: 0.5))
    #expect(found.map(\.box) == [chain[0].box, chain[2].box, chain[1].box])
    expectClose(found.map(\.score), [0.9, 0.7, 0.128], absolute: 1e-6)
  }

  @Test func `gaussian decay multiplies for every overlap`() {
    // 0.8 · exp(−0.36 / 0.5) = 0.389402; 0.7 · exp(−(1/9) / 0.5) = 0.560516; then the middle by 0.486752 again.
    let found = kept(chain, .gaussian(sigma: 0.5))
    #expect(found.map(\.box) == [chain[0].box, chain[2].box, chain[1].box])
    expectClose(found.map(\.score), [0.9, 0.560_516, 0.189_542], absolute: 1e-6)
  }

  @Test func `an IoU equal to the threshold lowers nothing`() {
    let boxes = [detection(0, 10, 0.9), detection(0, 5, 0.8)]
    #expect(kept(boxes, .linear(iouThreshold: 0.5)).map(\.score) == [0.9, 0.8])
    #expect(kept(boxes, .linear(iouThreshold: Float(0.5).nextDown)).map(\.score) == [0.9, 0.4])
  }

  @Test func `what falls below the least score is dropped, what equals it is not`() {
    let boxes = [detection(0, 10, 1), detection(0, 5, 0.5), detection(50, 60, 0.25)]
    #expect(kept(boxes, .linear(iouThreshold: 0.4), least: 0.25).map(\.score) == [1, 0.25, 0.25])
    #expect(
      kept(boxes, .linear(iouThreshold: 0.4), least: Float(0.25).nextUp).map(\.score) == [1]
    )
    // A score of 0 is kept only where nothing is too low.
    let twins = [detection(0, 10, 1), detection(0, 10, 1)]
    #expect(kept(twins, .linear(iouThreshold: 0.5), least: 0).map(\.score) == [1, 0])
    #expect(kept(twins, .linear(iouThreshold: 0.5)).count == 1)
  }

  @Test func `labels leave each other alone unless asked not to`() {
    let boxes = [detection(0, 10, 0.5, label: 1), detection(0, 10, 0.9, label: 2)]
    let decay = Decay.gaussian(sigma: 1)
    #expect(kept(boxes, decay).map(\.score) == [0.9, 0.5])
    #expect(kept(boxes, decay).map(\.label) == [2, 1])
    let agnostic = kept(boxes, decay, classAgnostic: true).map(\.score)
    expectClose(agnostic, [0.9, 0.5 * Float(exp(-1.0))], absolute: 1e-6)
  }

  @Test func `equal scores keep their order, the limit counts after lowering`() {
    let boxes = [
      detection(0, 10, 0.9), detection(0, 10, 0.8), detection(50, 60, 0.5), detection(90, 99, 0.5),
    ]
    let found = kept(boxes, .linear(iouThreshold: 0.5), limit: 3)
    #expect(found.map(\.box.x1) == [0, 50, 90])
    #expect(kept(boxes, .linear(iouThreshold: 0.5), limit: 0).isEmpty)
    #expect(kept([], .linear(iouThreshold: 0.5)).isEmpty)
  }

  @Test(arguments: [Decay.linear(iouThreshold: 0), .gaussian(sigma: 0.5)])
  func `what is no number is never kept`(decay: Decay) {
    var boxes = [detection(0, 10, .nan), detection(0, 10, .infinity), detection(0, 10, .infinity)]
    boxes += [detection(0, 10, -1), detection(70, 80, 0.1)]
    boxes += BoundingBox.hostile.map { ScoredBox(box: $0, label: 0, score: 0.9) }
    let found = kept(boxes, decay)
    #expect(found.allSatisfy { $0.box.isFinite && $0.score >= 0.001 })
    #expect(found.contains(detection(70, 80, 0.1)))
  }

  static let decays: [Decay] = [
    .linear(iouThreshold: 0), .linear(iouThreshold: 0.3), .linear(iouThreshold: 1),
    .gaussian(sigma: 0.1), .gaussian(sigma: 0.5), .gaussian(sigma: 1e30),
  ]

  @Test(arguments: decays, 0..<4 as Range<UInt64>)
  func `scores are what the definition says, step by step`(decay: Decay, seed: UInt64) throws {
    var generator = SplitMix64(mixing: 77, seed)
    let boxes = [ScoredBox].random(
      count: 120,
      labels: 1 + Int(seed % 3),
      sides: 20...200,
      using: &generator
    ).map { ScoredBox(box: $0.box, label: $0.label, score: ($0.score * 40).rounded() / 40) }
    for isAgnostic in [false, true] {
      let found = kept(boxes, decay, least: 0.02, limit: 70, classAgnostic: isAgnostic)
      let expected = definition(boxes, decay, least: 0.02, limit: 70, isAgnostic)
      #expect(found == expected)
      // The same products in double precision.
      var better: [ScoredBox] = []
      for entry in found {
        let start = try #require(boxes.first { $0.box == entry.box && $0.label == entry.label })
        let score = better.reduce(Double(start.score)) { score, other in
          guard isAgnostic || other.label == entry.label else { return score }
          return score * factor(decay, iou: exactIoU(other.box, entry.box))
        }
        #expect(abs(Double(entry.score) - score) <= 1e-5)
        better.append(entry)
      }
    }
  }

  /// After each pick every score left is lowered, then all are looked at for the next.
  private func definition(
    _ boxes: [ScoredBox],
    _ decay: Decay,
    least: Float,
    limit: Int,
    _ isAgnostic: Bool
  ) -> [ScoredBox] {
    var left = boxes.filter { $0.score >= least }
    var kept: [ScoredBox] = []
    while kept.count < limit, let top = left.map(\.score).max() {
      guard let place = left.firstIndex(where: { $0.score == top }) else { break }
      let best = left.remove(at: place)
      kept.append(best)
      for index in left.indices where isAgnostic || left[index].label == best.label {
        let iou = left[index].box.iou(with: best.box)
        switch decay {
        case .linear(let threshold): left[index].score *= iou > threshold ? 1 - iou : 1
        case .gaussian(let sigma): left[index].score *= exp(-(iou * iou) / sigma)
        }
      }
      left.removeAll { $0.score < least }
    }
    return kept
  }

  private func factor(_ decay: Decay, iou: Double) -> Double {
    switch decay {
    case .linear(let threshold): iou > Double(threshold) ? 1 - iou : 1
    case .gaussian(let sigma): exp(-iou * iou / Double(sigma))
    }
  }

  private func exactIoU(_ a: BoundingBox, _ b: BoundingBox) -> Double {
    func side(_ low: Float, _ high: Float) -> Double { Double(high) - Double(low) }
    let width = max(0, side(max(a.x1, b.x1), min(a.x2, b.x2)))
    let height = max(0, side(max(a.y1, b.y1), min(a.y2, b.y2)))
    let areas = side(a.x1, a.x2) * side(a.y1, a.y2) + side(b.x1, b.x2) * side(b.y1, b.y2)
    return width * height / (areas - width * height)
  }
}
