import COCOEvaluation
import COCOFormat
import DetectionAnalysis
import Testing

/// One picture for every kind of error, worked by hand.
struct DetectionErrorAnalysisTests {
  @Test func `the right class and half the box find an object`() {
    var scene = ErrorScene()
    let object = scene.object(1, .square(0))
    // Half the square: IoU is exactly 0.5.
    let half = scene.detection(1, COCOBox(x: 0, y: 0, width: 100, height: 50), 0.9)
    let analysis = scene.analysis()
    #expect(analysis.verdict(of: half) == .found)
    #expect(analysis.object(of: half) == object)
    #expect(analysis.overlap(of: half) == 0.5)
    #expect(analysis.outcome(ofObject: object) == .found(by: half))
  }

  @Test func `the wrong class on an object is a classification error and explains it`() {
    var scene = ErrorScene()
    let cat = scene.object(1, .square(0))
    let dog = scene.detection(2, .square(0), 0.9)
    let analysis = scene.analysis()
    #expect(analysis.verdict(of: dog) == .error(.classification))
    #expect(analysis.object(of: dog) == cat)
    #expect(analysis.outcome(ofObject: cat) == .confused(by: dog))
    #expect(scene.summary[.missed].count == 0)
    #expect(scene.summary.averagePrecision == 0)
    #expect(scene.summary[.classification].gain == 1)
  }

  @Test func `the right class and a third of the box is a localization error`() {
    var scene = ErrorScene()
    let cat = scene.object(1, .square(0))
    // IoU 50 / 150.
    let moved = scene.detection(1, .square(50), 0.9)
    let analysis = scene.analysis()
    #expect(analysis.verdict(of: moved) == .error(.localization))
    #expect(analysis.overlap(of: moved) == 1.0 / 3)
    #expect(analysis.outcome(ofObject: cat) == .confused(by: moved))
    #expect(scene.summary[.localization].gain == 1)
    #expect(scene.summary[.classification].gain == 0)
  }

  @Test func `the wrong class and a third of the box is both, and the object is missed`() {
    var scene = ErrorScene()
    let cat = scene.object(1, .square(0))
    let moved = scene.detection(2, .square(50), 0.9)
    let analysis = scene.analysis()
    #expect(analysis.verdict(of: moved) == .error(.both))
    #expect(analysis.object(of: moved) == cat)
    #expect(analysis.outcome(ofObject: cat) == .missed)
  }

  @Test func `a second find of an object is a duplicate of it`() {
    var scene = ErrorScene()
    let cat = scene.object(1, .square(0))
    let first = scene.detection(1, .square(0), 0.9)
    let second = scene.detection(1, .square(10), 0.8)
    let analysis = scene.analysis()
    #expect(analysis.verdict(of: second) == .error(.duplicate))
    #expect(analysis.object(of: second) == cat)
    #expect(analysis.outcome(ofObject: cat) == .found(by: first))
    // After the only find: it costs nothing.
    #expect(scene.summary[.duplicate].gain == 0)
  }

  @Test func `a detection of nothing is background and halves the precision`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    let stray = scene.detection(1, .square(500), 0.9)
    scene.detection(1, .square(0), 0.8)
    let analysis = scene.analysis()
    #expect(analysis.verdict(of: stray) == .error(.background))
    #expect(analysis.object(of: stray) == nil)
    #expect(analysis.overlap(of: stray) == 0)
    #expect(scene.summary.averagePrecision == 0.5)
    #expect(scene.summary[.background].gain == 0.5)
    #expect(scene.summary.falsePositiveGain == 0.5)
    #expect(scene.summary.falseNegativeGain == 0)
  }

  @Test func `an object of which nothing is said is missed, and is taken out of the count`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    let missed = scene.object(1, .square(500))
    scene.detection(1, .square(0), 0.8)
    #expect(scene.analysis().outcome(ofObject: missed) == .missed)
    // Recall 0 to 0.50 of 101 points has precision 1.
    #expect(scene.summary.averagePrecision == 51.0 / 101)
    #expect(scene.summary[.missed].gain == 50.0 / 101)
    #expect(scene.summary.falseNegativeGain == 50.0 / 101)
  }

  @Test func `the figures of this module come from one analysis`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    scene.object(2, .square(500))
    scene.detection(2, .square(0), 0.9)
    scene.detection(2, .square(500), 0.6)
    let analysis = scene.analysis()
    let matrix = ConfusionMatrix(analysis)
    #expect(matrix.count(truth: 0, prediction: 1) == 1)
    #expect(matrix.count(truth: 1, prediction: 1) == 1)
    #expect(matrix.largestConfusions(limit: 5).map(\.count) == [1])
    let calibration = ScoreCalibration(analysis)
    #expect(calibration.best?.score == 0.6)
    #expect(calibration.bins.reduce(0) { $0 + $1.found } == 1)
    let worst = WorstImages(analysis)
    #expect(worst.images.map(\.image.fileName) == ["1.jpg"])
    #expect(worst.images.first?.marks.map(\.kind) == [.classification])
    // The score of the error, and one object that was not found.
    #expect(worst.images.first?.cost == 1.9)
  }
}
