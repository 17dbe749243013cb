import BoxGeometry
import TestSupport
import Testing

@Suite struct AnchorTargetsTests {
  let box = BoundingBox(x1: 0, y1: 0, x2: 10, y2: 10)
  let matcher = AnchorMatcher()
  let coder = BoxCoder()

  private func part(_ height: Float) -> BoundingBox {
    BoundingBox(x1: 0, y1: 0, x2: 10, y2: height)
  }

  @Test func `background is −1 and ignored is −2`() {
    #expect(AnchorTargets.background == -1)
    #expect(AnchorTargets.ignored == -2)
  }

  @Test func `foreground anchors carry the label and the deltas of their box`() {
    let far = box.translated(x: 100, y: 0)
    let anchors = [part(1), far, part(4.5), part(5), box]
    let targets = AnchorTargets(
      anchors: anchors,
      boxes: [LabeledBox(box: box, label: 7), LabeledBox(box: far, label: 0)],
      matcher: matcher,
      coder: coder
    )
    #expect(targets.classIndices == [-1, 0, -2, 7, 7])
    #expect(targets.foregroundAnchors == [1, 3, 4])
    #expect(
      targets.foregroundDeltas == [
        SIMD4(0, 0, 0, 0), coder.encode(box, anchor: part(5)), SIMD4(0, 0, 0, 0),
      ]
    )
    #expect(targets.foregroundAspects == [1, 2, 1])
  }

  @Test func `an anchor half inside a crowd is ignored, one less than half is background`() {
    let crowd = BoundingBox(x1: 0, y1: 0, x2: 100, y2: 100)
    let edge = BoundingBox(x1: 95, y1: 20, x2: 105, y2: 30)
    let targets = AnchorTargets(
      anchors: [edge, edge.translated(x: 0.5, y: 0), edge.translated(x: -50, y: 0), box],
      boxes: [LabeledBox(box: box, label: 3)],
      ignoreRegions: [crowd],
      matcher: matcher,
      coder: coder
    )
    #expect(targets.classIndices == [-2, -1, -2, 3])
    #expect(targets.foregroundAnchors == [3])
  }

  @Test func `a picture without objects is all background`() {
    let anchors = AnchorGenerator(configuration: AnchorConfiguration())
      .anchors(imageWidth: 64, imageHeight: 64)
    let targets = AnchorTargets(anchors: anchors, boxes: [], matcher: matcher, coder: coder)
    #expect(targets.classIndices == [Int32](repeating: -1, count: anchors.count))
    #expect(targets.foregroundAnchors.isEmpty)
    #expect(targets.foregroundDeltas.isEmpty)
  }

  @Test func `hostile boxes and regions give finite deltas or none`() {
    let anchors = AnchorGenerator(configuration: AnchorConfiguration())
      .anchors(imageWidth: 64, imageHeight: 64)
    let targets = AnchorTargets(
      anchors: anchors,
      boxes: BoundingBox.hostile.map { LabeledBox(box: $0, label: 0) },
      ignoreRegions: BoundingBox.hostile,
      matcher: AnchorMatcher(lowQualityMatches: .always),
      coder: coder
    )
    #expect(targets.classIndices.count == anchors.count)
    for deltas in targets.foregroundDeltas {
      for lane in 0..<4 { #expect(deltas[lane].isFinite) }
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `targets agree with matches and crowds with every pair`(seed: UInt64) {
    var generator = SplitMix64(state: seed)
    let anchors = AnchorGenerator(configuration: AnchorConfiguration())
      .anchors(imageWidth: 256, imageHeight: 160)
    let boxes = [BoundingBox].random(
      count: 6,
      imageWidth: 256,
      imageHeight: 160,
      using: &generator
    ).map { LabeledBox(box: $0, label: generator.integer(below: 4)) }
    let crowds = [BoundingBox].random(
      count: 2,
      imageWidth: 256,
      imageHeight: 160,
      using: &generator
    )
    let targets = AnchorTargets(
      anchors: anchors,
      boxes: boxes,
      ignoreRegions: crowds,
      matcher: matcher,
      coder: coder
    )
    var foreground: [Int32] = []
    var deltas: [SIMD4<Float>] = []
    let matches = matcher.matches(anchors: anchors, boxes: boxes.map(\.box))
    for (index, match) in matches.enumerated() {
      let isInCrowd = crowds.contains {
        anchors[index].intersectionArea(with: $0) >= 0.5 * anchors[index].area
      }
      switch match {
      case .object(let object):
        #expect(Int(targets.classIndices[index]) == boxes[object].label)
        foreground.append(Int32(index))
        deltas.append(coder.encode(boxes[object].box, anchor: anchors[index]))
      case .ignored: #expect(targets.classIndices[index] == AnchorTargets.ignored)
      case .background:
        #expect(
          targets.classIndices[index]
            == (isInCrowd ? AnchorTargets.ignored : AnchorTargets.background)
        )
      }
    }
    #expect(targets.foregroundAnchors == foreground)
    #expect(targets.foregroundDeltas == deltas)
  }
}
