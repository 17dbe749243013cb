import BoxGeometry
import Testing
import Torch
import TorchNN

@testable import DetectionModels

/// Channels-last memory is what the convolutions are fast in; one silent copy back costs more than a layer.
struct RetinaNetLayoutTests {
  @Test func `kernels and every level of the pyramid stay channels-last`() throws {
    let model = try RetinaNet(.tiny())
    for parameter in model.parameters where parameter.tensor.rank == 4 {
      #expect(parameter.tensor.isChannelsLast, "\(parameter.name)")
    }
    var generator = SplitMix64(state: 1)
    let configuration = model.configuration
    let backbone = try ResNet(configuration: configuration.backbone, using: &generator)
    let pyramid = try FeaturePyramid(configuration: configuration, using: &generator)
    let stages = try backbone(noise(images: 2, width: 96, height: 128), mode: .training)
    #expect(stages.map(\.shape) == [[2, 16, 16, 12], [2, 32, 8, 6], [2, 64, 4, 3]])
    #expect(stages.allSatisfy { $0.isChannelsLast })
    let levels = try pyramid(stages)
    #expect(levels.map { $0.shape[2] } == [16, 8, 4, 2, 1])
    #expect(levels.map { $0.shape[3] } == [12, 6, 3, 2, 1])
    #expect(levels.allSatisfy { $0.shape[1] == 16 && $0.isChannelsLast })
  }

  @Test func `a head's output is in the anchors' order without a copy`() throws {
    var generator = SplitMix64(state: 1)
    let convolution = try Conv2d(
      inputChannels: 3,
      outputChannels: 18,
      kernelSize: 3,
      using: &generator
    )
    let output = try convolution(noise(width: 8, height: 8))
    #expect(output.isChannelsLast)
    // Contiguous after the permutation, so that the reshape that follows it is a view.
    #expect(try output.permute([0, 2, 3, 1]).isContiguous)
  }

  /// One cell a level but P3's two; the value of a bias tells to which anchor and category it belongs.
  @Test func `row and category of a logit are those of its anchor`() throws {
    let model = try RetinaNet(.tiny())
    let named = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.tensor) })
    try withoutGradient {
      let weight = try #require(named["head.classification_head.cls_logits.weight"])
      try weight.zero_()
      let bias = try #require(named["head.classification_head.cls_logits.bias"])
      try bias.copy_(Tensor((0..<18).map { Float($0) }, shape: [18]))
    }
    let logits = try withInferenceMode {
      try model(noise(width: 16, height: 8), mode: .inference).logits
    }
    // (1, 6 cells · 9 anchors, 2 categories): 0, 1, … 17 again for every cell.
    #expect(logits.shape == [1, 54, 2])
    #expect(try logits.floats() == (0..<108).map { Float($0 % 18) })
  }

  /// The last convolution copies its input's first channel, which says row and column: 10 · row + column.
  @Test func `rows of outputs go through a level row by row, and level by level`() throws {
    var configuration = RetinaNetConfiguration.tiny(categories: ["a"])
    configuration.head.depth = 0
    var generator = SplitMix64(state: 1)
    let head = try Subnet(
      configuration: configuration,
      valuesPerAnchor: 1,
      lastName: "last",
      lastBias: 0,
      using: &generator
    )
    try head.setKernels { _ in 1 }
    func level(rows: Int, columns: Int) throws -> Tensor {
      var values = [Float](repeating: 0, count: rows * columns * 16)
      for cell in 0..<(rows * columns) {
        values[cell * 16] = Float(10 * (cell / columns) + cell % columns)
      }
      return try Tensor.channelsLast(
        nhwc: values,
        images: 1,
        height: rows,
        width: columns,
        channels: 16
      )
    }
    let outputs = try head([level(rows: 2, columns: 3), level(rows: 1, columns: 2)])
    #expect(outputs.shape == [1, 72, 1])
    let cells: [Float] = [0, 1, 2, 10, 11, 12, 0, 1]
    #expect(try outputs.floats() == cells.flatMap { [Float](repeating: $0, count: 9) })
  }

  @Test func `groups hold four channels or more and divide the channels evenly`() {
    #expect(GroupCount.of(channels: 256) == 32)
    #expect(GroupCount.of(channels: 128) == 32)
    #expect(GroupCount.of(channels: 64) == 16)
    #expect(GroupCount.of(channels: 16) == 4)
    #expect(GroupCount.of(channels: 7) == 1)
    #expect(GroupCount.of(channels: 1) == 1)
  }
}
