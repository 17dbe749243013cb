import Testing
import Torch
import TorchTestSupport

@Suite struct GradientModesTests {
  struct Stop: Error, Equatable {}

  let leaf: Tensor

  init() throws {
    leaf = try Tensor([1, 2])
    try leaf.setRequiresGradient(true)
  }

  @Test func `modes nest and come back`() throws {
    try withoutGradient {
      let outer = try leaf * 2
      let inner = try withGradient { try leaf * 2 }
      let after = try leaf * 2
      #expect(!outer.requiresGradient && inner.requiresGradient && !after.requiresGradient)
    }
    #expect(try (leaf * 2).requiresGradient)
  }

  @Test func `modes come back after an error, which keeps its type`() throws {
    do throws(Stop) {
      try withoutGradient { () throws(Stop) in throw Stop() }
    } catch {
      #expect(error == Stop())
    }
    #expect(throws: Stop.self) { try withInferenceMode { throw Stop() } }
    #expect(throws: Stop.self) { try withAutocast(.bfloat16) { throw Stop() } }
    #expect(try (leaf * 2).requiresGradient)
  }

  @Test func `inference results stay out of differentiation`() throws {
    let result = try withInferenceMode { try leaf * 2 }
    #expect(!result.requiresGradient)
    try expectElements(result, [2, 4])
    #expect(throws: TorchError.self) { try (leaf * result).sum().backward() }
  }

  @Test func `autocast computes products in bfloat16 and gradients in singles`() throws {
    var generator = SeededGenerator(seed: 3)
    let image = try Tensor.normal(shape: [1, 4, 5, 5], using: &generator).channelsLast()
    let kernel = try Tensor.normal(shape: [4, 4, 3, 3], using: &generator)
    try kernel.setRequiresGradient(true)
    let full = try image.conv2d(weight: kernel)
    let short = try withAutocast(.bfloat16) {
      let outer = try image.conv2d(weight: kernel)
      let inner = try withAutocast(.bfloat16) { try image.conv2d(weight: kernel) }
      let after = try image.conv2d(weight: kernel)
      #expect(inner.dtype == .bfloat16 && after.dtype == .bfloat16)
      return outer
    }
    #expect(short.dtype == .bfloat16 && short.isChannelsLast && full.dtype == .float32)
    // 36 products with 8 bits each.
    try expectElements(short, full.doubles(), tolerance: 0.06)
    try short.to(.float32).sum().backward()
    let gradient = try #require(try kernel.gradient())
    #expect(gradient.dtype == .float32 && gradient.shape == [4, 4, 3, 3])
    #expect(try image.conv2d(weight: kernel).dtype == .float32)
  }
}
