import FocalLoss
import FocalLossReference
import Foundation
import TestSupport
import Testing
import Torch
import TorchTestSupport

struct SoftmaxFocalLossTests {
  private static let weights = [0.5, 2, 1, 0, 3, 0.25]
  private static let composed = LossVariant.all.filter { $0.form == .composed }
  private static let rules: [(gamma: Double, weights: [Double]?)] =
    [0, 1e-3, 0.5, 1, 2, 5].flatMap { [($0, nil), ($0, weights)] }

  /// p = (1/6, 2/6, 3/6) for logits log 1, log 2, log 3; class 1 costs (1 − 1/3)² log 3.
  @Test func `hand-worked: a row of three classes`() throws {
    let logits = try Tensor([0, log(2), log(3)] as [Double], shape: [1, 3])
    try logits.setRequiresGradient(true)
    let targets = try AnchorClassTargets(classIndices: [1], categoryCount: 3)
    let loss = try SoftmaxFocalLoss().sum(logits: logits, targets: targets)
    try expectElements(loss, [4.0 / 9 * log(3)], shape: [], tolerance: 1e-15)
    try loss.backward()
    // By its margin, f′ = (1 − p)² (2 p log p + p − 1) of which the others have 1/4 and 3/4.
    let slope = 4.0 / 9 * (2.0 / 3 * log(1.0 / 3) - 2.0 / 3)
    try expectElements(
      #require(try logits.gradient()),
      [-slope / 4, slope, -slope * 3 / 4],
      tolerance: 1e-15
    )
    try expectElements(
      SoftmaxFocalLoss(gamma: 0, classWeights: [1, 2, 3]).sum(logits: logits, targets: targets),
      [2 * log(3)],
      tolerance: 1e-15
    )
  }

  @Test(arguments: rules.indices, composed.indices)
  func `losses and gradients equal the closed form within the stated bound`(
    rule: Int,
    variant: Int
  ) throws {
    let (gamma, weights) = Self.rules[rule]
    let variant = Self.composed[variant]
    let reference = SoftmaxFocalReference(gamma: gamma, classWeights: weights)
    for seed in 20..<23 as Range<UInt64> {
      let samples = try LossSamples(seed: seed, dtype: variant.dtype, device: variant.device)
      let losses = try SoftmaxFocalLoss(gamma: gamma, classWeights: weights)
        .rows(logits: samples.tensor, targets: samples.targets)
      #expect(losses.shape == [samples.rows])
      try losses.sum().backward()
      var (values, valueBounds): ([Double], [Double]) = ([], [])
      var (gradients, gradientBounds): ([Double], [Double]) = ([], [])
      for (row, mark) in samples.classes.enumerated() {
        let logits = Array(
          samples.logits[row * samples.categories..<(row + 1) * samples.categories]
        )
        let target = mark < 0 ? nil : Int(mark)
        let value = reference.value(logits: logits, target: target)
        let gradient = reference.gradient(logits: logits, target: target)
        let hessian = reference.hessian(logits: logits, target: target)
        values.append(value)
        gradients += gradient
        // The natural scale is what the loss changes by when every logit is rounded.
        valueBounds.append(bound(value, gradient, logits, variant, isExact: target == nil))
        gradientBounds += zip(gradient, hessian).map {
          bound($0, $1, logits, variant, isExact: target == nil) + variant.rounding($0)
        }
      }
      let what = "gamma \(gamma), \(variant.testDescription)"
      expectWithin(try losses.doubles(), values, tolerances: valueBounds, "\(what), loss")
      expectWithin(
        try #require(try samples.tensor.gradient()).doubles(),
        gradients,
        tolerances: gradientBounds,
        "\(what), gradient"
      )
    }
  }

  private func bound(
    _ value: Double,
    _ derivatives: [Double],
    _ logits: [Double],
    _ variant: LossVariant,
    isExact: Bool
  ) -> Double {
    if isExact { return 0 }
    let amplification = zip(derivatives, logits).reduce(0) { $0 + abs($1.0 * $1.1) }
    let bound = variant.bound(value, conditioned: amplification, offset: 0)
    // A margin is a difference of logits, so 1e4 and 1e4 leave 1e-12 of a double.
    return variant.dtype == .float64 ? bound + 4 * 0x1p-52 * amplification : bound
  }

  @Test(arguments: [0, 1e-3, 0.5, 1, 2, 5])
  func `gradients meet finite differences`(gamma: Double) throws {
    let targets = try AnchorClassTargets(classIndices: [1, -1, 0, -2], categoryCount: 3)
    let point = [0.5, -1, 2, 3, -4, 1.5, -2, 0.25, 1, 0, 1, 2]
    try expectGradient(at: point, shape: [4, 3]) {
      try SoftmaxFocalLoss(gamma: gamma, classWeights: [1, 0.5, 2])
        .sum(logits: $0, targets: targets)
    }
  }

