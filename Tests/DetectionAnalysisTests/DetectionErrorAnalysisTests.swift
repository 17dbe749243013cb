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

  // MARK: Where the kinds meet

  @Test func `an overlap of exactly the foreground threshold with a found object is misplaced`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    scene.detection(1, .square(0), 0.9)
    // IoU is 0.5 exactly: as TIDE has it, a localization error and no duplicate.
    let half = scene.detection(1, COCOBox(x: 0, y: 0, width: 100, height: 50), 0.8)
    let more = scene.detection(1, COCOBox(x: 0, y: 0, width: 100, height: 51), 0.7)
    let analysis = scene.analysis()
    #expect(analysis.verdict(of: half) == .error(.localization))
    #expect(analysis.verdict(of: more) == .error(.duplicate))
  }

  @Test func `an overlap of exactly the foreground threshold is enough for the wrong class`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    let half = scene.detection(2, COCOBox(x: 0, y: 0, width: 100, height: 50), 0.8)
    let less = scene.detection(3, COCOBox(x: 0, y: 0, width: 100, height: 49), 0.7)
    let analysis = scene.analysis()
    #expect(analysis.verdict(of: half) == .error(.classification))
    #expect(analysis.verdict(of: less) == .error(.both))
  }

  @Test func `an overlap of exactly the background threshold is misplaced, or background`() {
    var scene = ErrorScene()
    scene.object(1, COCOBox(x: 0, y: 0, width: 100, height: 100))
    // A quarter of it: IoU 0.25.
    let quarter = COCOBox(x: 0, y: 0, width: 50, height: 50)
    let right = scene.detection(1, quarter, 0.9)
    let wrong = scene.detection(2, quarter, 0.9)
    func verdicts(_ threshold: Double) -> [DetectionVerdict] {
      let analysis = scene.analysis(DetectionErrorParameters(backgroundThreshold: threshold))
      return [analysis.verdict(of: right), analysis.verdict(of: wrong)]
    }
    #expect(verdicts(0.25) == [.error(.localization), .error(.background)])
    #expect(verdicts(0.26) == [.error(.background), .error(.background)])
    #expect(verdicts(0.24) == [.error(.localization), .error(.both)])
  }

  @Test func `localization goes before classification, classification before duplicate`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    let dog = scene.object(2, .square(50))
    // IoU 1/3 with the cat, 1 with the dog.
    let misplaced = scene.detection(1, .square(50), 0.5)
    #expect(scene.analysis().verdict(of: misplaced) == .error(.localization))
    // IoU 82/118 with the cat, which is found already, 68/132 with the dog.
    scene.detection(1, .square(0), 0.9)
    let between = scene.detection(1, .square(18), 0.4)
    let analysis = scene.analysis()
    #expect(analysis.verdict(of: between) == .error(.classification))
    #expect(analysis.object(of: between) == dog)
  }

  @Test func `a box that overlaps nothing is confused about nothing, whatever the threshold`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    let stray = scene.detection(1, .square(500), 0.9)
    let analysis = scene.analysis(DetectionErrorParameters(backgroundThreshold: 0))
    #expect(analysis.verdict(of: stray) == .error(.background))
    #expect(analysis.object(of: stray) == nil)
  }

  @Test func `at threshold 1 a box finds itself`() {
    var scene = ErrorScene()
    // Its overlap with itself is 0.9999999999999976.
    let box = COCOBox(x: 736.5, y: 773.8, width: 66.8, height: 38.9)
    scene.object(1, box)
    let only = scene.detection(1, box, 0.9)
    let analysis = scene.analysis(DetectionErrorParameters(foregroundThreshold: 1))
    #expect(analysis.verdict(of: only) == .found)
  }

  // MARK: Who explains an object

  @Test func `the surest error explains an object, the others are taken away`() {
    var scene = ErrorScene()
    let cat = scene.object(1, .square(0))
    let dog = scene.detection(2, .square(0), 0.9)
    let moved = scene.detection(1, .square(50), 0.8)
    let analysis = scene.analysis()
    #expect(analysis.outcome(ofObject: cat) == .confused(by: dog))
    #expect(analysis.verdict(of: moved) == .error(.localization))
    // The dog becomes the cat it is, after which the misplaced box costs nothing; the misplaced box
    // alone is only taken away.
    #expect(scene.summary[.classification].gain == 1)
    #expect(scene.summary[.localization].gain == 0)
  }

  @Test func `an error about an object that is found is only taken away`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    scene.detection(1, .square(0), 0.5)
    scene.detection(2, .square(0), 0.9)
    scene.object(2, .square(500))
    scene.detection(2, .square(500), 0.6)
    // The dog's precision is 1/2 until the error is gone.
    #expect(scene.summary.averagePrecision == 0.75)
    #expect(scene.summary[.classification].gain == 0.25)
  }

  // MARK: Crowds and limits

  @Test func `a detection in a crowd of its class is no error, in one of another class it is`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    let crowd = scene.object(1, COCOBox(x: 300, y: 300, width: 500, height: 500), isCrowd: true)
    let inside = COCOBox(x: 400, y: 400, width: 20, height: 20)
    let cats = [scene.detection(1, inside, 0.9), scene.detection(1, inside, 0.8)]
    let dog = scene.detection(2, inside, 0.7)
    let analysis = scene.analysis()
    for cat in cats {
      #expect(analysis.verdict(of: cat) == .ignored)
      #expect(analysis.object(of: cat) == crowd && analysis.overlap(of: cat) == 1)
    }
    // As in TIDE, a crowd is no object that could be confused.
    #expect(analysis.verdict(of: dog) == .error(.background))
    #expect(analysis.outcome(ofObject: crowd) == .ignored)
    let summary = DetectionErrorSummary(analysis)
    #expect(summary.objects == 1 && summary.falsePositives == 1 && summary.ignoredDetections == 2)
  }

  @Test func `half of the box in a crowd is enough, as in COCO`() {
    var scene = ErrorScene()
    scene.object(1, COCOBox(x: 300, y: 300, width: 500, height: 500), isCrowd: true)
    let half = scene.detection(1, COCOBox(x: 290, y: 400, width: 20, height: 20), 0.9)
    let less = scene.detection(1, COCOBox(x: 289, y: 400, width: 20, height: 20), 0.9)
    let analysis = scene.analysis()
    #expect(analysis.verdict(of: half) == .ignored)
    #expect(analysis.verdict(of: less) == .error(.background))
  }

  @Test func `a detection in a crowd explains nothing`() {
    var scene = ErrorScene()
    scene.object(2, COCOBox(x: 0, y: 0, width: 500, height: 500), isCrowd: true)
    let cat = scene.object(1, .square(0))
    // A dog on the cat, in a crowd of dogs: TIDE's program calls it a classification error.
    scene.detection(2, .square(0), 0.9)
    let analysis = scene.analysis()
    #expect(analysis.outcome(ofObject: cat) == .missed)
    #expect(DetectionErrorSummary(analysis)[.classification].count == 0)
  }

  @Test func `objects beyond the sizes of the protocol and such detections do not count`() {
    var scene = ErrorScene()
    let vast = scene.object(1, .square(0), area: 2e10)
    let on = [scene.detection(1, .square(0), 0.9), scene.detection(1, .square(0), 0.8)]
    let huge = scene.detection(1, COCOBox(x: 0, y: 0, width: 2e5, height: 1e5), 0.7)
    let inverted = scene.detection(1, COCOBox(x: 500, y: 0, width: -10, height: 10), 0.6)
    let analysis = scene.analysis()
    #expect(analysis.outcome(ofObject: vast) == .ignored)
    #expect(analysis.verdict(of: on[0]) == .ignored)
    // Unlike a crowd it is taken.
    #expect(analysis.verdict(of: on[1]) == .error(.background))
    #expect(analysis.verdict(of: huge) == .ignored && analysis.verdict(of: inverted) == .ignored)
    #expect(DetectionErrorSummary(analysis).averagePrecision == nil)
  }

  @Test func `the limit is of a category and an image, and the surest count`() {
    var scene = ErrorScene(images: 2)
    scene.object(1, .square(0))
    let low = scene.detection(1, .square(0), 0.1)
    let high = [0.9, 0.8].map { scene.detection(1, .square(500), $0) }
    let dog = scene.detection(2, .square(500), 0.05)
    let elsewhere = scene.detection(1, .square(0), 0.01, image: 2)
    let analysis = scene.analysis(DetectionErrorParameters(detectionLimit: 2))
    #expect(analysis.verdict(of: low) == .uncounted)
    #expect(high.allSatisfy { analysis.verdict(of: $0) == .error(.background) })
    #expect(analysis.verdict(of: dog) == .error(.background))
    #expect(analysis.verdict(of: elsewhere) == .error(.background))
    #expect(DetectionErrorSummary(analysis).uncountedDetections == 1)
  }

  // MARK: Ties

  @Test func `of equal overlaps the later object is found, as in COCO`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    let later = scene.object(1, .square(0))
    let only = scene.detection(1, .square(0), 0.9)
    #expect(scene.analysis().object(of: only) == later)
  }

  @Test func `of objects overlapped alike the first is the one confused, as in TIDE`() {
    var scene = ErrorScene()
    let first = scene.object(1, .square(0))
    let second = scene.object(1, .square(0))
    let misplaced = scene.detection(1, .square(50), 0.9)
    let mistaken = scene.detection(2, .square(0), 0.8)
    let analysis = scene.analysis()
    #expect(analysis.object(of: misplaced) == first && analysis.object(of: mistaken) == first)
    #expect(analysis.outcome(ofObject: second) == .missed)
  }

  @Test func `of equal scores the first in the file goes first`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    let first = scene.detection(1, .square(10), 0.5)
    let second = scene.detection(1, .square(0), 0.5)
    let analysis = scene.analysis()
    #expect(analysis.verdict(of: first) == .found)
    #expect(analysis.verdict(of: second) == .error(.duplicate))
  }

  // MARK: Nothing, and what does not belong

  @Test func `without anything nothing is wrong and nothing is defined`() {
    let nothing = DetectionErrorAnalysis(
      groundTruth: COCOGroundTruth(images: [], categories: [], annotations: []),
      detections: COCODetections([])
    )
    let summary = DetectionErrorSummary(nothing)
    #expect(summary.averagePrecision == nil && summary.falsePositiveGain == nil)
    #expect(summary.shares.map(\.count) == [0, 0, 0, 0, 0, 0])
    #expect(summary.shares.allSatisfy { $0.gain == nil })
    #expect(summary.categories.isEmpty)
    #expect(nothing.averagePrecision(fixing: Set(DetectionErrorKind.allCases)) == nil)
    #expect(ConfusionMatrix(nothing).table() == [[0]])
    #expect(ScoreCalibration(nothing).expectedError == nil)
    #expect(WorstImages(nothing).images.isEmpty)
  }

  @Test func `no classes at all count nothing`() {
    var scene = ErrorScene()
    scene.categories = []
    let object = scene.object(1, .square(0))
    let detection = scene.detection(1, .square(0), 0.9)
    for isAgnostic in [false, true] {
      let analysis = scene.analysis(DetectionErrorParameters(classAgnostic: isAgnostic))
      #expect(analysis.verdict(of: detection) == .uncounted)
      #expect(analysis.outcome(ofObject: object) == .uncounted)
      #expect(DetectionErrorSummary(analysis).averagePrecision == nil)
      #expect(ScoreCalibration(analysis).best == nil)
      #expect(ConfusionMatrix(analysis).entries.isEmpty)
    }
  }

  @Test func `objects alone are missed, and nothing remains when they are forgiven`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    #expect(scene.summary[.missed].count == 1)
    #expect(scene.summary.averagePrecision == 0)
    // tidecv divides by zero here.
    #expect(scene.summary[.missed].gain == 1 && scene.summary.falseNegativeGain == 1)
  }

  @Test func `a class that lost all its objects keeps 0 if something is detected of it`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    scene.detection(1, .square(500), 0.9)
    #expect(scene.summary[.missed].gain == 0)
  }

  @Test func `unknown ids and numbers that are not finite do not count`() {
    var scene = ErrorScene()
    let object = scene.object(9, .square(0))
    let lost = scene.object(1, .square(0), image: 9)
    let odd = [
      scene.detection(9, .square(0), 0.9), scene.detection(1, .square(0), 0.9, image: 9),
      scene.detection(1, .square(.nan), 0.9), scene.detection(1, .square(0), .infinity),
    ]
    let analysis = scene.analysis()
    #expect(odd.allSatisfy { analysis.verdict(of: $0) == .uncounted })
    #expect(analysis.outcome(ofObject: object) == .uncounted)
    #expect(analysis.outcome(ofObject: lost) == .uncounted)
    #expect(DetectionErrorSummary(analysis).uncountedDetections == 4)
  }

  @Test func `boxes near the end of Double are judged like others`() {
    var scene = ErrorScene()
    let huge = COCOBox(x: -1e308, y: -1e308, width: 1.7e308, height: 1.7e308)
    scene.object(1, huge, area: 100)
    let found = scene.detection(1, huge, 0.9)
    let flat = scene.detection(1, COCOBox(x: 0, y: 0, width: 0, height: 0), 0.8)
    let analysis = scene.analysis()
    // Its area is infinite, which is beyond the sizes of the protocol.
    #expect(analysis.verdict(of: found) == .ignored)
    #expect(analysis.verdict(of: flat) == .error(.background))
    #expect(analysis.overlap(of: found) == 0)
  }

  @Test func `categories that do not count are as if they were not there`() {
    var scene = ErrorScene()
    let cat = scene.object(1, .square(0))
    let dog = scene.detection(2, .square(0), 0.9)
    let cow = scene.detection(3, .square(0), 0.8)
    let analysis = scene.analysis(DetectionErrorParameters(categoryIDs: [3, 1, 77]))
    #expect(analysis.verdict(of: dog) == .uncounted)
    #expect(analysis.verdict(of: cow) == .error(.classification))
    #expect(analysis.outcome(ofObject: cat) == .confused(by: cow))
    #expect(DetectionErrorSummary(analysis).categories.map(\.id) == [1, 3])
    #expect(ConfusionMatrix(analysis).table() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]])
    let without = scene.analysis(DetectionErrorParameters(categoryIDs: [2]))
    #expect(without.outcome(ofObject: cat) == .uncounted)
    #expect(DetectionErrorSummary(without).averagePrecision == nil)
  }

  @Test func `the settings of an evaluation are those of its analysis`() {
    func made(_ iou: [Double]) -> [Double] {
      let parameters = DetectionErrorParameters(COCOEvaluationParameters(iouThresholds: iou))
      return [parameters.foregroundThreshold, parameters.backgroundThreshold]
    }
    #expect(made([0.3, 0.5, 0.75]) == [0.5, 0.1])
    #expect(made([0.75, 0.6]) == [0.6, 0.1])
    #expect(made([0.1]) == [0.1, 0.05])
    #expect(made([-1, 0, 2]) == [0.5, 0.1])
    let other = DetectionErrorParameters(
      COCOEvaluationParameters(detectionLimits: [7], categoryIDs: [4], classAgnostic: true)
    )
    #expect(other.detectionLimit == 7 && other.categoryIDs == [4] && other.classAgnostic)
  }

  @Test func `without categories a wrong class is right, and no error of class is left`() {
    var scene = ErrorScene()
    let cat = scene.object(1, .square(0))
    let dog = scene.detection(2, .square(0), 0.9)
    let moved = scene.detection(3, .square(50), 0.8)
    let analysis = scene.analysis(DetectionErrorParameters(classAgnostic: true))
    #expect(analysis.verdict(of: dog) == .found && analysis.object(of: dog) == cat)
    #expect(analysis.verdict(of: moved) == .error(.localization))
    let summary = DetectionErrorSummary(analysis)
    #expect(summary.averagePrecision == 1 && summary.categories.isEmpty)
    #expect(ScoreCalibration(analysis).categories.isEmpty)
  }
}
