import COCOEvaluation
import COCOFormat
import DetectionAnalysis
import Testing

struct DetectionErrorSummaryTests {
  func analysis(
    _ data: TideDataset,
    _ parameters: DetectionErrorParameters = DetectionErrorParameters()
  ) -> DetectionErrorAnalysis {
    DetectionErrorAnalysis(
      groundTruth: data.truth,
      detections: COCODetections(data.detections),
      parameters: parameters
    )
  }

  @Test func `an error belongs to the size of its object, or to its own`() {
    var scene = ErrorScene()
    // A large box of a small area, as of a mask.
    scene.object(1, .square(0), area: 1024)
    scene.detection(2, .square(0), 0.9)
    scene.detection(1, COCOBox(x: 500, y: 500, width: 32, height: 33), 0.8)
    scene.object(3, COCOBox(x: 700, y: 700, width: 96, height: 96))
    scene.object(3, COCOBox(x: 800, y: 800, width: 97, height: 96))
    let sizes = scene.summary.sizes
    #expect(sizes.map(\.size) == [.small, .medium, .large])
    #expect(sizes.map { $0.shares[0].count } == [1, 0, 0])
    #expect(sizes.map { $0.shares[4].count } == [0, 1, 0])
    #expect(sizes.map { $0.shares[5].count } == [0, 1, 1])
  }

  @Test func `false positives count for their own class, missed objects for theirs`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    scene.object(3, .square(300))
    scene.detection(2, .square(0), 0.9)
    let categories = scene.summary.categories
    #expect(categories.map(\.name) == ["cat", "dog", "cow"])
    #expect(categories.map(\.falsePositives) == [0, 1, 0])
    #expect(categories.map { $0.shares[0].count } == [0, 1, 0])
    #expect(categories.map { $0.shares[5].count } == [0, 0, 1])
    #expect(categories.map(\.objects) == [1, 0, 1] && categories.map(\.found) == [0, 0, 0])
    // The class that gains is the one whose object it is.
    #expect(categories.map { $0.shares[0].gain } == [1, nil, 0])
    #expect(categories.map(\.averagePrecision) == [0, nil, 0])
    #expect(scene.summary[.classification].gain == 0.5)
  }

  @Test func `a class without objects does not count, however much is detected of it`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    scene.detection(1, .square(0), 0.9)
    scene.detection(2, .square(500), 0.9)
    // tidecv takes the mean of 1 and 0.
    #expect(scene.summary.averagePrecision == 1)
    #expect(scene.summary[.background].count == 1 && scene.summary[.background].gain == 0)
  }

  @Test(arguments: 0..<UInt64(60))
  func `the kinds add up to all false positives and all sizes and classes to the kinds`(
    seed: UInt64
  ) {
    let data = TideDataset(seed: seed)
    let analysis = analysis(data)
    let summary = DetectionErrorSummary(analysis)
    let verdicts = data.detections.indices.map { analysis.verdict(of: $0) }
    for kind in DetectionErrorKind.ofDetections {
      #expect(summary[kind].count == verdicts.count { $0 == .error(kind) })
    }
    let outcomes = data.annotations.indices.map { analysis.outcome(ofObject: $0) }
    #expect(summary[.missed].count == outcomes.count { $0 == .missed })
    let found = verdicts.count { $0 == .found }
    #expect(summary.found == found)
    #expect(summary.shares.dropLast().reduce(0) { $0 + $1.count } == summary.falsePositives)
    #expect(
      found + summary.falsePositives + summary.ignoredDetections + summary.uncountedDetections
        == data.detections.count
    )
    for share in summary.shares {
      let place = DetectionErrorKind.allCases.firstIndex(of: share.kind) ?? 0
      #expect(summary.sizes.reduce(0) { $0 + $1.shares[place].count } == share.count)
      #expect(summary.categories.reduce(0) { $0 + $1.shares[place].count } == share.count)
    }
    #expect(summary.categories.reduce(0) { $0 + $1.objects } == summary.objects)
    #expect(summary.objects == data.annotations.count { !$0.isCrowd })
  }

  @Test(arguments: 0..<UInt64(60))
  func `what an object says of a detection the detection says of the object`(seed: UInt64) {
    let data = TideDataset(seed: seed)
    let analysis = analysis(data)
    for object in data.annotations.indices {
      switch analysis.outcome(ofObject: object) {
      case .found(let detection):
        #expect(analysis.verdict(of: detection) == .found)
        #expect(analysis.object(of: detection) == object)
        #expect(analysis.overlap(of: detection) >= 0.5)
      case .confused(let detection):
        let verdict = analysis.verdict(of: detection)
        #expect(verdict == .error(.classification) || verdict == .error(.localization))
        #expect(analysis.object(of: detection) == object)
      case .missed:
        #expect(!data.annotations[object].isCrowd)
      case .ignored:
        #expect(data.annotations[object].isCrowd)
      case .uncounted:
        Issue.record("every object is of a known image and category")
      }
    }
  }

  @Test(arguments: 0..<UInt64(60))
  func `fixing everything gives an average precision of 1, and fixing more never less`(
    seed: UInt64
  ) throws {
    let data = TideDataset(seed: seed)
    let analysis = analysis(data)
    let summary = DetectionErrorSummary(analysis)
    let all = analysis.averagePrecision(fixing: Set(DetectionErrorKind.allCases))
    guard let before = summary.averagePrecision else {
      #expect(all == nil)
      return
    }
    #expect(abs(try #require(all) - 1) < 1e-12)
    #expect(analysis.averagePrecision() == before)
    var fixed: Set<DetectionErrorKind> = []
    var last = before
    for share in summary.shares {
      let alone = try #require(analysis.averagePrecision(fixing: [share.kind]))
      #expect(share.gain == max(alone - before, 0))
      fixed.insert(share.kind)
      let now = try #require(analysis.averagePrecision(fixing: fixed))
      #expect(now >= last - 1e-12)
      last = now
    }
    let precise = try #require(summary.falsePositiveGain)
    let background = try #require(summary[.background].gain)
    #expect(precise >= background - 1e-12)
  }

  @Test(arguments: 0..<UInt64(30))
  func `the order of images, objects and detections does not matter where scores differ`(
    seed: UInt64
  ) {
    var data = TideDataset(seed: seed).distinctScores
    let summary = DetectionErrorSummary(analysis(data))
    let matrix = ConfusionMatrix(analysis(data))
    let worst = WorstImages(analysis(data)).images.map(\.cost)
    data.turnAround()
    #expect(DetectionErrorSummary(analysis(data)) == summary)
    #expect(ConfusionMatrix(analysis(data)) == matrix)
    #expect(zip(WorstImages(analysis(data)).images.map(\.cost), worst).allSatisfy { $0 == $1 })
  }

  @Test(arguments: 0..<UInt64(20))
  func `another scale of scores changes no count and no gain`(seed: UInt64) {
    var data = TideDataset(seed: seed)
    let summary = DetectionErrorSummary(analysis(data))
    data.changeScores { $0 * 1024 - 3000 }
    #expect(DetectionErrorSummary(analysis(data)) == summary)
  }

  @Test func `of images with equal scores the smaller id goes first`() {
    var scene = ErrorScene(images: 2)
    scene.images.reverse()
    scene.object(1, .square(0), image: 1)
    scene.detection(1, .square(500), 0.5, image: 2)
    scene.detection(1, .square(0), 0.5, image: 1)
    #expect(scene.summary.averagePrecision == 1)
  }
}
