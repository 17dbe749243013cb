import FocalLoss
import FocalLossReference
import Foundation
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// What all sigmoid losses do around their formula: shapes, masks, reductions, refusals.
struct SigmoidLossTests {
  private static let losses: [any SigmoidLoss] = [
    SigmoidCrossEntropyLoss(), SigmoidFocalLoss(), SigmoidFocalLoss(gamma: 0.5), FocalStarLoss(),
    HingeLoss(), HingeLoss(score: .probability),
  ]

  /// Cross entropy of logits 0: log 2 each, weighted 0.25 where there is an object, else 0.75.
  @Test func `hand-worked: shapes, masks, reductions and normalisers`() throws {
    let loss = SigmoidCrossEntropyLoss(alpha: 0.25)
    let logits = try Tensor.zeros(shape: [2, 1, 3])
    let truth = try Tensor([true, false, false, false, true, true], shape: [2, 1, 3])
    let row = try Tensor([true, true, false])
    let (object, background) = (0.25 * log(2), 0.75 * log(2))
    try expectElements(
      loss.loss(logits: logits, isObject: truth, reduction: .elementwise),
      [object, background, background, background, object, object],
      shape: [2, 1, 3]
    )
    // The mask broadcasts: the last column does not count.
    try expectElements(
      loss.loss(logits: logits, isObject: truth, mask: row, reduction: .elementwise),
      [object, background, 0, background, object, 0]
    )
    let sum = 2 * object + 2 * background
    try expectElements(loss.loss(logits: logits, isObject: truth, mask: row), [sum], shape: [])
    try expectElements(
      loss.loss(logits: logits, isObject: truth, mask: row, reduction: .mean),
      [sum / 4]
    )
    try expectElements(
      loss.loss(logits: logits, isObject: truth, reduction: .mean, normalizer: 2),
      [(3 * object + 3 * background) / 6 / 2]
    )
    try expectElements(
      loss.loss(logits: logits, isObject: truth, normalizer: 3),
      [object + background]
    )
    try expectElements(
      loss.loss(logits: logits, isObject: truth, reduction: .elementwise, normalizer: 2),
      [object, background, background, background, object, object].map { $0 / 2 }
    )
    // A scalar is a shape, too.
    try expectElements(
      loss.loss(logits: Tensor.zeros(shape: []), isObject: Tensor([true], shape: [])),
      [object],
      shape: []
    )
  }

  /// (2, 3) logits whose memory lies column by column give what the same rows give.
  @Test(arguments: losses.indices, [DType.float64, .float32, .bfloat16])
  func `logits need not be contiguous`(index: Int, dtype: DType) throws {
    let loss = Self.losses[index]
    let stored = try Tensor([0.5, -1, 2, 3, -4, 1.5], shape: [3, 2]).to(dtype)
    try stored.setRequiresGradient(true)
    let logits = try stored.transposed()
    #expect(!logits.isContiguous)
    let targets = try AnchorClassTargets(classIndices: [1, -1], categoryCount: 3)
    let found = try loss.elements(logits: logits, targets: targets)
    try found.sum().backward()
    let gradient = try #require(try stored.gradient()).transposed().doubles()

    let copy = try logits.detach().clone().contiguous()
    try copy.setRequiresGradient(true)
    let wanted = try loss.elements(logits: copy, targets: targets)
    try wanted.sum().backward()
    #expect(try found.doubles() == wanted.doubles())
    #expect(try gradient == #require(try copy.gradient()).doubles())
  }

