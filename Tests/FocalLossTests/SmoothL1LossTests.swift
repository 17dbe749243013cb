import FocalLoss
import FocalLossReference
import Testing
import Torch
import TorchTestSupport

struct SmoothL1LossTests {
  @Test func `the square ends at beta and the line begins there`() throws {
    let deltas = try Tensor([Float(0), 0.5, 1, 3], shape: [1, 4])
    let targets = try Tensor.zeros(shape: [1, 4])
    // beta 1: 0 + 0.125 + 0.5 + 2.5
    #expect(try SmoothL1Loss(beta: 1).sum(deltas: deltas, targets: targets).item() == 3.125)
    // beta 0, plain L1: 0 + 0.5 + 1 + 3
    #expect(try SmoothL1Loss(beta: 0).sum(deltas: deltas, targets: targets).item() == 4.5)
    // beta 2: 0 + 0.0625 + 0.25 + 2, of which the third does not count.
    let mask = try Tensor([true, true, false, true])
    let loss = SmoothL1Loss(beta: 2)
    let masked = try loss.loss(predictions: deltas, targets: targets, mask: mask)
    #expect(try masked.item() == 2.0625)
    let mean = try loss.loss(
      predictions: deltas,
      targets: targets,
      mask: mask,
      reduction: .mean,
      normalizer: 2
    )
    #expect(try mean.item() == 2.0625 / 3 / 2)
  }

  @Test(
    arguments: [0, 1e-300, 1e-40, 0.11, 1, 50],
    LossVariant.all.filter { $0.form == .composed }
  )
  func `value and gradient equal the closed form`(beta: Double, variant: LossVariant) throws {
    let reference = SmoothL1Reference(beta: beta)
    let magnitudes = [0, 1e-7, 0.03, 0.05, 0.1099, 0.11, 0.2, 0.9, 1, 2, 4, 49.9, 1e4]
    let shape = [2, 1, magnitudes.count]
    let deltas = try Tensor(magnitudes + magnitudes.map(-), shape: shape).to(variant.dtype)
      .to(variant.device)
    try deltas.setRequiresGradient(true)
    let losses = try SmoothL1Loss(beta: beta).loss(
      predictions: deltas,
      targets: Tensor.zeros(shape: shape, dtype: .float64, device: variant.device),
      reduction: .elementwise
    )
    #expect(losses.shape == shape)
    try losses.sum().backward()
    let differences = try deltas.doubles()
    let values = differences.map { reference.value(difference: $0) }
    let gradients = differences.map { reference.gradient(difference: $0) }
    expectWithin(
      try losses.doubles(),
      values,
      tolerances: values.map { variant.bound($0, conditioned: 0, offset: 0) },
      "beta \(beta), loss"
    )
    expectWithin(
      try #require(try deltas.gradient()).doubles(),
      gradients,
      tolerances: gradients.map {
        variant.bound($0, conditioned: 0, offset: 0) + variant.rounding($0)
      },
      "beta \(beta), gradient"
    )
  }

  @Test(arguments: [0.0, 0.11], [DType.float64, .float32])
  func `infinite differences have the gradient of the line, a NaN stays one`(
    beta: Double,
    dtype: DType
  ) throws {
    let deltas = try Tensor([.infinity, -.infinity, .nan, 1e30]).to(dtype)
    try deltas.setRequiresGradient(true)
    let losses = try SmoothL1Loss(beta: beta).loss(
      predictions: deltas,
      targets: Tensor.zeros(shape: [4]),
      reduction: .elementwise
    )
    try losses.sum().backward()
    try expectElements(losses, [.infinity, .infinity, .nan, 1e30])
    try expectElements(#require(try deltas.gradient()), [1, -1, .nan, 1])
  }

  @Test func `what is masked has gradient 0 whatever it holds`() throws {
    let deltas = try Tensor([.nan, .infinity, 1], shape: [3, 1])
    try deltas.setRequiresGradient(true)
    let loss = try SmoothL1Loss().loss(
      predictions: deltas,
      targets: Tensor([0, .infinity, 0], shape: [3, 1]),
      mask: Tensor([false, false, true], shape: [3, 1])
    )
    try loss.backward()
    try expectElements(loss, [1 - 0.055])
    try expectElements(#require(try deltas.gradient()), [0, 0, 1])
  }

  @Test func `no foreground anchor costs nothing and keeps the graph`() throws {
    let all = try Tensor.zeros(shape: [3, 4])
    try all.setRequiresGradient(true)
    let none = try all.indexSelect(dim: 0, Tensor([Int64](), shape: [0]))
    let targets = try Tensor.zeros(shape: [0, 4])
    let loss = try SmoothL1Loss().sum(deltas: none, targets: targets)
    #expect(try loss.item() == 0)
    #expect(
      try SmoothL1Loss().loss(predictions: none, targets: targets, reduction: .mean).item() == 0
    )
    try loss.backward()
    #expect(try #require(try all.gradient()).sum().item() == 0)
  }

  @Test func `what does not fit is refused`() throws {
    // [2, 4] and [4] would broadcast.
    let shapes = #expect(throws: TorchError.self) {
      try SmoothL1Loss().sum(deltas: .zeros(shape: [2, 4]), targets: .zeros(shape: [4]))
    }
    #expect(shapes?.code == .invalid && shapes?.shapes == [[2, 4], [4]])
    #expect(throws: TorchError.self) {
      try SmoothL1Loss().sum(
        deltas: .zeros(shape: [2, 4], dtype: .int64),
        targets: .zeros(shape: [2, 4])
      )
    }
  }

  @Test(arguments: [DType.float64, .float32], [0.25, 1, 3])
  func `the Huber loss and its gradient are those of the closed form`(dtype: DType, delta: Double)
    throws
  {
    let reference = HuberReference(delta: delta)
    let differences = [-1e4, -3, -1, -0.25, -1e-3, 0, 1e-9, 0.1, 0.9, 2.5, 7]
    let predictions = try Tensor(differences).to(dtype)
    try predictions.setRequiresGradient(true)
    let targets = try Tensor.zeros(shape: [differences.count], dtype: dtype)
    let losses = try HuberLoss(delta: delta)
      .loss(predictions: predictions, targets: targets, reduction: .elementwise)
    let values = try predictions.doubles()
    try expectElements(losses, values.map { reference.value(difference: $0) }, tolerance: 1e-6)
    try losses.sum().backward()
    let gradient = try #require(try predictions.gradient())
    try expectElements(
      gradient,
      values.map { reference.gradient(difference: $0) },
      tolerance: 1e-6
    )
    let mean = try HuberLoss(delta: delta)
      .loss(predictions: predictions, targets: targets, reduction: .mean, normalizer: 2).item()
    let sum = values.reduce(0) { $0 + reference.value(difference: $1) }
    #expect(abs(mean - sum / Double(values.count) / 2) <= 1e-6 * sum)
  }
}
