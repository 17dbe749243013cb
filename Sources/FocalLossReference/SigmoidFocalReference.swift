#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The alpha-balanced sigmoid focal loss of one logit.
///
/// FL(pₜ) = −αₜ (1 − pₜ)^γ log(pₜ), where pₜ = σ(x) for an object and 1 − σ(x) for the background.
/// The power is exp(γ log(1 − pₜ)) with the logarithm taken from the logit: nothing overflows, and
/// γ = 0 gives cross entropy to the last bit. Lin et al. 2017, section 3.2, equation 5.
public struct SigmoidFocalReference: Sendable, Hashable {
  /// Weight of objects, 0...1, where the background weighs 1 − alpha; nil weighs both 1.
  public let alpha: Double?

  /// Focusing parameter, >= 0.
  public let gamma: Double

  /// Makes the loss.
  ///
  /// - Parameters:
  ///   - alpha: Weight of objects, 0...1; nil weighs both sides alike. Paper, table 1b: 0.25.
  ///   - gamma: Focusing parameter, >= 0; 0 gives cross entropy. Paper, table 1b: 2.
  public init(alpha: Double? = 0.25, gamma: Double = 2) {
    precondition(
      alpha.map((0...1).contains) ?? true,
      "alpha is a weight in 0...1, found \(alpha ?? 0)"
    )
    precondition(gamma >= 0 && gamma.isFinite, "gamma is finite and >= 0, found \(gamma)")
    self.alpha = alpha
    self.gamma = gamma
  }

  /// The loss of one logit.
  ///
  /// - Parameters:
  ///   - logit: Raw score, finite.
  ///   - isObject: Whether the anchor is to find an object of this category.
  /// - Returns: Loss in nats, >= 0, finite.
  public func value(logit: Double, isObject: Bool) -> Double {
    let example = SigmoidExample(logit: logit, isObject: isObject, alpha: alpha)
    return example.weight * modulation(example) * -example.logProbability
  }

  /// The derivative of the loss by the logit.
  ///
  /// dFL/dx = αₜ y (1 − pₜ)^γ (γ pₜ log(pₜ) + pₜ − 1), y being 1 for an object and −1 for the
  /// background. Lin et al. 2017, appendix B. No power of 1 − pₜ below γ occurs, so it is finite for
  /// γ < 1, too.
  /// - Parameters:
  ///   - logit: Raw score, finite.
  ///   - isObject: Whether the anchor is to find an object of this category.
  /// - Returns: At most 0 for an object, at least 0 for the background; finite.
  public func gradient(logit: Double, isObject: Bool) -> Double {
    let example = SigmoidExample(logit: logit, isObject: isObject, alpha: alpha)
    let slope = gamma * example.probability * example.logProbability - example.complement
    return example.weight * example.sign * modulation(example) * slope
  }

  /// The modulating factor, (1 − pₜ)^γ.
  private func modulation(_ example: SigmoidExample) -> Double {
    exp(gamma * example.logComplement)
  }
}
