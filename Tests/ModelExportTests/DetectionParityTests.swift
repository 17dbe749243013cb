import BoxGeometry
import ModelExport
import Testing

struct DetectionParityTests {
  private func box(_ x: Float, label: Int = 0, score: Float) -> ScoredBox {
    ScoredBox(box: BoundingBox(x1: x, y1: 0, x2: x + 10, y2: 10), label: label, score: score)
  }

  private func parity(
    _ own: [ScoredBox],
    _ file: [ScoredBox],
    limit: Int = 100
  ) -> DetectionParity {
    var parity = DetectionParity()
    parity.add(expected: own, found: file, scoreThreshold: 0.05, limit: limit)
    return parity
  }

  @Test func `differences are those of partners`() {
    let own = [box(0, score: 0.9), box(30, score: 0.8)]
    let result = parity(own, [box(30.25, score: 0.8005), box(0, score: 0.9)])
    #expect(result.pictures == 1 && result.detections == 2 && result.mismatched == 0)
    #expect(result.largestBoxDifference == 0.25)
    #expect(abs(result.largestScoreDifference - 0.0005) < 1e-6)
    #expect(result.holds)
  }

  @Test func `a box or a score beyond the limit does not hold`() {
    #expect(!parity([box(0, score: 0.9)], [box(0, score: .nan)]).holds)
    // Nothing compared proves nothing.
    #expect(!parity([], []).holds)
    #expect(!parity([box(0, score: 0.9)], [box(0.75, score: 0.9)]).holds)
    #expect(!parity([box(0, score: 0.9)], [box(0, score: 0.898)]).holds)
    #expect(parity([box(0, score: 0.9)], [box(0.5, score: 0.9)]).holds)
  }

  @Test func `what one side lacks is a mismatch`() {
    #expect(parity([box(0, score: 0.9)], []).mismatched == 1)
    #expect(parity([], [box(0, score: 0.9)]).mismatched == 1)
    #expect(parity([box(0, score: 0.9)], [box(0, label: 1, score: 0.9)]).mismatched == 2)
    #expect(parity([box(0, score: 0.9)], [box(6, score: 0.9)]).mismatched == 2)
  }

  @Test func `what rounding may decide about is told and no mismatch`() {
    let atThreshold = parity([box(0, score: 0.0505)], [])
    #expect(atThreshold.mismatched == 0 && atThreshold.atTheEdge == 1 && atThreshold.holds)
    let atLimit = parity(
      [box(0, score: 0.9), box(30, score: 0.5002)],
      [box(0, score: 0.9), box(60, score: 0.5001)],
      limit: 2
    )
    #expect(atLimit.mismatched == 0 && atLimit.atTheEdge == 2)
    let (two, one) = ([box(0, score: 0.9), box(30, score: 0.5)], [box(0, score: 0.9)])
    #expect(parity(two, one, limit: 2).mismatched == 0)
    #expect(parity(two, one, limit: 3).mismatched == 1)
  }
}
