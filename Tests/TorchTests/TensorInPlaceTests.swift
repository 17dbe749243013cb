import Testing
import Torch
import TorchTestSupport

@Suite struct TensorInPlaceTests {
  @Test func `each operation changes the storage`() throws {
    let x = try Tensor([1, 2])
    let view = try x.narrow(dim: 0, start: 1, length: 1)
    try x.add_(Tensor([10, 20]), scale: 0.5)
    try expectElements(x, [6, 12])
    try x.add_(1)
    try expectElements(view, [13])
    try x.mul_(Tensor([2, 3]))
    try expectElements(x, [14, 39])
    try x.mul_(0.5)
    try expectElements(x, [7, 19.5])
    try x.lerp_(Tensor([8, 20.5]), weight: 0.25)
    try expectElements(x, [7.25, 19.75])
    try x.clamp_(min: 8, max: 10)
    try expectElements(x, [8, 10])
    try x.copy_(Tensor([Int64(3)]))
    try expectElements(x, [3, 3])
    try x.fill_(4)
    try expectElements(x, [4, 4])
    try x.zero_()
    try expectElements(view, [0])
  }

  @Test func `a recorded leaf is not changed in place`() throws {
    let leaf = try Tensor([1])
    try leaf.setRequiresGradient(true)
    #expect(throws: TorchError.self) { try leaf.add_(1) }
    try withoutGradient { try leaf.add_(1) }
    try expectElements(leaf, [2])
  }
}
