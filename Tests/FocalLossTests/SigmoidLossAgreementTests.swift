import FocalLoss
import FocalLossReference
import Testing
import Torch
import TorchTestSupport

/// Every sigmoid loss, in every dtype and form, against its closed form in double precision.
struct SigmoidLossAgreementTests {
  @Test(arguments: LossVariant.ofLosses, 0..<4 as Range<UInt64>)
  func `losses and gradients equal the closed form within the stated bound`(
    argument: (loss: LossCase, variant: LossVariant),
    seed: UInt64
  ) throws {
    let (loss, variant) = argument
    let samples = try LossSamples(seed: seed, dtype: variant.dtype, device: variant.device)
    let losses = try loss.make(variant.form)
      .elements(logits: samples.tensor, targets: samples.targets)
    #expect(losses.shape == [samples.rows, samples.categories])
    #expect(losses.dtype == (variant.dtype == .float64 ? .float64 : .float32))
    try losses.sum().backward()
    let gradient = try #require(try samples.tensor.gradient())
    #expect(gradient.dtype == variant.dtype)

    var expected = Expectation()
    for (index, logit) in samples.logits.enumerated() {
      expected.append(
        samples.counts(index) ? logit : nil,
        isObject: samples.isObject(index),
        loss,
        variant
      )
    }
    expectWithin(
      try losses.doubles(),
      expected.values,
      tolerances: expected.valueBounds,
      "\(loss.name), \(variant.testDescription), loss"
    )
    expectWithin(
      try gradient.doubles(),
      expected.gradients,
      tolerances: expected.gradientBounds,
      "\(loss.name), \(variant.testDescription), gradient"
    )
  }

  @Test(arguments: LossVariant.ofLosses)
  func `the sum and the rows are sums of the elements, and so are their gradients`(
    loss: LossCase,
    variant: LossVariant
  ) throws {
    let computed = loss.make(variant.form)
    let samples = try LossSamples(seed: 11, dtype: variant.dtype, device: variant.device)
    let (logits, targets) = (samples.tensor, samples.targets)
    func gradient(of scalar: Tensor) throws -> [Double] {
      try scalar.backward()
      defer { try? logits.clearGradient() }
      return try #require(try logits.gradient()).doubles()
    }
    let elements = try computed.elements(logits: logits, targets: targets)
    let rows = try computed.rows(logits: logits, targets: targets)
    let sum = try computed.sum(logits: logits, targets: targets)
    #expect(rows.shape == [samples.rows] && sum.shape == [])

    let found = try elements.doubles()
    let wanted = (0..<samples.rows).map { row in
      found[row * samples.categories..<(row + 1) * samples.categories].reduce(0, +)
    }
    let unit = variant.dtype == .float64 ? 0x1p-52 : 0x1p-23
    // Sums of a few terms of one sign.
    expectWithin(
      try rows.doubles(),
      wanted,
      tolerances: wanted.map { 8 * unit * $0 + 0x1p-126 },
      "rows"
    )
    let total = wanted.reduce(0, +)
    expectWithin([try sum.item()], [total], tolerances: [16 * unit * total], "sum")

    let normalized = try computed.sum(logits: logits, targets: targets, normalizer: 3)
    expectWithin(
      [try normalized.item()],
      [total / 3],
      tolerances: [16 * unit * total / 3],
      "normalized sum"
    )

    let byElements = try gradient(of: elements.sum())
    let byRows = try gradient(of: rows.sum())
    let bySum = try gradient(of: sum)
    // The weight that comes back is 1 in each case, so nothing is rounded otherwise.
    let tolerances = byElements.map { 2 * unit * abs($0) + 0x1p-126 + variant.rounding($0) }
    expectWithin(byRows, byElements, tolerances: tolerances, "gradient of the rows")
    expectWithin(bySum, byElements, tolerances: tolerances, "gradient of the sum")
    expectWithin(
      try gradient(of: normalized),
      byElements.map { $0 / 3 },
      tolerances: tolerances,
      "gradient of the normalized sum"
    )
  }

  @Test(arguments: LossCase.all, [0, 1, 2] as [UInt64])
  func `the gradient of a weighted sum meets finite differences`(loss: LossCase, seed: UInt64)
    throws
  {
    var generator = SeededGenerator(seed: seed)
    let point = (0..<12).map { _ in Double.random(in: -4...4, using: &generator) }
    let weights = try Tensor(
      (0..<12).map { _ in Double.random(in: -1...1, using: &generator) },
      shape: [3, 4]
    )
    let truth = try Tensor((0..<12).map { _ in Bool.random(using: &generator) }, shape: [3, 4])
    try expectGradient(at: point, shape: [3, 4]) {
      let losses = try loss.make(.automatic)
        .loss(logits: $0, isObject: truth, reduction: .elementwise)
      return try (losses * weights).sum()
    }
    let targets = try AnchorClassTargets(classIndices: [2, -1, -2], categoryCount: 4)
    try expectGradient(at: point, shape: [3, 4]) {
      try (loss.make(.automatic).elements(logits: $0, targets: targets) * weights).sum()
    }
  }
}

/// What the closed form says of each logit, and how far off a tensor may be.
private struct Expectation {
  var values: [Double] = []
  var gradients: [Double] = []
  var valueBounds: [Double] = []
  var gradientBounds: [Double] = []

  /// Adds a logit, or one that does not count.
  mutating func append(
    _ logit: Double?,
    isObject: Bool,
    _ loss: LossCase,
    _ variant: LossVariant
  ) {
    guard let logit else {
      values.append(0)
      gradients.append(0)
      // Exactly.
      valueBounds.append(0)
      gradientBounds.append(0)
      return
    }
    let value = loss.reference.value(logit: logit, isObject: isObject)
    let gradient = loss.reference.gradient(logit: logit, isObject: isObject)
    let second = loss.reference.secondDerivative(logit: logit, isObject: isObject)
    let argument = abs(logit) + loss.shift
    values.append(value)
    gradients.append(gradient)
    valueBounds.append(
      variant.bound(value, conditioned: abs(argument * gradient), offset: loss.offset)
    )
    gradientBounds.append(
      variant.bound(gradient, conditioned: abs(argument * second), offset: 0)
        + variant.rounding(gradient) + (isInCorner(value, loss, variant) ? abs(gradient) : 0)
    )
  }

  /// Whether rounding alone may decide on which side of a corner a loss is; both have a gradient
  /// there.
  private func isInCorner(_ value: Double, _ loss: LossCase, _ variant: LossVariant) -> Bool {
    value <= variant.bound(0, conditioned: 0, offset: loss.offset) && loss.offset > 0
  }
}
