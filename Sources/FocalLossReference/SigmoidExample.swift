#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One logit with its label, seen from the side of the truth; the paper's subscript t.
struct SigmoidExample {
  /// y: 1 for an object, −1 for the background.
  let sign: Double
  /// xₜ = y x.
  let margin: Double
  /// αₜ: alpha for an object, 1 − alpha for the background, 1 without alpha.
  let weight: Double

  init(logit: Double, isObject: Bool, alpha: Double?) {
    sign = isObject ? 1 : -1
    margin = sign * logit
    weight = alpha.map { isObject ? $0 : 1 - $0 } ?? 1
  }

  /// pₜ = σ(xₜ).
  var probability: Double { sigmoid(margin) }
  /// 1 − pₜ = σ(−xₜ), without cancellation.
  var complement: Double { sigmoid(-margin) }
  /// log pₜ.
  var logProbability: Double { -softplus(-margin) }
  /// log(1 − pₜ).
  var logComplement: Double { -softplus(margin) }
}

/// 1 / (1 + e⁻ˣ), with the exponential of a negative number on both sides.
func sigmoid(_ x: Double) -> Double {
  let power = exp(-abs(x))
  return (x < 0 ? power : 1) / (1 + power)
}

/// log(1 + eˣ), which neither overflows nor loses the small term.
func softplus(_ x: Double) -> Double {
  max(x, 0) + log1p(exp(-abs(x)))
}