  @Test(arguments: [DType.float64, .float32, .bfloat16])
  func `odd rows give the closed form's results`(dtype: DType) throws {
    let (nan, big) = (Double.nan, Double.infinity)
    // Class 0 is right in each row.
    let rows: [[Double]] = [
      [big, 1, 2], [1, big, 2], [-big, 1, 2], [1, -big, 2], [1, -big, -big], [big, -big, -big],
      [big, big, 1], [1, big, big], [-big, -big, -big], [nan, 1, 2], [1, nan, 2], [-big, big, 0],
      [1e4, -1e4, 0], [-1e4, 1e4, 1e4], [1e4, 1e4, 1e4],
    ]
    let reference = SoftmaxFocalReference(gamma: 2)
    let logits = try Tensor(rows.flatMap(\.self), shape: [rows.count, 3]).to(dtype)
    try logits.setRequiresGradient(true)
    let targets = try AnchorClassTargets(
      classIndices: rows.map { _ in 0 },
      categoryCount: 3
    )
    let losses = try SoftmaxFocalLoss().rows(logits: logits, targets: targets)
    try losses.sum().backward()
    let held = try logits.doubles()
    let heldRows = rows.indices.map { Array(held[$0 * 3..<$0 * 3 + 3]) }
    try expectElements(losses, heldRows.map { reference.value(logits: $0, target: 0) })
    try expectElements(
      #require(try logits.gradient()),
      heldRows.flatMap { reference.gradient(logits: $0, target: 0) },
      tolerance: dtype == .bfloat16 ? 0x1p-8 : 1e-6
    )
  }

  @Test(arguments: [[1.0], [-3], [1e4]]) func `one class alone costs nothing`(row: [Double]) throws
  {
    let logits = try Tensor(row, shape: [1, 1])
    try logits.setRequiresGradient(true)
    let targets = try AnchorClassTargets(classIndices: [0], categoryCount: 1)
    let loss = try SoftmaxFocalLoss().sum(logits: logits, targets: targets)
    #expect(try loss.item() == 0)
    try loss.backward()
    #expect(try #require(try logits.gradient()).item() == 0)
  }

  @Test func `a class without weight costs nothing, even infinitely wrong`() throws {
    let logits = try Tensor([-Float.infinity, 1, -.infinity, 1], shape: [2, 2])
    let targets = try AnchorClassTargets(classIndices: [0, 0], categoryCount: 2)
    let loss = SoftmaxFocalLoss(classWeights: [0, 1])
    #expect(try loss.sum(logits: logits, targets: targets).item() == 0)
    let weighted = SoftmaxFocalLoss(classWeights: [1, 0])
    #expect(try weighted.sum(logits: logits, targets: targets).item() == .infinity)
  }

  @Test func `elements hold a row's loss at its class, reductions gather rows that have one`()
    throws
  {
    let loss = SoftmaxFocalLoss(gamma: 0)
    let targets = try AnchorClassTargets(classIndices: [1, -1, -2, 0], categoryCount: 2)
    let logits = try Tensor([0, 0, 5, .nan, .nan, 7, log(3), 0] as [Double], shape: [2, 2, 2])
    let first: Double = log(2)
    let last: Double = log(4.0 / 3)
    try expectElements(
      loss.elements(logits: logits, targets: targets),
      [0, first, 0, 0, 0, 0, last, 0],
      shape: [4, 2]
    )
    try expectElements(
      loss.loss(logits: logits, targets: targets, reduction: .elementwise, normalizer: 2),
      [first / 2, 0, 0, last / 2],
      shape: [4]
    )
    try expectElements(
      loss.loss(logits: logits, targets: targets, reduction: .mean),
      [(first + last) / 2]
    )
    try expectElements(
      loss.loss(logits: logits, targets: targets, normalizer: 4),
      [(first + last) / 4]
    )
  }

  @Test(arguments: [([], 3), ([], 0), ([-1, -2], 0), ([-1, -2], 2)] as [([Int32], Int)])
  func `rows without a class cost nothing and have gradient 0`(classes: [Int32], categories: Int)
    throws
  {
    let targets = try AnchorClassTargets(classIndices: classes, categoryCount: categories)
    let logits = try Tensor.full(shape: [classes.count, categories], .nan)
    try logits.setRequiresGradient(true)
    let loss = SoftmaxFocalLoss(classWeights: [Double](repeating: 1, count: categories))
    for reduction in [Reduction.sum, .mean] {
      #expect(
        try loss.loss(logits: logits, targets: targets, reduction: reduction).item() == 0
      )
    }
    #expect(try loss.rows(logits: logits, targets: targets).floats().allSatisfy { $0 == 0 })
    #expect(
      try loss.elements(logits: logits, targets: targets).shape == [classes.count, categories]
    )
    try loss.sum(logits: logits, targets: targets).backward()
    #expect(try #require(try logits.gradient()).floats().allSatisfy { $0 == 0 })
  }

  @Test func `what does not fit is refused with a reason`() throws {
    let targets = try AnchorClassTargets(classIndices: [0, 1], categoryCount: 3)
    let weights = #expect(throws: TorchError.self) {
      try SoftmaxFocalLoss(classWeights: [1, 2])
        .sum(logits: .zeros(shape: [2, 3]), targets: targets)
    }
    #expect(weights?.message == "found 2 class weights, expected 3, one for each class")
    let shape = #expect(throws: TorchError.self) {
      try SoftmaxFocalLoss().sum(logits: .zeros(shape: [3, 2]), targets: targets)
    }
    #expect(shape?.code == .invalid)
    let dtype = #expect(throws: TorchError.self) {
      try SoftmaxFocalLoss().sum(logits: .zeros(shape: [2, 3], dtype: .int64), targets: targets)
    }
    #expect(dtype?.message.contains("expected floating point") == true)
  }
}
