import Testing
import Torch
import TorchInference
import TorchTestSupport

@Suite struct RoundedWeightTests {
  @Test func `each output has a scale of its own, its greatest magnitude becomes 127`() throws {
    // Two outputs of one input, 1×2 kernels would not be square: 2×2.
    let weight = try Tensor(
      [127, -63.5, 0.4, 0, 0.001, -0.002, 0.0005, 0.002],
      shape: [2, 1, 2, 2]
    )
    let rounded = try RoundedWeight(weight)
    #expect(rounded.values.dtype == .int8 && rounded.values.shape == [2, 1, 2, 2])
    // −63.5 lies between two: the even one.
    #expect(try rounded.values.doubles() == [127, -64, 0, 0, 64, -127, 32, 127])
    let scales = try rounded.scales.floats()
    #expect(scales == [1, 0.002 / 127])
  }

  @Test func `an output of zeros keeps them and has a scale`() throws {
    let weight = try Tensor([0, 0, 0, 0, 1, 2, 3, 4], shape: [2, 1, 2, 2])
    let rounded = try RoundedWeight(weight)
    #expect(try rounded.values.doubles().prefix(4) == [0, 0, 0, 0])
    for scale in try rounded.scales.floats() { #expect(scale > 0) }
  }

  @Test func `no weight is off by more than half a step`() throws {
    var generator = SeededGenerator(seed: 3)
    let values = (0..<512).map { _ in Float.random(in: -3...3, using: &generator) }
    let rounded = try RoundedWeight(Tensor(values, shape: [8, 16, 2, 2]))
    let (codes, scales) = (try rounded.values.doubles(), try rounded.scales.floats())
    for (index, value) in values.enumerated() {
      let scale = Double(scales[index / 64])
      #expect(abs(codes[index]) <= 127)
      #expect(abs(codes[index] * scale - Double(value)) <= scale * 0.5001)
    }
  }
}
