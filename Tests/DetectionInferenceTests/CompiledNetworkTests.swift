import BoxGeometry
import DetectionModels
import Testing
import Torch
import TorchNN
import TorchTestSupport

@testable import DetectionInference

// The oracle is the network as it trains, in float32 by the definition.
@Suite struct CompiledNetworkTests {
  struct Case: CustomStringConvertible {
    var name: String
    var change: @Sendable (inout RetinaNetConfiguration) -> Void = { _ in }
    var description: String { name }
  }

  static let cases = [
    Case(name: "resnet18, batch norm"),
    Case(name: "resnet50, frozen norm") {
      $0.backbone = ResNetConfiguration(depth: .resnet50, norm: .frozen, width: 8)
    },
    Case(name: "group norms") {
      $0.backbone.norm = .group
      $0.head.norm = .group
    },
    Case(name: "P6 from P5, blue first") {
      $0.extraLevelInput = .p5
      $0.input.channelOrder = .bgr
    },
    Case(name: "resnext") {
      $0.backbone = ResNetConfiguration(depth: .resnext101x32x8d, norm: .batch, width: 64)
      $0.head.depth = 0
    },
  ]

  private func model(_ change: (inout RetinaNetConfiguration) -> Void = { _ in }) throws
    -> RetinaNet
  {
    var configuration = RetinaNetConfiguration(.torchvisionV1, categories: ["a", "b"])
    configuration.backbone = ResNetConfiguration(depth: .resnet18, norm: .batch, width: 8)
    configuration.pyramidChannels = 32
    configuration.head.depth = 2
    change(&configuration)
    var generator = SplitMix64(state: 5)
    let model = try RetinaNet(configuration: configuration, using: &generator)
    // Norms that have seen pictures, so that folding them makes a difference.
    try withoutGradient {
      for _ in 0..<3 { _ = try model(pictures(2), mode: .training) }
    }
    return model
  }

  private func pictures(_ count: Int, seed: UInt64 = 3, height: Int = 64, width: Int = 96) throws
    -> Tensor
  {
    var generator = SplitMix64(state: seed)
    return try Tensor.uniform(shape: [count, 3, height, width], using: &generator).channelsLast()
  }

  /// The outputs of all levels in the order of the plain form's.
  private func joined(_ levels: [Tensor], values: Int) throws -> Tensor {
    try Tensor.cat(
      levels.map { level in
        let rows = try level.permute([0, 2, 3, 1])
        return try rows.reshape([rows.shape[0], -1, values])
      },
      dim: 1
    )
  }

  private func deviations(
    _ network: CompiledNetwork,
    from model: RetinaNet,
    on images: Tensor
  ) throws -> [Double] {
    try withInferenceMode {
      let plain = try model(images, mode: .inference)
      let (logits, deltas) = try network.outputs(of: images)
      return [
        try greatestDeviation(
          of: joined(logits, values: model.configuration.logitsPerAnchor),
          from: plain.logits
        ),
        try greatestDeviation(of: joined(deltas, values: 4), from: plain.deltas),
      ]
    }
  }

  @Test(arguments: cases)
  func `the compiled form says what the network says`(example: Case) throws {
    let model = try model(example.change)
    let images = try pictures(2)
    for method in [ConvolutionMethod.direct, .winograd] {
      let found = try withConvolutions(method) {
        try deviations(CompiledNetwork(model, precision: .float32), from: model, on: images)
      }
      // Folding and filtering round elsewhere: 1e-4 is what DESIGN allows against torchvision.
      for deviation in try #require(found) { #expect(deviation < 1e-4, "\(method)") }
    }
  }

  @Test(arguments: cases)
  func `in bfloat16 it says nearly so`(example: Case) throws {
    let model = try model(example.change)
    let network = try CompiledNetwork(model, precision: .bfloat16)
    for deviation in try deviations(network, from: model, on: pictures(1)) {
      // Eight bits, lost anew in each of some thirty layers.
      #expect(deviation < 0.06)
    }
  }

  @Test(arguments: cases)
  func `in 8-bit integers it says nearly so on what it was calibrated by`(example: Case) throws {
    let model = try model(example.change)
    let images = try pictures(1)
    let calibration = try Calibration(extremesOf: model, on: [images])
    let network = try CompiledNetwork(model, precision: .int8, calibration: calibration)
    for deviation in try deviations(network, from: model, on: images) { #expect(deviation < 0.2) }
  }

  @Test func `without ranges nothing is in 8-bit integers`() throws {
    let model = try model()
    let images = try pictures(1)
    try withInferenceMode {
      let short = try CompiledNetwork(model, precision: .bfloat16).outputs(of: images)
      let found = try CompiledNetwork(model, precision: .int8).outputs(of: images)
      for (one, other) in zip(short.logits + short.deltas, found.logits + found.deltas) {
        #expect(try one.floats() == other.floats())
      }
    }
  }

  @Test func `pictures of several sizes go through one form`() throws {
    let model = try model()
    let network = try CompiledNetwork(model, precision: .float32)
    for (height, width) in [(64, 96), (32, 32), (128, 64), (64, 96)] {
      let images = try pictures(1, height: height, width: width)
      for deviation in try deviations(network, from: model, on: images) {
        #expect(deviation < 1e-4)
      }
    }
  }

  @Test func `later changes of the model have no influence`() throws {
    let model = try model()
    let network = try CompiledNetwork(model, precision: .float32)
    let images = try pictures(1)
    let before = try withInferenceMode { try network.outputs(of: images).logits[0].floats() }
    try withoutGradient {
      for parameter in model.parameters { try parameter.tensor.fill_(0) }
    }
    #expect(try withInferenceMode { try network.outputs(of: images).logits[0].floats() } == before)
  }

  @Test(arguments: [ConvolutionMethod.direct, .winograd])
  func `boxes that are looked at are right, whatever is left out`(method: ConvolutionMethod) throws
  {
    let model = try model { $0.head.depth = 4 }
    let images = try pictures(2, height: 128, width: 160)
    try withConvolutions(method) {
      try withInferenceMode {
        let network = try CompiledNetwork(model, precision: .float32)
        let all = try network.outputs(of: images)
        var marks: [Tensor] = []
        let some = try network.outputs(of: images) { logits in
          #expect(logits.count == 5)
          marks = try logits.enumerated().map { level, logits in
            let (rows, columns) = (logits.shape[2], logits.shape[3])
            var mark = [Float](repeating: 0, count: 2 * rows * columns)
            // A corner of the first picture, something inside of the second.
            if level < 3 {
              mark[0] = 1
              mark[rows * columns + (rows / 2) * columns + columns / 2] = 1
            }
            return try Tensor(mark, shape: [2, 1, rows, columns])
          }
          return marks
        }
        for (level, mark) in marks.enumerated() {
          #expect(try some.logits[level].floats() == all.logits[level].floats())
          let deviation = try greatestDeviation(
            of: some.deltas[level] * mark,
            from: all.deltas[level] * mark
          )
          #expect(deviation < 1e-4, "level \(level)")
        }
        if method == .winograd {
          let zeros = try some.deltas[0].floats().filter { $0 == 0 }.count
          #expect(Double(zeros) > 0.8 * Double(some.deltas[0].count))
        }
      }
    }
  }

  @Test func `every part of a pass is timed`() throws {
    let network = try CompiledNetwork(model(), precision: .float32)
    let times = try withInferenceMode { try network.partTimes(of: pictures(1)) }
    #expect(Set(times.keys) == Set(NetworkPart.allCases))
    #expect(times.values.allSatisfy { $0 > .zero })
  }
}
