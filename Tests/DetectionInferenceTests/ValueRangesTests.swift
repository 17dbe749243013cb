import BoxGeometry
import DetectionModels
import Testing
import Torch
import TorchNN

@testable import DetectionInference

@Suite struct ValueRangesTests {
  private func model() throws -> RetinaNet {
    var configuration = RetinaNetConfiguration(.torchvisionV1, categories: ["a", "b"])
    configuration.backbone = ResNetConfiguration(depth: .resnet18, norm: .batch, width: 8)
    configuration.pyramidChannels = 16
    configuration.head.depth = 1
    var generator = SplitMix64(state: 5)
    let model = try RetinaNet(configuration: configuration, using: &generator)
    try withoutGradient {
      for _ in 0..<3 { _ = try model(picture(1), mode: .training) }
    }
    return model
  }

  private func picture(_ seed: UInt64, scale: Double = 1) throws -> Tensor {
    var generator = SplitMix64(state: seed)
    return try (Tensor.uniform(shape: [1, 3, 32, 64], using: &generator) * scale).channelsLast()
  }

  @Test func `extremes are those of all pictures, of what convolutions read`() throws {
    let model = try model()
    let pictures = [try picture(1), try picture(2, scale: 3)]
    var passes = 0
    let found = try ValueRanges(of: model, method: .minmax) { body in
      passes += 1
      for picture in pictures { try body(picture) }
    }
    #expect(passes == 1 && found.nonFinite.isEmpty)
    var expected: [String: ClosedRange<Double>] = [:]
    let network = try CompiledNetwork(model, precision: .float32)
    try withInferenceMode {
      for picture in pictures {
        try network.watch(picture) { name, value in
          let values = try value.floats().map(Double.init)
          let own = (values.min() ?? 0)...(values.max() ?? 0)
          let known = expected[name] ?? own
          expected[name] =
            min(known.lowerBound, own.lowerBound)...max(known.upperBound, own.upperBound)
        }
      }
    }
    #expect(found.ranges.count > 30)
    for (name, range) in found.ranges { #expect(range == expected[name], "\(name)") }
    // Pictures and results of the network have no range.
    #expect(found.ranges["images"] == nil)
    #expect(found.ranges["head.classification_head.p3"] == nil)
  }

  @Test(arguments: [ClippingMethod.percentile, .mse])
  func `clipped ranges lie within the extremes, and are the same each time`(
    method: ClippingMethod
  ) throws {
    let model = try model()
    func find(_ method: ClippingMethod) throws -> [String: ClosedRange<Double>] {
      try ValueRanges(of: model, method: method) { body in
        for seed in 1...3 { try body(picture(UInt64(seed))) }
      }.ranges
    }
    let (extremes, found) = (try find(.minmax), try find(method))
    #expect(Set(found.keys) == Set(extremes.keys))
    for (name, range) in found {
      let whole = try #require(extremes[name])
      #expect(range.lowerBound >= min(0, whole.lowerBound), "\(name)")
      #expect(range.upperBound <= max(0, whole.upperBound) + 1e-9, "\(name)")
    }
    // So few values have no ten-thousandth to leave out.
    #expect((found != extremes) == (method == .mse))
    #expect(try find(method) == found)
  }

  @Test func `values that are no numbers are told and have no range`() throws {
    let model = try model()
    try withoutGradient {
      let bias = try #require(
        model.parameters.first { $0.name == "backbone.fpn.inner_blocks.2.0.bias" }
      )
      try bias.tensor.fill_(.infinity)
    }
    let found = try ValueRanges(of: model, method: .mse) { try $0(picture(1)) }
    #expect(found.nonFinite.contains("backbone.fpn.inner_blocks.2.0"))
    for name in found.nonFinite { #expect(found.ranges[name] == nil) }
    #expect(found.ranges["backbone.body.pool"] != nil)
    // What has no range stays in bfloat16: the rest still compiles.
    _ = try CompiledNetwork(
      model,
      precision: .int8,
      calibration: Calibration(ranges: found.ranges)
    )
  }

  @Test func `the layer whose range is wrong has the greatest error`() throws {
    let model = try model()
    let pictures = [try picture(1), try picture(2)]
    var calibration = Calibration(
      ranges: try ValueRanges(of: model, method: .minmax) { body in
        for picture in pictures { try body(picture) }
      }.ranges
    )
    let layers = try calibration.quantizedLayers(of: model)
    let input = "head.classification_head.conv.0.p3.relu"
    let range = try #require(calibration.ranges[input])
    // Its codes are all 0 then.
    calibration.ranges[input] = 0...range.upperBound * 1000
    var told = 0
    let found = try LayerErrors(of: model, calibration: calibration, on: pictures) { done, all in
      #expect(done == told && all == layers.count)
      told += 1
    }
    #expect(found.layers.first == "head.classification_head.cls_logits")
    #expect(Set(found.layers) == Set(layers) && found.errors.count == layers.count)
    let sizes = found.layers.compactMap { found.errors[$0] }
    #expect(sizes == sizes.sorted(by: >) && sizes.allSatisfy { $0 >= 0 })
    // What is kept is not tried.
    calibration.kept = [layers[0]]
    let fewer = try LayerErrors(of: model, calibration: calibration, on: [pictures[0]])
    #expect(!fewer.layers.contains(layers[0]) && fewer.layers.count == layers.count - 1)
  }
}
