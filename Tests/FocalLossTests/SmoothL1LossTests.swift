import FocalLoss
import FocalLossReference
import Testing
import Torch

struct SmoothL1LossTests {
  @Test func `the square ends at beta and the line begins there`() throws {
    let deltas = try Tensor([Float(0), 0.5, 1, 3], shape: [1, 4])
    let targets = try Tensor.zeros(shape: [1, 4])
    // beta 1: 0 + 0.125 + 0.5 + 2.5
    #expect(try SmoothL1Loss(beta: 1).sum(deltas: deltas, targets: targets).item() == 3.125)
    // beta 0, plain L1: 0 + 0.5 + 1 + 3
    #expect(try SmoothL1Loss(beta: 0).sum(deltas: deltas, targets: targets).item() == 4.5)
  }

  @Test(arguments: [0.0, 0.11, 1.0])
  func `value and gradient equal the closed form`(beta: Double) throws {
    let reference = SmoothL1Reference(beta: beta)
    let differences = [-4.0, -0.5, -0.05, 0.03, 0.2, 2.0, 0.9, -1.1]
    let deltas = try Tensor(differences, shape: [2, 4])
    try deltas.setRequiresGradient(true)
    let loss = try SmoothL1Loss(beta: beta).sum(
      deltas: deltas,
      targets: Tensor.zeros(shape: [2, 4], dtype: .float64)
    )
    try loss.backward()
    let gradient = try #require(try deltas.gradient()).doubles()
    let expected = differences.reduce(0) { $0 + reference.value(difference: $1) }
    #expect(abs(try loss.item() - expected) <= 1e-12)
    for (index, difference) in differences.enumerated() {
      #expect(abs(gradient[index] - reference.gradient(difference: difference)) <= 1e-12)
    }
  }

  @Test func `no foreground anchor costs nothing and keeps the graph`() throws {
    let all = try Tensor.zeros(shape: [3, 4])
    try all.setRequiresGradient(true)
    let none = try all.indexSelect(dim: 0, Tensor([Int64](), shape: [0]))
    let loss = try SmoothL1Loss().sum(deltas: none, targets: Tensor.zeros(shape: [0, 4]))
    #expect(try loss.item() == 0)
    try loss.backward()
    #expect(try #require(try all.gradient()).sum().item() == 0)
  }
}
