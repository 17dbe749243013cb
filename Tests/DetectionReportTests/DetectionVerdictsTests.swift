import BoxGeometry
import DetectionReport
import Testing

@Suite struct DetectionVerdictsTests {
  private func box(_ x: Float, _ y: Float, _ side: Float = 10) -> BoundingBox {
    BoundingBox(x1: x, y1: y, x2: x + side, y2: y + side)
  }
  private func judge(
    _ detections: [ScoredBox],
    _ truth: [LabeledBox],
    ignored: [BoundingBox] = []
  ) -> DetectionVerdicts {
    DetectionVerdicts(
      detections,
      truth: truth,
      ignoredRegions: ignored,
      scoreThreshold: 0.5,
      iouThreshold: 0.5
    )
  }

  @Test func `Found, false and missed, by hand`() {
    let truth = [
      LabeledBox(box: box(0, 0), label: 0), LabeledBox(box: box(50, 50), label: 1),
      LabeledBox(box: box(80, 0), label: 0),
    ]
    let verdicts = judge(
      [
        ScoredBox(box: box(1, 0), label: 0, score: 0.8),  // IoU 9/11: found
        ScoredBox(box: box(0, 0), label: 0, score: 0.7),  // found already: false
        ScoredBox(box: box(50, 50), label: 0, score: 0.9),  // another class: false
        ScoredBox(box: box(85, 0), label: 0, score: 0.6),  // IoU 1/3: false
        ScoredBox(box: box(50, 50), label: 1, score: 0.49),  // below the score: not there
      ],
      truth
    )
    #expect(verdicts.detections.map(\.score) == [0.9, 0.8, 0.7, 0.6])
    #expect(verdicts.verdicts == [.falseAlarm, .found(object: 0), .falseAlarm, .falseAlarm])
    #expect(verdicts.missed == [1, 2])
    #expect(verdicts.foundCount == 1)
    #expect(verdicts.falseAlarmCount == 3)
  }

  @Test func `The score and the overlap themselves count as reached`() {
    let truth = [LabeledBox(box: BoundingBox(x1: 0, y1: 0, x2: 10, y2: 10), label: 0)]
    let half = ScoredBox(box: BoundingBox(x1: 0, y1: 0, x2: 10, y2: 5), label: 0, score: 0.5)
    #expect(judge([half], truth).verdicts == [.found(object: 0)])
  }

  @Test func `A detection in a region that is not judged is no false alarm`() {
    let detection = ScoredBox(box: box(0, 0), label: 0, score: 0.9)
    #expect(judge([detection], [], ignored: [box(0, 5, 20)]).verdicts == [.ignored])
    #expect(judge([detection], [], ignored: [box(0, 6, 20)]).verdicts == [.falseAlarm])
  }

  @Test func `Without objects, detections, or sane numbers, nothing crashes`() {
    #expect(judge([], []).missed.isEmpty)
    let mad = ScoredBox(box: box(.nan, 0), label: -5, score: .infinity)
    let none = ScoredBox(box: box(0, 0), label: 0, score: .nan)
    let verdicts = judge(
      [mad, none],
      [LabeledBox(box: box(.infinity, 0), label: 0)],
      ignored: [box(.nan, 0)]
    )
    #expect(verdicts.verdicts == [.falseAlarm])
    #expect(verdicts.missed == [0])
  }
}
