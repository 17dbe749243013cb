import Testing
import Torch
import TorchNN
import TorchTestSupport

@Suite struct SGDTests {
  let parameter: NamedTensor

  init() throws {
    parameter = NamedTensor(name: "w", tensor: try Tensor([1, 2], shape: [1, 2]))
    try parameter.tensor.setRequiresGradient(true)
  }

  private func setGradient(_ values: [Float]) throws {
    try parameter.tensor.setGradient(Tensor(values, shape: [1, 2]))
  }

  @Test func `three steps with momentum and decay, worked by hand`() throws {
    let optimizer = try SGD([ParameterGroup([parameter], weightDecay: 0.5)], momentum: 0.5)
    try setGradient([1, 0])
    try optimizer.step(learningRate: 0.1)
    // g = [1.5, 1]; m = g; w = [1, 2] − 0.1 m
    try expectElements(parameter.tensor, [0.85, 1.9])
    try optimizer.step(learningRate: 0.1)
    // g = [1.425, 0.95]; m = [2.175, 1.45]
    try expectElements(parameter.tensor, [0.6325, 1.755])
    try expectElements(optimizer.state[0].tensor, [2.175, 1.45])
    try setGradient([0, 0])
    try optimizer.step(learningRate: 1)
    // g = [0.31625, 0.8775]; m = [1.40375, 1.6025]
    try expectElements(parameter.tensor, [-0.77125, 0.1525])
  }

  @Test func `Nesterov's method looks ahead`() throws {
    let optimizer = try SGD(
      [ParameterGroup([parameter], weightDecay: 0, rateScale: 2)],
      momentum: 0.5,
      nesterov: true
    )
    try setGradient([1, 2])
    try optimizer.step(learningRate: 0.1)
    // m = g; the step is 0.2 (g + 0.5 m) = 0.3 g
    try expectElements(parameter.tensor, [0.7, 1.4])
    try optimizer.step(learningRate: 0.1)
    // m = 1.5 g; the step is 0.2 (g + 0.75 g) = 0.35 g
    try expectElements(parameter.tensor, [0.35, 0.7])
  }

  @Test func `without momentum there is no state`() throws {
    let optimizer = try SGD([ParameterGroup([parameter], weightDecay: 0)], momentum: 0)
    try setGradient([1, 1])
    try optimizer.step(learningRate: 1)
    try expectElements(parameter.tensor, [0, 1])
    #expect(optimizer.state.isEmpty)
    try optimizer.clearGradients()
    #expect(try parameter.tensor.gradient() == nil)
    try optimizer.step(learningRate: 1)
    try expectElements(parameter.tensor, [0, 1])
  }

  @Test func `vectors and frozen parameters are told apart`() throws {
    let bias = NamedTensor(name: "b", tensor: try Tensor([1]))
    let frozen = NamedTensor(name: "f", tensor: try Tensor([1], shape: [1, 1]))
    try bias.tensor.setRequiresGradient(true)
    let groups = ParameterGroup.withoutDecayOfVectors([parameter, bias, frozen], weightDecay: 0.1)
    #expect(groups.map { $0.parameters.map(\.name) } == [["w", "f"], ["b"]])
    #expect(groups.map(\.weightDecay) == [0.1, 0])
    #expect(try SGD(groups).parameters.map(\.name) == ["w", "b"])
  }

  @Test func `a restored optimizer goes on as if it had not stopped`() throws {
    let optimizer = try SGD([ParameterGroup([parameter])])
    try setGradient([1, -1])
    try optimizer.step(learningRate: 0.1)
    let twin = NamedTensor(name: "w", tensor: try parameter.tensor.detach().clone())
    try twin.tensor.setRequiresGradient(true)
    try twin.tensor.setGradient(Tensor([1, -1], shape: [1, 2]))
    let restored = try SGD([ParameterGroup([twin])])
    try restored.restore(optimizer.state)
    try optimizer.step(learningRate: 0.1)
    try restored.step(learningRate: 0.1)
    try expectElements(twin.tensor, parameter.tensor.doubles(), tolerance: 0)
    #expect(restored.state.map(\.name) == ["momentum.w"])
    #expect(throws: StateDifference.self) { try restored.restore([]) }
  }

  @Test func `training goes down a convolution's loss`() throws {
    var generator = SeededGenerator(seed: 6)
    let layer = try Conv2d(inputChannels: 3, outputChannels: 2, kernelSize: 3, using: &generator)
    let input = try Tensor.normal(shape: [4, 3, 6, 6], using: &generator).channelsLast()
    let optimizer = try SGD(ParameterGroup.withoutDecayOfVectors(layer.parameters))
    var losses: [Double] = []
    for _ in 0..<20 {
      try optimizer.clearGradients()
      let loss = try layer(input).smoothL1Loss(
        .ones(shape: [4, 2, 6, 6]),
        beta: 1,
        reduction: .mean
      )
      losses.append(try loss.item())
      try loss.backward()
      try optimizer.step(learningRate: 0.1)
    }
    #expect(losses[19] < 0.3 * losses[0])
  }
}

@Suite struct GradientClippingTests {
  @Test func `gradients over the limit shrink together`() throws {
    let tensors = [try Tensor([0, 0]), try Tensor([0])]
    let parameters = tensors.map { NamedTensor(name: "", tensor: $0) }
    for tensor in tensors { try tensor.setRequiresGradient(true) }
    #expect(try clipGradients(of: parameters, toNorm: 1) == 0)
    try tensors[0].setGradient(Tensor([3, 0]))
    try tensors[1].setGradient(Tensor([4]))
    #expect(try clipGradients(of: parameters, toNorm: nil) == 5)
    #expect(try clipGradients(of: parameters, toNorm: 6) == 5)
    #expect(try clipGradients(of: parameters, toNorm: 1) == 5)
    try expectElements(#require(try tensors[0].gradient()), [0.6, 0])
    try expectElements(#require(try tensors[1].gradient()), [0.8])
    try tensors[1].setGradient(Tensor([.infinity]))
    #expect(try clipGradients(of: parameters, toNorm: 1) == .infinity)
    try expectElements(#require(try tensors[0].gradient()), [0.6, 0])
  }
}
