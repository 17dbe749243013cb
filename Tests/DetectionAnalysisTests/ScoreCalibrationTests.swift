import COCOFormat
import DetectionAnalysis
import Testing

struct ScoreCalibrationTests {
  /// Cats in a row: right ones on an object, wrong ones beside it.
  func scene(_ scores: [(score: Double, isRight: Bool)], missed: Int = 0) -> ErrorScene {
    var scene = ErrorScene()
    for (place, entry) in scores.enumerated() {
      let x = Double(place) * 300
      if entry.isRight { scene.object(1, .square(x)) }
      scene.detection(1, .square(x), entry.score)
    }
    for place in 0..<missed { scene.object(1, .square(Double(place) * 300, 5000)) }
    return scene
  }

  @Test func `bins hold what was found, what was not, and the mean score`() {
    let scene = scene([(0.95, true), (0.9, true), (0.85, false), (0.1, false), (0.14, false)])
    let calibration = ScoreCalibration(scene.analysis(), binCount: 10)
    #expect(calibration.bins.count == 10)
    #expect(calibration.bins.map(\.found) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 2])
    #expect(calibration.bins.map(\.falsePositives) == [0, 2, 0, 0, 0, 0, 0, 0, 1, 0])
    #expect(abs((calibration.bins[9].meanScore ?? 0) - 0.925) < 1e-15)
    #expect(abs((calibration.bins[1].meanScore ?? 0) - 0.12) < 1e-15)
    #expect(calibration.bins[9].precision == 1 && calibration.bins[1].precision == 0)
    #expect(calibration.bins[5].precision == nil && calibration.bins[5].meanScore == nil)
    #expect(calibration.bins[0].lower == 0 && calibration.bins[9].upper == 1)
    // 2/5 · 0.075 + 1/5 · 0.85 + 2/5 · 0.12
    #expect(abs((calibration.expectedError ?? 0) - 0.248) < 1e-15)
  }

  @Test func `scores that tell the truth have no expected error`() {
    let scene = scene(
      (0..<4).map { (0.25, $0 == 0) } + (0..<4).map { (0.75, $0 < 3) } + [(1, true), (0, false)]
    )
    #expect(ScoreCalibration(scene.analysis(), binCount: 4).expectedError == 0)
  }

  @Test func `a score of 1 lies in the last bin, one on an edge above it`() {
    let scene = scene([(1, true), (0.5, true), (0, true)])
    let bins = ScoreCalibration(scene.analysis(), binCount: 2).bins
    #expect(bins.map(\.found) == [1, 2])
  }

  @Test(arguments: [[-1, 0.5], [0.5, 1.5], [-7, -3], [20, 40]])
  func `scores outside 0 to 1 are no probabilities, but have a histogram`(scores: [Double]) {
    let scene = scene(scores.map { ($0, true) })
    let calibration = ScoreCalibration(scene.analysis(), binCount: 4)
    #expect(!calibration.areScoresProbabilities && calibration.expectedError == nil)
    #expect(calibration.bins.map(\.found) == [1, 0, 0, 1])
    #expect(calibration.bins.first?.lower == scores.first)
    #expect(calibration.bins.last?.upper == scores.last)
    #expect(calibration.best?.score == scores.first)
  }

  @Test func `one score alone outside 0 to 1 lies in the last bin`() {
    let bins = ScoreCalibration(scene([(7, true), (7, false)]).analysis(), binCount: 3).bins
    #expect(bins.map(\.found) == [0, 0, 1] && bins.map(\.falsePositives) == [0, 0, 1])
    #expect(bins.last?.meanScore == 7)
  }

  @Test func `the widest span of scores that there can be has finite bins`() {
    let greatest = Double.greatestFiniteMagnitude
    let scene = scene([(greatest, true), (0, true), (-greatest, true)])
    let bins = ScoreCalibration(scene.analysis(), binCount: 4).bins
    #expect(bins.map(\.found) == [1, 0, 1, 1])
    #expect(bins.allSatisfy { $0.lower.isFinite && $0.upper.isFinite })
    #expect(bins.allSatisfy { $0.meanScore?.isFinite ?? true })
  }

