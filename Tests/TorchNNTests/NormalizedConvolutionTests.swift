import Testing
import Torch
import TorchNN
import TorchTestSupport

@Suite struct NormalizedConvolutionTests {
  private static let values: [(name: String, elements: [Float])] = [
    ("weight", [3, -0.5]), ("bias", [1, 2]), ("running_mean", [2, -1]), ("running_var", [4, 0.25]),
  ]

  /// Two output channels, a norm with an epsilon of 0.5, optionally a bias.
  private func layer(
    bias: Bool = false,
    groups: Int = 1,
    seed: UInt64 = 3
  ) throws -> (layer: NormalizedConvolution, norm: FrozenBatchNorm2d) {
    var generator = SeededGenerator(seed: seed)
    let convolution = try Conv2d(
      inputChannels: 4,
      outputChannels: 2,
      kernelSize: 3,
      stride: 2,
      groups: groups,
      bias: bias ? .normal(standardDeviation: 1) : nil,
      using: &generator
    )
    let norm = try FrozenBatchNorm2d(channels: 2, epsilon: 0.5)
    try norm.load(
      Self.values.map { NamedTensor(name: $0.name, tensor: try Tensor($0.elements)) }
    )
    return (NormalizedConvolution(convolution, norm), norm)
  }

  private func input(_ seed: UInt64 = 1) throws -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return try Tensor.normal(shape: [2, 4, 6, 5], standardDeviation: 1, using: &generator)
      .channelsLast()
  }

  @Test func `a folded kernel of one tap is worked by hand`() throws {
    var generator = SeededGenerator(seed: 1)
    let convolution = try Conv2d(
      inputChannels: 1,
      outputChannels: 2,
      kernelSize: 1,
      weight: .constant(5),
      bias: nil,
      using: &generator
    )
    let norm = try FrozenBatchNorm2d(channels: 2, epsilon: 0)
    try norm.load(
      Self.values.map { NamedTensor(name: $0.name, tensor: try Tensor($0.elements)) }
    )
    let layer = NormalizedConvolution(convolution, norm)
    // (5 · 7 − 2) · 3 / 2 + 1 and (5 · 7 + 1) · −0.5 / 0.5 + 2.
    let output = try layer(Tensor([7], shape: [1, 1, 1, 1]), mode: .inference)
    try expectElements(output, [50.5, -34], shape: [1, 2, 1, 1])
  }

  @Test(arguments: [(false, 1), (true, 1), (true, 2)])
  func `values and gradients are those of the convolution and then the norm`(
    bias: Bool,
    groups: Int
  ) throws {
    let (layer, norm) = try layer(bias: bias, groups: groups)
    let convolution = layer.convolution
    let trained = [convolution.weight] + (convolution.bias.map { [$0] } ?? [])
    func gradients(_ output: Tensor, _ image: Tensor) throws -> [[Double]] {
      try (output.square().sum()).backward()
      let all = trained + [image]
      let values = try all.map { try #require(try $0.gradient()).contiguous().doubles() }
      for tensor in all { try tensor.clearGradient() }
      return values
    }
    let (a, b) = (try input(), try input())
    try a.setRequiresGradient(true)
    try b.setRequiresGradient(true)
    let unfolded = try norm(convolution(a), mode: .training)
    let folded = try layer(b, mode: .training)
    #expect(folded.isChannelsLast)
    try expectElements(folded, unfolded.doubles(), shape: [2, 2, 3, 3], tolerance: 2e-6)
    for (found, expected) in zip(try gradients(folded, b), try gradients(unfolded, a)) {
      let worst = try #require(worstDifference(found, expected))
      #expect(worst.error < 1e-5)
    }
  }

  @Test func `what is kept follows every change of what it was made of`() throws {
    let (layer, norm) = try layer(bias: true)
    let image = try input()
    func expectCurrent() throws {
      for _ in 0..<2 {
        try withInferenceMode {
          let expected = try norm(layer.convolution(image), mode: .inference).doubles()
          try expectElements(layer(image, mode: .inference), expected, tolerance: 2e-6)
        }
      }
    }
    try expectCurrent()
    // A weight loaded, a statistic loaded, a bias written in place.
    try layer.convolution.load(
      [NamedTensor(name: "weight", tensor: Tensor.ones(shape: [2, 4, 3, 3]))],
      allowingPartial: true
    )
    try expectCurrent()
    try norm.load(
      [NamedTensor(name: "running_var", tensor: Tensor([9, 8]))],
      allowingPartial: true
    )
    try expectCurrent()
    try withoutGradient { try layer.convolution.bias?.fill_(4) }
    try expectCurrent()
    // Storage that changes hands, and comes back.
    let average = try ExponentialMovingAverage(of: layer.convolution.state, decay: 0.5)
    try withoutGradient { try layer.convolution.weight.mul_(3) }
    try average.update()
    try average.withAverages { try expectCurrent() }
    try expectCurrent()
    try layer.convolution.move(to: .cpu)
    try expectCurrent()
  }

  @Test(arguments: [false, true])
  func `predictions between the steps of training see every step`(adam: Bool) throws {
    let (layer, norm) = try layer()
    let image = try input()
    let groups = [ParameterGroup(layer.convolution.parameters)]
    let optimizer: any Optimizer = try adam ? AdamW(groups) : SGD(groups)
    for _ in 0..<3 {
      let loss = try layer(image, mode: .training).square().sum()
      // Kept before the step, and after the forward pass: it may not outlive the step.
      _ = try withInferenceMode { try layer(image, mode: .inference) }
      try loss.backward()
      try optimizer.step(learningRate: 0.01)
      try optimizer.clearGradients()
      try withInferenceMode {
        let expected = try norm(layer.convolution(image), mode: .inference).doubles()
        try expectElements(layer(image, mode: .inference), expected, tolerance: 2e-6)
      }
    }
  }

  @Test func `a frozen convolution trains what comes before it, after a prediction too`() throws {
    let (layer, _) = try layer()
    try layer.convolution.freeze()
    let image = try input()
    _ = try withInferenceMode { try layer(image, mode: .inference) }
    try image.setRequiresGradient(true)
    for _ in 0..<2 {
      try layer(image, mode: .training).sum().backward()
      #expect(try #require(try image.gradient()).abs().sum().item() > 0)
      #expect(try layer.convolution.weight.gradient() == nil)
      try image.clearGradient()
    }
  }

  @Test func `any other norm comes after the convolution`() throws {
    let (frozen, _) = try layer()
    let norm = try BatchNorm2d(channels: 2)
    let layer = NormalizedConvolution(frozen.convolution, norm)
    let image = try input()
    let output = try layer(image, mode: .training)
    #expect(abs(try output.mean().item()) < 1e-6)
    #expect(try norm.runningMean.abs().sum().item() > 0)
  }
}
