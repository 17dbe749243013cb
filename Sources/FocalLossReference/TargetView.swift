#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The logits of a softmax as the right class sees them: how far ahead, and who else there is.
struct TargetView {
  /// z_t − log Σ_{k≠t} exp(z_k): the logit of the target against all others together.
  let margin: Double

  /// The softmax of the others alone, 0 at the target.
  let shares: [Double]

  init(logits: [Double], target: Int) {
    precondition(
      logits.indices.contains(target),
      "a target is a class in 0..<\(logits.count) or nil, found \(target)"
    )
    let others = logits.indices.filter { $0 != target }
    if logits.contains(where: \.isNaN) {
      margin = .nan
      shares = logits.map { _ in .nan }
      return
    }
    guard let leader = others.max(by: { logits[$0] < logits[$1] }), logits[leader] > -.infinity
    else {
      // Nobody else: the margin is infinite, and nothing is shared.
      margin = logits[target] + .infinity
      shares = logits.map { _ in 0 }
      return
    }
    // Differences to the leader first: rounding is then relative to them and not to the logits.
    let lead = logits[leader]
    var powers = logits.map { _ in 0.0 }
    for index in others where index != leader { powers[index] = exp(logits[index] - lead) }
    let rest = powers.reduce(0, +)
    powers[leader] = 1
    margin = (logits[target] - lead) - log1p(rest)
    shares = powers.map { $0 / (1 + rest) }
  }

  /// What the others but one share, 1 − s_k, as a sum.
  func rest(of index: Int) -> Double {
    shares.indices.reduce(0) { $1 == index ? $0 : $0 + shares[$1] }
  }
}