  @Test func `the best cut keeps the greatest F1`() throws {
    let scene = scene([(0.9, true), (0.8, false), (0.7, true), (0.2, false)], missed: 1)
    // F1: 2·1/(1+3), 2·1/(2+3), 2·2/(3+3), 2·2/(4+3).
    let best = try #require(ScoreCalibration(scene.analysis()).best)
    #expect(best.score == 0.7 && best.f1 == 4.0 / 6)
    #expect(best.precision == 2.0 / 3 && best.recall == 2.0 / 3)
  }

  @Test func `equal scores are kept or cut together`() throws {
    let scene = scene([(0.9, false), (0.9, true), (0.9, false), (0.5, true)])
    let best = try #require(ScoreCalibration(scene.analysis()).best)
    // 2·1/(3+2) at 0.9, 2·2/(4+2) at 0.5; at no place 2·1/(2+2).
    #expect(best.score == 0.5 && best.f1 == 4.0 / 6)
    let high = try #require(
      ScoreCalibration(self.scene([(0.9, true), (0.9, false), (0.1, false)]).analysis()).best
    )
    #expect(high.score == 0.9 && high.precision == 0.5)
  }

  @Test func `of equal F1 the higher score is best`() throws {
    // 2·1/(1+2) and 2·2/(4+2).
    let scene = scene([(0.9, true), (0.8, false), (0.7, false), (0.6, true)])
    #expect(try #require(ScoreCalibration(scene.analysis()).best).score == 0.9)
  }

  @Test func `every class has its own best cut, all together one`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    scene.detection(1, .square(0), 0.9)
    scene.object(2, .square(500))
    scene.detection(2, .square(500), 0.4)
    scene.detection(3, .square(0, 500), 0.8)
    let calibration = ScoreCalibration(scene.analysis())
    #expect(calibration.categories.map(\.id) == [1, 2, 3])
    #expect(calibration.categories.map(\.best?.score) == [0.9, 0.4, nil])
    // 2·1/(1+2) at 0.9, 2·2/(3+2) at 0.4.
    #expect(calibration.best?.score == 0.4 && calibration.best?.f1 == 0.8)
  }

  @Test func `detections in crowds and beyond the limit have no part`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    scene.object(1, COCOBox(x: 500, y: 0, width: 300, height: 300), isCrowd: true)
    scene.detection(1, .square(0), 0.9)
    scene.detection(1, .square(600), 0.8)
    scene.detection(1, .square(0, 700), 0.7)
    let calibration = ScoreCalibration(
      scene.analysis(DetectionErrorParameters(detectionLimit: 2)),
      binCount: 1
    )
    #expect(calibration.bins[0].found == 1 && calibration.bins[0].falsePositives == 0)
  }

  @Test func `without a find there is no best cut`() {
    let nothing = ScoreCalibration(scene([(0.5, false)], missed: 1).analysis())
    #expect(nothing.best == nil && nothing.categories.allSatisfy { $0.best == nil })
    #expect(nothing.expectedError == 0.5)
    let silent = ScoreCalibration(scene([], missed: 1).analysis())
    #expect(silent.areScoresProbabilities && silent.expectedError == nil && silent.best == nil)
  }

  @Test(arguments: 0..<UInt64(40))
  func `the histogram holds every detection that counts, the best cut beats every other`(
    seed: UInt64
  ) {
    let data = TideDataset(seed: seed)
    let analysis = DetectionErrorAnalysis(
      groundTruth: data.truth,
      detections: COCODetections(data.detections)
    )
    let summary = DetectionErrorSummary(analysis)
    let calibration = ScoreCalibration(analysis)
    #expect(calibration.bins.count == 20)
    #expect(calibration.bins.reduce(0) { $0 + $1.found } == summary.found)
    #expect(calibration.bins.reduce(0) { $0 + $1.falsePositives } == summary.falsePositives)
    for bin in calibration.bins {
      guard let mean = bin.meanScore else { continue }
      #expect(mean >= bin.lower && mean <= bin.upper)
    }
    var greatest = 0.0
    for cut in Set(data.detections.map(\.score)) {
      let kept = data.detections.indices.filter { data.detections[$0].score >= cut }
        .map { analysis.verdict(of: $0) }
      let found = kept.count { $0 == .found }
      let wrong = kept.count { if case .error = $0 { true } else { false } }
      if found > 0 {
        greatest = max(greatest, 2 * Double(found) / Double(found + wrong + summary.objects))
      }
    }
    #expect(calibration.best?.f1 ?? 0 == greatest)
  }
}
