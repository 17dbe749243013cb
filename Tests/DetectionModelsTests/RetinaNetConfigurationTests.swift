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
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(RetinaNetConfiguration.self, from: data) == configuration)
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
