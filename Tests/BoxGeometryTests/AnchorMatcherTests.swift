import BoxGeometry
import Foundation
import TestSupport
import Testing

@Suite struct AnchorMatcherTests {
  /// A 10 x 10 box; anchors that are its upper part have IoU height / 10.
  let box = BoundingBox(x1: 0, y1: 0, x2: 10, y2: 10)

  private func part(_ height: Float) -> BoundingBox {
    BoundingBox(x1: 0, y1: 0, x2: 10, y2: height)
  }

  @Test func `0.5 is foreground, 0.4 is ignored, below is background`() {
    let heights: [Float] = [10, 5, Float(5).nextDown, 4.5, 4, Float(4).nextDown, 1]
    let matches = AnchorMatcher().matches(anchors: heights.map(part), boxes: [box])
    #expect(
      matches == [
        .object(index: 0), .object(index: 0), .ignored, .ignored, .ignored, .background,
        .background,
      ]
    )
  }

  @Test func `an anchor belongs to the box it overlaps most, of equal ones to the first`() {
    let boxes = [box, box.translated(x: 2, y: 0), box.translated(x: 2, y: 0)]
    let anchors = [box, box.translated(x: 1, y: 0), box.translated(x: 2, y: 0)]
    #expect(
      AnchorMatcher().matches(anchors: anchors, boxes: boxes) == [
        .object(index: 0), .object(index: 0), .object(index: 1),
      ]
    )
  }

  @Test func `the best anchor of a box is foreground if asked for`() {
    // IoU 0.45 and 0.3: the first box's best would be ignored, the second's background.
    let far = box.translated(x: 100, y: 0)
    let anchors = [part(4.5), part(2), part(3).translated(x: 100, y: 0)]
    func matches(_ rule: AnchorMatcher.LowQualityMatches) -> [AnchorMatch] {
      AnchorMatcher(lowQualityMatches: rule).matches(anchors: anchors, boxes: [box, far])
    }
    #expect(matches(.never) == [.ignored, .background, .background])
    #expect(matches(.always) == [.object(index: 0), .background, .object(index: 1)])
    #expect(matches(.betweenThresholds) == [.object(index: 0), .background, .background])
  }

  @Test func `anchors that tie for the best are all foreground`() {
    let anchors = [part(3), part(3), part(2.9), part(3)]
    #expect(
      AnchorMatcher(lowQualityMatches: .always).matches(anchors: anchors, boxes: [box]) == [
        .object(index: 0), .object(index: 0), .background, .object(index: 0),
      ]
    )
  }

  @Test func `a best anchor goes to the box that it overlaps most itself`() {
    // The anchor is the best of the small box, but overlaps the large one more.
    let large = BoundingBox(x1: 0, y1: 0, x2: 20, y2: 20)
    let small = BoundingBox(x1: 0, y1: 0, x2: 2, y2: 2)
    let anchors = [BoundingBox(x1: 0, y1: 0, x2: 10, y2: 10), large]
    #expect(
      AnchorMatcher(lowQualityMatches: .always).matches(anchors: anchors, boxes: [small, large])
        == [.object(index: 1), .object(index: 1)]
    )
  }

  @Test func `a box that no anchor touches promotes none`() {
    let far = box.translated(x: 1000, y: 0)
    #expect(
      AnchorMatcher(lowQualityMatches: .always).matches(anchors: [box, part(1)], boxes: [far])
        == [.background, .background]
    )
  }

  @Test(arguments: AnchorMatcher.LowQualityMatches.allCases)
  func `without boxes all is background, without anchors nothing`(
    rule: AnchorMatcher.LowQualityMatches
  ) {
    let matcher = AnchorMatcher(lowQualityMatches: rule)
    #expect(matcher.matches(anchors: [box, box], boxes: []) == [.background, .background])
    #expect(matcher.matches(anchors: [], boxes: [box]).isEmpty)
    #expect(matcher.matches(anchors: [], boxes: []).isEmpty)
  }

  @Test(arguments: 0..<12 as Range<UInt64>, AnchorMatcher.LowQualityMatches.allCases)
  func `random anchors match as every pair says`(
    seed: UInt64,
    rule: AnchorMatcher.LowQualityMatches
  ) {
    var generator = SplitMix64(state: seed)
    let anchors = [BoundingBox].random(count: 500, using: &generator)
    var boxes = [BoundingBox].random(count: generator.integer(below: 12), using: &generator)
    // Equal boxes, and boxes that are anchors, make ties.
    boxes += [anchors[7], anchors[7]] + boxes.prefix(2)
    let matcher = AnchorMatcher(lowQualityMatches: rule)
    #expect(
      matcher.matches(anchors: anchors, boxes: boxes) == everyPair(matcher, anchors, boxes)
    )
  }

  @Test(arguments: 0..<6 as Range<UInt64>, AnchorMatcher.LowQualityMatches.allCases)
  func `grid anchors match as every pair says`(
    seed: UInt64,
    rule: AnchorMatcher.LowQualityMatches
  ) {
    var generator = SplitMix64(state: seed)
    let anchors = AnchorGenerator(configuration: AnchorConfiguration())
      .anchors(imageWidth: 160, imageHeight: 96)
    let boxes = [BoundingBox].random(
      count: 8,
      imageWidth: 160,
      imageHeight: 96,
      sides: 2...160,
      using: &generator
    )
    // Whole coordinates make many exact ties on a grid.
    let whole = boxes.map { BoundingBox(corners: $0.corners.rounded(.toNearestOrAwayFromZero)) }
    let matcher = AnchorMatcher(lowQualityMatches: rule)
    #expect(
      matcher.matches(anchors: anchors, boxes: whole) == everyPair(matcher, anchors, whole)
    )
  }

  @Test(arguments: AnchorMatcher.LowQualityMatches.allCases)
  func `hostile boxes and anchors change nothing for the others`(
    rule: AnchorMatcher.LowQualityMatches
  ) {
    let matcher = AnchorMatcher(lowQualityMatches: rule)
    let unusable = BoundingBox.hostile.filter { $0.isEmpty || !$0.area.isFinite }
    #expect(
      matcher.matches(anchors: BoundingBox.hostile + [box], boxes: unusable + [box])
        == everyPair(matcher, BoundingBox.hostile + [box], unusable + [box])
    )
    #expect(
      matcher.matches(anchors: [box], boxes: unusable + [box]) == [
        .object(index: unusable.count)
      ]
    )
  }

  @Test func `a background threshold of 0 ignores what is not foreground`() {
    let matcher = AnchorMatcher(foregroundThreshold: 0.5, backgroundThreshold: 0)
    #expect(
      matcher.matches(anchors: [box, part(1), box.translated(x: 50, y: 0)], boxes: [box])
        == [.object(index: 0), .ignored, .ignored]
    )
  }

  @Test func `a matcher survives JSON and refuses thresholds out of order`() throws {
    let matcher = AnchorMatcher(
      foregroundThreshold: 0.6,
      backgroundThreshold: 0.3,
      lowQualityMatches: .betweenThresholds
    )
    let data = try JSONEncoder().encode(matcher)
    #expect(try JSONDecoder().decode(AnchorMatcher.self, from: data) == matcher)
    #expect(try JSONDecoder().decode(AnchorMatcher.self, from: Data("{}".utf8)) == AnchorMatcher())
    for text in [
      #"{"backgroundThreshold": 0.6}"#, #"{"foregroundThreshold": 0}"#,
      #"{"foregroundThreshold": 1.5}"#, #"{"lowQualityMatches": "sometimes"}"#,
    ] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(AnchorMatcher.self, from: Data(text.utf8))
      }
    }
  }
}

/// The definition, written out: the IoU of every pair, then the rules.
private func everyPair(
  _ matcher: AnchorMatcher,
  _ anchors: [BoundingBox],
  _ boxes: [BoundingBox]
) -> [AnchorMatch] {
  let overlaps = anchors.map { anchor in boxes.map { anchor.iou(with: $0) } }
  let bestOfBox = boxes.indices.map { box in overlaps.map { $0[box] }.max() ?? 0 }
  return overlaps.map { row in
    let best = row.max() ?? 0
    let first = row.firstIndex(of: best) ?? 0
    if best >= matcher.foregroundThreshold { return .object(index: first) }
    let isBestOfBox = boxes.indices.contains { row[$0] > 0 && row[$0] == bestOfBox[$0] }
    switch matcher.lowQualityMatches {
    case .always where isBestOfBox: return .object(index: first)
    case .betweenThresholds:
      let isPromoted = boxes.indices.contains {
        row[$0] == bestOfBox[$0] && row[$0] >= matcher.backgroundThreshold
      }
      if isPromoted { return .object(index: first) }
    default: break
    }
    return best < matcher.backgroundThreshold ? .background : .ignored
  }
}
