import BoxGeometry
import DetectionModels
import Foundation
import Testing

struct RetinaNetConfigurationTests {
  @Test func `the defaults are the paper's and have no fault`() {
    let paper = RetinaNetConfiguration(categories: ["a"])
    #expect(paper.fault == nil)
    #expect(paper.backbone.depth == .resnet50)
    #expect(paper.pyramidChannels == 256)
    #expect(paper.head.depth == 4)
    #expect(paper.head.priorProbability == 0.01)
    #expect(paper.loss.alpha == 0.25 && paper.loss.gamma == 2)
    #expect(paper.anchors.anchorsPerCell == 9)
    #expect(paper.detection.scoreThreshold == 0.05 && paper.detection.iouThreshold == 0.5)
    #expect(paper.detection.candidatesPerLevel == 1000)
    #expect(paper.categoryIDs == [1])
  }

  @Test func `a configuration survives JSON`() throws {
    var configuration = RetinaNetConfiguration.tiny(categories: ["ä/\"b\"", "日本"])
    configuration.loss.kind = .crossEntropy
    configuration.head.norm = .group
    configuration.extraLevelInput = .p5
    configuration.categoryIDs = [90, 7]
    configuration.classLayout = .backgroundFirst
    configuration.backbone.normEpsilon = 0
    configuration.backbone.trainableStages = 2
    configuration.loss.boxKind = .giou
    configuration.loss.normalizer = .movingAverage
    configuration.input.channelOrder = .bgr
    configuration.input.pixelRange = .bytes
    configuration.detection.scoreComparison = .atLeast
    configuration.detection.suppression = .softGaussian
    configuration.detection.sigma = 0.7
    configuration.detection.leastScore = 0.02
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(RetinaNetConfiguration.self, from: data) == configuration)
  }

  /// As the first release wrote it.
  private static let old = """
    {"anchors":{"aspectRatios":[0.5,1,2],"centerOffset":0,"rounding":"exact","scales":[1,1.2599211],
    "sizes":[32,64,128,256,512],"spacing":"stride","strides":[8,16,32,64,128]},"backbone":{"depth":
    "resnet18","norm":"group","width":8},"boxCoder":{"maximumLogScale":4.1351666,"weights":[1,1,1,1]},
    "categories":["cat","dog"],"categoryIDs":[1,2],"detection":{"candidatesPerLevel":1000,
    "classAgnostic":false,"detectionsPerImage":100,"iouThreshold":0.5,"scoreThreshold":0.05},
    "extraLevelInput":"c5","head":{"depth":1,"norm":"identity","priorProbability":0.01},"input":{"mean":
    [0.485,0.456,0.406],"resize":{"longSideCap":128,"multiple":32,"shortSide":64},"standardDeviation":
    [0.229,0.224,0.225]},"loss":{"alpha":0.25,"boxBeta":0.11,"boxWeight":1,"gamma":2,"kind":"focal"},
    "matcher":{"backgroundThreshold":0.4,"foregroundThreshold":0.5,"lowQualityMatches":"never"},
    "pyramidChannels":16}
    """

  @Test func `a model file of an older release is read with the defaults of what it lacks`() throws
  {
    let read = try JSONDecoder().decode(RetinaNetConfiguration.self, from: Data(Self.old.utf8))
    var expected = RetinaNetConfiguration.tiny()
    expected.backbone.norm = .group
    expected.anchors.scales = [1, 1.2599211]
    #expect(read == expected)
    #expect(read.fault == nil)
  }

  @Test func `the pixels' normalisation is told for red, green, blue in 0 to 1`() {
    var input = InputConfiguration()
    #expect(input.normalization.mean == [0.485, 0.456, 0.406])
    #expect(input.normalization.standardDeviation == [0.229, 0.224, 0.225])
    input.channelOrder = .bgr
    input.pixelRange = .bytes
    input.mean = [51, 102, 255]
    input.standardDeviation = [1, 2, 51]
    #expect(input.normalization.mean == [1, 0.4, 0.2])
    #expect(input.normalization.standardDeviation == [0.2, 2.0 / 255, 1.0 / 255])
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let start: String
    let change: @Sendable (inout RetinaNetConfiguration) -> Void
    var testDescription: String { start }
  }

  static let faults: [Fault] = [
    Fault(start: "categories: found none") {
      $0.categories = []
      $0.categoryIDs = []
    },
    Fault(start: "categoryIDs: found 1 ids for 2") { $0.categoryIDs = [1] },
    Fault(start: "pyramidChannels: found 0") { $0.pyramidChannels = 0 },
    Fault(start: "pyramidChannels: found 2049") { $0.pyramidChannels = 2049 },
    Fault(start: "categoryIDs: found 7 more than once") { $0.categoryIDs = [7, 7] },
    Fault(start: "input.resize.shortSide: found 15") { $0.input.resize.shortSide = 15 },
    Fault(start: "input.resize.shortSide: found 8193") { $0.input.resize.shortSide = 8193 },
    Fault(start: "input.resize.longSideCap: found 1") { $0.input.resize.longSideCap = 1 },
    Fault(start: "input.resize.longSideCap: found 16385") { $0.input.resize.longSideCap = 16385 },
    Fault(start: "input.resize.multiple: found 1,") { $0.input.resize.multiple = 1 },
    Fault(start: "input.resize.multiple: found 48,") { $0.input.resize.multiple = 48 },
    Fault(start: "input.resize.multiple: found 2048,") { $0.input.resize.multiple = 2048 },
    Fault(start: "backbone.width: found 4") { $0.backbone.width = 4 },
    Fault(start: "backbone.width: found 24, expected a multiple of 16") {
      $0.backbone.depth = .resnext101x64x4d
      $0.backbone.width = 24
    },
    Fault(start: "backbone.normEpsilon: found -1") { $0.backbone.normEpsilon = -1 },
    Fault(start: "backbone.normEpsilon: found nan") { $0.backbone.normEpsilon = .nan },
    Fault(start: "backbone.trainableStages: found 6") { $0.backbone.trainableStages = 6 },
    Fault(start: "head.depth: found -1") { $0.head.depth = -1 },
    Fault(start: "head.priorProbability: found 0") { $0.head.priorProbability = 0 },
    Fault(start: "head.priorProbability: found 1") { $0.head.priorProbability = 1 },
    Fault(start: "head.priorProbability: found nan") { $0.head.priorProbability = .nan },
    Fault(start: "loss.alpha: found 1.5") { $0.loss.alpha = 1.5 },
    Fault(start: "loss.alpha: found nan") { $0.loss.alpha = .nan },
    Fault(start: "loss.gamma: found -0.5") { $0.loss.gamma = -0.5 },
    Fault(start: "loss.gamma: found inf") { $0.loss.gamma = .infinity },
    Fault(start: "loss.boxBeta: found -1") { $0.loss.boxBeta = -1 },
    Fault(start: "loss.boxWeight: found nan") { $0.loss.boxWeight = .nan },
    Fault(start: "anchors: found strides [8, 16, 32, 64]") {
      $0.anchors.strides = [8, 16, 32, 64]
      $0.anchors.sizes = [32, 64, 128, 256]
    },
    Fault(start: "anchors: found strides [8, 16, 32, 64, 100]") { $0.anchors.strides[4] = 100 },
    Fault(start: "anchors.scales: found []") { $0.anchors.scales = [] },
    Fault(start: "anchors.sizes: found [32.0, 64.0, nan") { $0.anchors.sizes[2] = .nan },
    Fault(start: "anchors.aspectRatios: found [0.0]") { $0.anchors.aspectRatios = [0] },
    Fault(start: "anchors.centerOffset: found nan") { $0.anchors.centerOffset = .nan },
    Fault(start: "input: found mean") { $0.input.mean = [0, 0] },
    Fault(start: "input: found mean") { $0.input.standardDeviation = [1, 0, 1] },
    Fault(start: "detection.scoreThreshold: found nan") { $0.detection.scoreThreshold = .nan },
    Fault(start: "detection.candidatesPerLevel: found -1") {
      $0.detection.candidatesPerLevel = -1
    },
    Fault(start: "detection.iouThreshold: found 1.5") { $0.detection.iouThreshold = 1.5 },
    Fault(start: "detection.iouThreshold: found nan") { $0.detection.iouThreshold = .nan },
    Fault(start: "detection.detectionsPerImage: found -2") {
      $0.detection.detectionsPerImage = -2
    },
    Fault(start: "detection.sigma: found 0.0") { $0.detection.sigma = 0 },
    Fault(start: "detection.sigma: found inf") { $0.detection.sigma = .infinity },
    Fault(start: "detection.sigma: found nan") { $0.detection.sigma = .nan },
    Fault(start: "detection.leastScore: found -0.1") { $0.detection.leastScore = -0.1 },
    Fault(start: "detection.leastScore: found nan") { $0.detection.leastScore = .nan },
  ]

  @Test(arguments: faults)
  func `a value that makes no sense is named, with what was found and expected`(fault: Fault) {
    var configuration = RetinaNetConfiguration.tiny()
    fault.change(&configuration)
    let found = configuration.fault
    #expect(found?.hasPrefix(fault.start) == true, "\(found ?? "no fault")")
    #expect(found?.contains("expected") == true)
  }
}