  @Test(arguments: losses.indices)
  func `rows may lie in several dimensions`(index: Int) throws {
    let loss = Self.losses[index]
    let values: [Float] = (0..<12).map { Float($0) / 3 - 2 }
    let targets = try AnchorClassTargets(classIndices: [0, -1, 2, -2], categoryCount: 3)
    let flat = try Tensor(values, shape: [4, 3])
    let nested = try Tensor(values, shape: [2, 2, 3])
    #expect(try loss.rows(logits: nested, targets: targets).shape == [4])
    #expect(
      try loss.elements(logits: nested, targets: targets).floats()
        == loss.elements(logits: flat, targets: targets).floats()
    )
  }

  @Test(arguments: losses.indices, [DType.float64, .float32, .bfloat16])
  func `no rows, no categories, no objects, nothing that counts: 0, and a gradient of 0`(
    index: Int,
    dtype: DType
  ) throws {
    let loss = Self.losses[index]
    for (classes, categories) in [([], 3), ([], 0), ([-1, -2], 0), ([-2, -2], 2)]
      as [([Int32], Int)]
    {
      let targets = try AnchorClassTargets(classIndices: classes, categoryCount: categories)
      let logits = try Tensor.full(shape: [classes.count, categories], .nan, dtype: dtype)
      try logits.setRequiresGradient(true)
      let sum = try loss.sum(logits: logits, targets: targets)
      #expect(try sum.item() == 0)
      #expect(try loss.rows(logits: logits, targets: targets).doubles().allSatisfy { $0 == 0 })
      #expect(
        try loss.elements(logits: logits, targets: targets).shape == [classes.count, categories]
      )
      try sum.backward()
      #expect(try #require(try logits.gradient()).doubles().allSatisfy { $0 == 0 })
    }
    // Background alone costs something, and finitely much.
    let background = try AnchorClassTargets(classIndices: [-1, -1], categoryCount: 2)
    let logits = try Tensor([Float](repeating: 1, count: 4), shape: [2, 2]).to(dtype)
    let cost = try loss.sum(logits: logits, targets: background).item()
    #expect(cost.isFinite && cost > 0)

    let empty = try Tensor.zeros(shape: [0, 2], dtype: dtype)
    let truth = try Tensor([Bool](), shape: [0, 2])
    for reduction in [Reduction.sum, .mean] {
      #expect(try loss.loss(logits: empty, isObject: truth, reduction: reduction).item() == 0)
    }
    let none = try Tensor([false, false])
    for reduction in [Reduction.sum, .mean] {
      let masked = try loss.loss(
        logits: Tensor.full(shape: [2], .nan, dtype: dtype),
        isObject: none,
        mask: none,
        reduction: reduction
      )
      #expect(try masked.item() == 0)
    }
  }

  @Test(arguments: losses.indices, [DType.float64, .float32, .bfloat16, .float16])
  func `what is masked has gradient 0 whatever it holds, and disturbs nobody`(
    index: Int,
    dtype: DType
  ) throws {
    let values: [Double] = [.nan, 1, .infinity, -2, -.infinity, 0.5]
    let logits = try Tensor(values).to(dtype)
    try logits.setRequiresGradient(true)
    let counts = [false, true, false, true, false, true]
    let truth = try Tensor([true, false, false, true, true, true])
    let sum = try Self.losses[index].loss(logits: logits, isObject: truth, mask: Tensor(counts))
    try sum.backward()
    let gradient = try #require(try logits.gradient()).doubles()
    #expect(try sum.item().isFinite)
    for (place, counts) in counts.enumerated() where !counts { #expect(gradient[place] == 0) }
    #expect(gradient[1] > 0 && gradient[3] < 0)
  }

  @Test(arguments: losses.indices, [DType.float64, .float32, .bfloat16])
  func `a NaN shows in its loss, its gradient and the sum, and nowhere else`(
    index: Int,
    dtype: DType
  ) throws {
    let logits = try Tensor([1, Double.nan, -1, 2], shape: [2, 2]).to(dtype)
    let targets = try AnchorClassTargets(classIndices: [1, -1], categoryCount: 2)
    try logits.setRequiresGradient(true)
    let losses = try Self.losses[index].elements(logits: logits, targets: targets)
    try losses.sum().backward()
    let gradient = try #require(try logits.gradient()).doubles()
    #expect(try losses.doubles().map(\.isNaN) == [false, true, false, false])
    #expect(gradient.map(\.isNaN) == [false, true, false, false])
    #expect(try Self.losses[index].sum(logits: logits, targets: targets).item().isNaN)
  }

  /// An object at ∞ and a background at −∞ cost nothing; the other way round they cost all there
  /// is.
  @Test(arguments: LossVariant.ofLosses)
  func `infinite logits give the limits`(loss: LossCase, variant: LossVariant) throws {
    let values: [Double] = [.infinity, -.infinity, .infinity, -.infinity]
    let logits = try Tensor(values, shape: [4, 1]).to(variant.dtype).to(variant.device)
    try logits.setRequiresGradient(true)
    let targets = try AnchorClassTargets(
      classIndices: [0, 0, -1, -1],
      categoryCount: 1,
      device: variant.device
    )
    let losses = try loss.make(variant.form).elements(logits: logits, targets: targets)
    try losses.sum().backward()
    let truth = [true, true, false, false]
    #expect(
      try losses.doubles()
        == zip(values, truth).map {
          let limit = loss.reference.value(logit: $0, isObject: $1)
          // A margin of 0.9 is a float of its own.
          return variant.dtype == .float64 ? limit : Double(Float(limit))
        }
    )
    #expect(
      try #require(try logits.gradient()).doubles()
        == zip(values, truth).map { loss.reference.gradient(logit: $0, isObject: $1) }
    )
  }

  @Test(arguments: losses.indices, [DType.float64, .float32])
  func `no loss has a minus sign, not even that of 0`(index: Int, dtype: DType) throws {
    let margins = try Tensor([0, 1, 17, 40, 120, 800, 1e4, .infinity]).to(dtype)
    for loss in try Self.losses[index].value(margin: margins).doubles() {
      #expect(loss.sign == .plus)
    }
  }

  @Test(arguments: [LossForm.composed, .fused], [0, 1] as [Double])
  func `a weight of 0 makes nothing even of an infinite loss`(form: LossForm, alpha: Double)
    throws
  {
    let targets = try AnchorClassTargets(classIndices: [0, -1], categoryCount: 1)
    let logits = try Tensor([-Float.infinity, .infinity], shape: [2, 1])
    let found = try SigmoidCrossEntropyLoss(alpha: alpha, form: form)
      .rows(logits: logits, targets: targets)
    #expect(try found.doubles() == (alpha == 0 ? [0, .infinity] : [.infinity, 0]))
    let anyShape = try SigmoidCrossEntropyLoss(alpha: alpha).loss(
      logits: logits,
      isObject: Tensor([true, false], shape: [2, 1]),
      reduction: .elementwise
    )
    #expect(try anyShape.doubles() == (alpha == 0 ? [0, .infinity] : [.infinity, 0]))
  }

  @Test func `what does not fit is refused with a reason`() throws {
    let loss = SigmoidFocalLoss()
    let targets = try AnchorClassTargets(classIndices: [0, -1], categoryCount: 3)
    let logits = try Tensor.zeros(shape: [2, 3])
    let truth = try Tensor([Bool](repeating: false, count: 6), shape: [2, 3])
    func expectRefusal(_ part: String, _ body: () throws -> Tensor) {
      let error = #expect(throws: TorchError.self) { try body() }
      #expect(error?.code == .invalid)
      #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    }
    for shape in [[3, 2], [6], [1, 3], [2, 3, 1], []] {
      expectRefusal("2 rows of 3 categories") {
        try loss.sum(logits: .zeros(shape: shape), targets: targets)
      }
    }
    for dtype in [DType.int64, .uint8, .bool] {
      expectRefusal("expected floating point") {
        try loss.rows(logits: .zeros(shape: [2, 3], dtype: dtype), targets: targets)
      }
      expectRefusal("expected floating point") {
        try loss.loss(logits: .zeros(shape: [2, 3], dtype: dtype), isObject: truth)
      }
    }
    expectRefusal("shapes are to be equal") {
      try loss.loss(logits: .zeros(shape: [3, 2]), isObject: truth)
    }
    expectRefusal("expected bool") {
      try loss.loss(logits: logits, isObject: .zeros(shape: [2, 3]))
    }
    expectRefusal("expected bool") {
      try loss.loss(logits: logits, isObject: truth, mask: .ones(shape: [2, 3]))
    }
    expectRefusal("expand") {
      try loss.loss(logits: logits, isObject: truth, mask: Tensor([true, false]))
    }
  }
}
