import Testing
import Torch
import TorchNN
import TorchTestSupport

@Suite struct ExponentialMovingAverageTests {
  @Test func `the average follows by a warm decay`() throws {
    let value = NamedTensor(name: "w", tensor: try Tensor([0]))
    let average = try ExponentialMovingAverage(of: [value], decay: 0.2)
    try value.tensor.fill_(11)
    try average.update()
    // Warm-up: 2 / 11 stays, which is below 0.2.
    try expectElements(average.averages[0].tensor, [9])
    try average.update()
    // 3 / 12 is above: 0.2 · 9 + 0.8 · 11.
    try expectElements(average.averages[0].tensor, [10.6])
    #expect(average.updateCount == 2)
  }

  @Test func `averages stand in for the values and leave again`() throws {
    struct Stop: Error {}
    let tensor = try Tensor([1])
    try tensor.setRequiresGradient(true)
    let average = try ExponentialMovingAverage(of: [NamedTensor(name: "w", tensor: tensor)])
    try withoutGradient { try tensor.fill_(5) }
    let inside = try average.withAverages { try tensor.item() }
    #expect(inside == 1)
    try expectElements(tensor, [5])
    #expect(throws: Stop.self) { try average.withAverages { throw Stop() } }
    try expectElements(tensor, [5])
    try expectElements(average.averages[0].tensor, [1])
    #expect(tensor.requiresGradient && tensor.isLeaf)
    try (tensor * 2).sum().backward()
    try expectElements(#require(try tensor.gradient()), [2])
  }

  @Test func `saved averages come back`() throws {
    let value = NamedTensor(name: "w", tensor: try Tensor([1]))
    let average = try ExponentialMovingAverage(of: [value])
    try average.restore([NamedTensor(name: "w", tensor: Tensor([7]))], updateCount: 3)
    try expectElements(average.averages[0].tensor, [7])
    #expect(average.updateCount == 3)
    #expect(throws: StateDifference.self) { try average.restore([], updateCount: 0) }
  }
}
