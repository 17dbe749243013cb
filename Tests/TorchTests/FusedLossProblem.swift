import Foundation
import Testing
import Torch
import TorchTestSupport

/// Logits and class indices, with the losses and gradients that are to come of them.
struct FusedLossProblem {
  let shape: [Int]
  let logits: Tensor
  let classes: Tensor
  let losses: [Double]
  let gradients: [Double]
  /// By how many more units of the last place each may be off where γ is above 5: 4 γ log(1 + e^−|x|), as the power
  /// multiplies the error of the logarithm.
  let powerErrors: [Double]

  /// Random logits, most of them like those of a young detector, one in eight anywhere in ±120.
  init(
    seed: UInt64,
    shape: [Int],
    dtype: DType = .float32,
    alpha: Double? = 0.25,
    gamma: Double = 2,
    objects: Double = 0.1,
    ignored: Double = 0.1
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let marks = (0..<shape[0]).map { _ in
      let draw = Double.random(in: 0..<1, using: &generator)
      if draw < objects { return Int64.random(in: 0..<Int64(shape[1]), using: &generator) }
      return draw < objects + ignored ? Int64(-2) : -1
    }
    let values = (0..<(shape[0] * shape[1])).map { _ in
      let wide = Int.random(in: 0..<8, using: &generator) == 0
      return Double.random(in: wide ? -120...120 : -9...3, using: &generator)
    }
    try self.init(values, shape: shape, classes: marks, dtype: dtype, alpha: alpha, gamma: gamma)
  }

  init(
    _ values: [Double],
    shape: [Int],
    classes marks: [Int64],
    dtype: DType = .float32,
    alpha: Double? = 0.25,
    gamma: Double = 2
  ) throws {
    self.shape = shape
    logits = try Tensor(values, shape: shape).to(dtype)
    classes = try Tensor(marks, shape: [shape[0]])
    // Of the logits as they were rounded.
    let pairs = try logits.doubles().enumerated().map { place, logit in
      let mark = marks[place / shape[1]]
      let isObject = mark == Int64(place % shape[1])
      let pair = Self.exact(logit, isObject: isObject, alpha: alpha, gamma: gamma)
      return mark == -2 ? (loss: 0, gradient: 0) : pair
    }
    losses = pairs.map(\.loss)
    gradients = pairs.map(\.gradient)
    powerErrors = try logits.doubles().map { gamma > 5 ? 4 * gamma * log1p(exp(-abs($0))) : 0 }
    try logits.setRequiresGradient(true)
  }

  /// Loss and derivative of one logit in double precision, as the paper's appendix B has them.
  static func exact(
    _ logit: Double,
    isObject: Bool,
    alpha: Double?,
    gamma: Double
  ) -> (loss: Double, gradient: Double) {
    // x is the logit of background: sigmoid(x) is the probability of being wrong.
    let x = isObject ? -logit : logit
    let e = exp(-abs(x))
    let p = (x < 0 ? e : 1) / (1 + e)
    let rest = (x < 0 ? 1 : e) / (1 + e)
    let entropy = max(x, 0) + log1p(e)
    let modulator = gamma == 0 ? 1 : exp(gamma * (min(x, 0) - log1p(e)))
    let weight = (alpha.map { isObject ? $0 : 1 - $0 } ?? 1) * modulator
    let slope = weight * (gamma * rest * entropy + p)
    return (weight * entropy, isObject ? -slope : slope)
  }

  /// The losses summed as a form has them.
  func losses(_ form: FusedLossForm) -> [Double] {
    switch form {
    case .elements: losses
    case .rows: (0..<shape[0]).map { losses[($0 * shape[1])..<(($0 + 1) * shape[1])].reduce(0, +) }
    case .sum: [losses.reduce(0, +)]
    }
  }

  /// The gradient that a loss of these logits leaves.
  func gradient(of loss: Tensor, keepingGraph: Bool = false) throws -> [Double] {
    try loss.backward(keepingGraph: keepingGraph)
    defer { try? logits.clearGradient() }
    let gradient = try #require(try logits.gradient())
    #expect(gradient.dtype == logits.dtype && gradient.shape == shape)
    return try gradient.doubles()
  }
}

/// The instruction sets of the fused loss that this machine has.
let fusedLossInstructionSets = ["AVX-512 VBMI", "AVX-512", "AVX2", "NEON", "portable"].filter {
  defer { _ = TorchRuntime.chooseFusedLossInstructionSet(nil) }
  return TorchRuntime.chooseFusedLossInstructionSet($0)
}

/// Does something with an instruction set of the fused loss.
func withFusedLossInstructionSet(_ name: String, _ body: () throws -> Void) throws {
  try #require(TorchRuntime.chooseFusedLossInstructionSet(name))
  defer { _ = TorchRuntime.chooseFusedLossInstructionSet(nil) }
  #expect(TorchRuntime.fusedLossInstructionSet == name)
  try body()
}

/// Expects numbers to be within some units of the last place of a format with so many digits.
///
/// Below the format's least normal number, the unit is that of the least normal number. The bound grows by what
/// `extra` says of each, where it says something.
func expectUlps(
  _ found: [Double],
  _ expected: [Double],
  within bound: Double,
  extra: [Double]? = nil,
  digits: Int = 24,
  _ what: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  try #require(found.count == expected.count, sourceLocation: sourceLocation)
  var worst = (index: 0, ulps: 0.0)
  for (index, pair) in zip(found, expected).enumerated() where pair.0 != pair.1 {
    let size = max(abs(pair.1), 0x1p-126)
    let unit = scalbn(1, Int(size.exponent) + 1 - digits)
    let ulps = abs(pair.0 - pair.1) / unit - (extra?[index] ?? 0)
    if !(ulps <= worst.ulps) { worst = (index, ulps.isNaN ? .infinity : ulps) }
  }
  guard worst.ulps > bound else { return }
  Issue.record(
    """
    \(what()) [\(worst.index)] is \(found[worst.index]), expected \(expected[worst.index]): \
    \(worst.ulps) ulps\(extra == nil ? "" : " beyond \(extra?[worst.index] ?? 0)")
    """,
    sourceLocation: sourceLocation
  )
}
