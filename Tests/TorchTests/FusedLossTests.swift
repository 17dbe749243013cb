import Foundation
import Testing
import Torch
import TorchTestSupport

// Bounds are in units of the last place of an element's own loss or gradient, against double precision: a
// constant and, for great gammas, what the power multiplies the error of the logarithm by. 13 million floats of
// all magnitudes gave at most 6.7 for gamma <= 1 and 11.6 for gamma 2 and 5.
@Suite struct FusedLossTests {
  private static let gammas = [0, 1e-3, 0.5, 1, 2, 5, 7, 17.3, 100, 1e3, 1e4]

  private static func bound(_ gamma: Double) -> Double { gamma <= 1 ? 8 : 12 }
  /// What a sum of elements near the least float may be off beyond that: the greatest of theirs.
  private static func sumBound(_ gamma: Double) -> Double {
    bound(gamma) + 4 + (gamma > 5 ? min(2.8 * gamma, 416) : 0)
  }

  @Test func `one background logit of 0 and one object of 0, by hand`() throws {
    let logits = try Tensor([0, 0], shape: [2, 1])
    try logits.setRequiresGradient(true)
    let classes = try Tensor([-1, 0] as [Int64])
    // (1 - p)² log 2 = 0.25 · 0.693147: 0.75 of it for background, 0.25 for the object.
    let loss = try logits.fusedFocalLoss(classes: classes, alpha: 0.25, gamma: 2, form: .rows)
    try expectElements(loss, [0.1299650963, 0.0433216988], shape: [2])
    try loss.sum().backward()
    // (1 - p)² (1 - p - 2 p log p) = 0.25 (0.5 + 0.693147).
    try expectElements(#require(try logits.gradient()), [0.2237150963, -0.0745716988])
  }

  @Test func `gamma 0 is cross entropy`() throws {
    let logits = try Tensor([-2, 0, 3], shape: [1, 3])
    let classes = try Tensor([2 as Int64])
    let loss = try logits.fusedFocalLoss(classes: classes, alpha: nil, gamma: 0)
    // log(1 + e⁻²) + log 2 + log(1 + e⁻³).
    try expectElements(loss, [0.1269280110 + 0.6931471806 + 0.0485873516], shape: [])
  }

  @Test(arguments: fusedLossInstructionSets, gammas)
  func `elements, rows, sum and gradient, for every number of categories`(
    set: String,
    gamma: Double
  ) throws {
    let shapes = [
      [300, 1], [90, 2], [40, 15], [40, 16], [40, 17], [61, 80], [53, 91], [3, 3000], [2, 9000],
    ]
    let alphas = [0.25, nil, 0, 1, 0.25, nil, 0.5, 0.25, 1]
    try withFusedLossInstructionSet(set) {
      for (index, shape) in shapes.enumerated() {
        let (alpha, seed) = (alphas[index], UInt64(index))
        let problem = try FusedLossProblem(seed: seed, shape: shape, alpha: alpha, gamma: gamma)
        for form in FusedLossForm.allCases {
          let loss = try problem.logits.fusedFocalLoss(
            classes: problem.classes,
            alpha: alpha,
            gamma: gamma,
            form: form
          )
          #expect(loss.dtype == .float32)
          // Sums have terms of one sign, and so their terms' bound and that of adding up.
          let bound = form == .elements ? Self.bound(gamma) : Self.sumBound(gamma)
          try expectUlps(
            loss.doubles(),
            problem.losses(form),
            within: bound,
            extra: form == .elements ? problem.powerErrors : nil,
            "\(shape) \(form)"
          )
          let gradient = try problem.gradient(of: loss.sum())
          try expectUlps(
            gradient,
            problem.gradients,
            within: Self.bound(gamma),
            extra: problem.powerErrors,
            "\(shape) \(form) gradient"
          )
        }
      }
    }
  }

  @Test(arguments: gammas) func `floats of all magnitudes, as background and as object`(
    gamma: Double
  ) throws {
    // Every 65521st float of either sign between 2⁻⁶³ and 2¹⁴: beyond, all is limit.
    let bits = stride(from: UInt32(0x2000_0000), to: 0x4680_0000, by: 65_521)
    let values = bits.flatMap { [Double(Float(bitPattern: $0)), -Double(Float(bitPattern: $0))] }
    for mark in [-1, 0] as [Int64] {
      let problem = try FusedLossProblem(
        values,
        shape: [values.count, 1],
        classes: .init(repeating: mark, count: values.count),
        gamma: gamma
      )
      for set in fusedLossInstructionSets {
        try withFusedLossInstructionSet(set) {
          for form in [FusedLossForm.elements, .sum] {
            let loss = try problem.logits.fusedFocalLoss(
              classes: problem.classes,
              alpha: 0.25,
              gamma: gamma,
              form: form
            )
            let isSum = form == .sum
            try expectUlps(
              loss.doubles(),
              problem.losses(form),
              within: isSum ? Self.sumBound(gamma) : Self.bound(gamma),
              extra: isSum ? nil : problem.powerErrors,
              "\(set) \(mark)"
            )
            let gradient = try problem.gradient(of: loss.sum())
            try expectUlps(
              gradient,
              problem.gradients,
              within: Self.bound(gamma),
              extra: problem.powerErrors,
              "\(set) \(mark) gradient"
            )
          }
        }
      }
    }
  }

  @Test(arguments: fusedLossInstructionSets, [0, 0.7, 2, 17.3])
  func `every bfloat16, as background and as object`(set: String, gamma: Double) throws {
    let values = (0...UInt32(UInt16.max)).map { Double(Float(bitPattern: $0 << 16)) }
      .filter { $0.isFinite && abs($0) <= 1e4 }
    // Twice as often, so that there are enough for the tables of the background.
    for (mark, count) in [(-1, 2), (0, 1)] as [(Int64, Int)] {
      let all = Array(repeating: values, count: count).flatMap { $0 }
      let problem = try FusedLossProblem(
        all,
        shape: [all.count, 1],
        classes: .init(repeating: mark, count: all.count),
        dtype: .bfloat16,
        gamma: gamma
      )
      try withFusedLossInstructionSet(set) {
        let loss = try problem.logits.fusedFocalLoss(
          classes: problem.classes,
          alpha: 0.25,
          gamma: gamma
        )
        try expectUlps(loss.doubles(), problem.losses(.sum), within: 16)
        let gradient = try problem.gradient(of: loss)
        try expectUlps(gradient, problem.gradients, within: 0.502, digits: 8)
        // Nearly all are what rounding the exact gradient gives.
        let rounded = try Tensor(problem.gradients).to(.bfloat16).doubles()
        let others = zip(gradient, rounded).filter { $0 != $1 && abs($1) > 0x1p-126 }
        #expect(others.count < all.count / 2_000)
      }
    }
  }

  @Test(arguments: fusedLossInstructionSets) func `sums of many equal bfloat16 logits`(
    set: String
  ) throws {
    // No errors that cancel: 4e-6 of a table's digits, and what float lanes lose in adding up.
    for logit in [-1.0078125, -2.5, -4.59375, -8.0625, -15.9375] {
      let count = 70_000
      let logits = try Tensor.full(shape: [count, 1], logit, dtype: .bfloat16)
      let classes = try Tensor.full(shape: [count], -1, dtype: .int64)
      let exact = FusedLossProblem.exact(logit, isObject: false, alpha: 0.25, gamma: 2).loss
      try withFusedLossInstructionSet(set) {
        let loss = try logits.fusedFocalLoss(classes: classes, alpha: 0.25, gamma: 2).item()
        #expect(abs(loss / (exact * Double(count)) - 1) < 1e-5)
      }
    }
  }

  @Test(arguments: [DType.float32, .bfloat16])
  func `the bits do not depend on the number of threads`(dtype: DType) throws {
    let threads = TorchRuntime.threads
    defer { try? TorchRuntime.setThreads(threads) }
    let problem = try FusedLossProblem(seed: 3, shape: [30_000, 7], dtype: dtype, objects: 0.01)
    var results: Set<[Double]> = []
    // Not more than there are processors: LibTorch's threads wait for each other by spinning.
    for count in [1, 2, 1] {
      try TorchRuntime.setThreads(count)
      let loss = try problem.logits.fusedFocalLoss(
        classes: problem.classes,
        alpha: 0.25,
        gamma: 2
      )
      results.insert(try loss.doubles() + problem.gradient(of: loss))
    }
    #expect(results.count == 1)
  }

  @Test func `instruction sets are chosen by name, and only those there are`() throws {
    let best = TorchRuntime.fusedLossInstructionSet
    #expect(best == fusedLossInstructionSets.first)
    #expect(!TorchRuntime.chooseFusedLossInstructionSet("AltiVec"))
    #expect(TorchRuntime.fusedLossInstructionSet == best)
    #expect(fusedLossInstructionSets.last == "portable")
  }

  @Test func `the streaming pass writes the negative`() throws {
    let x = try Tensor([1, -2, 3])
    let ready = try Tensor.zeros(shape: [3])
    try x.streamingPass(into: ready)
    try expectElements(ready, [-1, 2, -3])
    #expect(throws: TorchError.self) { try x.streamingPass(into: Tensor.zeros(shape: [2])) }
  }
}
