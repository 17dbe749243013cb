import BoxGeometry
import Testing
import Torch
import TorchNN

@testable import DetectionModels

struct FeaturePyramidTests {
  /// The one value of each level, where each stage has one and every kernel copies the middle.
  private func levels(
    _ stages: (c3: Float, c4: Float, c5: Float),
    extraLevelInput: RetinaNetConfiguration.ExtraLevelInput
  ) throws -> [Float?] {
    var configuration = RetinaNetConfiguration.tiny()
    configuration.extraLevelInput = extraLevelInput
    var generator = SplitMix64(state: 1)
    let pyramid = try FeaturePyramid(configuration: configuration, using: &generator)
    try pyramid.setKernels { _ in 1 }
    let levels = try pyramid([
      constant(stages.c3, channels: 16, side: 8), constant(stages.c4, channels: 32, side: 4),
      constant(stages.c5, channels: 64, side: 2),
    ])
    return try levels.map { level in
      let values = Set(try level.floats())
      return values.count == 1 ? values.first : nil
    }
  }

  /// Xavier's filler, as Detectron, detectron2 and torchvision: even in ±√(3 / fan in), biases 0.
  @Test func `every convolution starts as in the pyramid's own paper`() throws {
    var configuration = RetinaNetConfiguration(categories: ["a"])
    configuration.backbone = ResNetConfiguration(depth: .resnet18)
    var generator = SplitMix64(state: 1)
    let pyramid = try FeaturePyramid(configuration: configuration, using: &generator)
    #expect(pyramid.parameters.count == 16)
    for (name, tensor) in pyramid.parameters.map({ ($0.name, $0.tensor) }) {
      guard tensor.rank == 4 else {
        #expect(try tensor.abs().max().item() == 0, "\(name)")
        continue
      }
      let bound = (3 / Double(tensor.shape.dropFirst().reduce(1, *))).squareRoot()
      let greatest = try tensor.abs().max().item()
      // Of 32,768 draws or more, the greatest is within a thousandth of the bound.
      #expect(greatest <= bound && greatest > 0.999 * bound, "\(name): \(greatest), \(bound)")
    }
  }

  @Test func `each level adds the one above it, enlarged`() throws {
    #expect(try levels((1, 10, 100), extraLevelInput: .c5) == [111, 110, 100, 100, 100])
  }

  @Test func `P7 sees what is above 0 in P6, the other levels see all`() throws {
    #expect(try levels((1, 10, -100), extraLevelInput: .c5) == [-89, -90, -100, -100, 0])
  }

  @Test func `P6 comes from C5, or from P5 where asked for`() throws {
    var configuration = RetinaNetConfiguration.tiny()
    var generator = SplitMix64(state: 1)
    for (input, expected) in [(RetinaNetConfiguration.ExtraLevelInput.c5, 3), (.p5, 12)] {
      configuration.extraLevelInput = input
      let pyramid = try FeaturePyramid(configuration: configuration, using: &generator)
      // Output blocks multiply by 4, everything else copies.
      try pyramid.setKernels { _ in 1 }
      try withoutGradient {
        for parameter in pyramid.parameters where parameter.name.hasPrefix("layer_blocks") {
          try parameter.tensor.mul_(4)
        }
      }
      let levels = try pyramid([
        constant(1, channels: 16, side: 8), constant(2, channels: 32, side: 4),
        constant(3, channels: 64, side: 2),
      ])
      #expect(
        try levels.map { try $0.floats()[0] } == [24, 20, 12, Float(expected), Float(expected)]
      )
    }
  }
}
