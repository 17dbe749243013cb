#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// σ(x) = 1 / (1 + e⁻ˣ), with the exponential of a negative number on both sides.
///
/// 1 − σ(x) is σ(−x), without cancellation. NaN for NaN.
func sigmoid(_ x: Double) -> Double {
  let power = exp(-abs(x))
  return (x < 0 ? power : 1) / (1 + power)
}

/// log(1 + eˣ), which neither overflows nor loses the small term.
///
/// −log σ(x) is softplus(−x); −log(1 − σ(x)) is softplus(x). NaN for NaN, ∞ for ∞, 0 for −∞.
func softplus(_ x: Double) -> Double {
  max(x, 0) + log1p(exp(-abs(x)))
}

/// −σ(x) log σ(x), with its limit 0 at −∞, where 0 · ∞ would stand.
func entropyTerm(_ x: Double) -> Double {
  let probability = sigmoid(x)
  return probability == 0 ? 0 : probability * softplus(-x)
}
