import BoxGeometry
import DetectionModels
import DetectionPrediction
import Testing

struct PredictionRulesTests {
  private func box(_ x: Float, _ label: Int, _ score: Float) -> ScoredBox {
    ScoredBox(box: BoundingBox(x1: x, y1: 0, x2: x + 10, y2: 10), label: label, score: score)
  }

  @Test func `one look at all labels stays as it is`() {
    let rules = PredictionRules(detection: DetectionConfiguration())
    #expect(rules.perLook == rules.detection)
    // Even what suppression would not have left.
    let found = [box(0, 0, 0.9), box(0, 0, 0.8)]
    #expect(rules.settled([found]) == found)
  }

  @Test func `labels that are not wanted neither suppress nor use up the limit`() {
    var detection = DetectionConfiguration()
    detection.classAgnostic = true
    detection.detectionsPerImage = 2
    let rules = PredictionRules(detection: detection, labels: [1])
    #expect(rules.perLook.iouThreshold == 1)
    #expect(rules.perLook.detectionsPerImage > 10_000)
    let found = [
      box(0, 0, 0.9), box(1, 1, 0.8), box(2, 1, 0.7), box(50, 1, 0.6), box(90, 1, 0.5),
    ]
    #expect(rules.settled([found]) == [box(1, 1, 0.8), box(50, 1, 0.6)])
    #expect(PredictionRules(detection: detection, labels: []).settled([found]).isEmpty)
  }

  @Test func `the limit of a picture keeps the best`() {
    var rules = PredictionRules(detection: DetectionConfiguration())
    let found = [box(0, 0, 0.9), box(50, 0, 0.8)]
    #expect(rules.limited(found) == found)
    rules.limit = 1
    #expect(rules.limited(found) == [found[0]])
    rules.limit = 0
    #expect(rules.limited(found).isEmpty)
  }
}
