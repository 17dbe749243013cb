/// A loss that sees a logit only as its margin, in double precision.
///
/// Every sigmoid loss of the paper is wₜ f(xₜ). The margin xₜ = y x is how far the logit x is on
/// the right side, with y = 1 for an object of the category and y = −1 for the background; the
/// weight wₜ is alpha for an object and 1 − alpha for the background, or 1 without alpha. With pₜ =
/// σ(xₜ) the losses are
///
/// | loss | f(x) | paper |
/// |---|---|---|
/// | ``CrossEntropyReference`` | −log σ(x) | section 3, equations 1 to 3 |
/// | ``SigmoidFocalReference`` | −(1 − σ(x))^γ log σ(x) | section 3.2, equations 4 and 5 |
/// | ``FocalStarReference`` | −log σ(γx + β) / γ | appendix A, equations 7 and 8 |
/// | ``HingeReference`` | max(0, m − x) or max(0, m − σ(x)) | section 5.1 |
///
/// Derivatives are closed forms. Away from the zeros of a second derivative all three functions are
/// within a relative 10⁻¹² of the exact numbers, down to the least normal number, 2.2 · 10⁻³⁰⁸. (A
/// hinge on the probability also depends on where its corner is rounded to: ``HingeReference``.)
///
/// Margins that no model should give have results, too: NaN gives NaN; ±∞ give the limits.
public protocol MarginLossReference: Sendable {
  /// Weight of objects, 0...1, where the background weighs 1 − alpha; nil weighs both 1.
  var alpha: Double? { get }

  /// The loss of a margin, before it is weighted.
  ///
  /// - Parameter margin: xₜ, the logit of an object or the negated logit of background.
  /// - Returns: f(xₜ), >= 0, in nats; NaN for NaN.
  func value(margin: Double) -> Double

  /// The derivative of the loss by the margin, before it is weighted.
  ///
  /// - Parameter margin: xₜ, the logit of an object or the negated logit of background.
  /// - Returns: f′(xₜ), <= 0; NaN for NaN.
  func slope(margin: Double) -> Double

  /// The second derivative of the loss by the margin, before it is weighted.
  ///
  /// - Parameter margin: xₜ, the logit of an object or the negated logit of background.
  /// - Returns: f″(xₜ), of either sign; NaN for NaN.
  func curvature(margin: Double) -> Double
}

extension MarginLossReference {
  /// The weight of an example.
  ///
  /// - Parameter isObject: Whether the anchor is to find an object of this category.
  /// - Returns: αₜ: alpha for an object, 1 − alpha for the background; 1 without alpha.
  public func weight(isObject: Bool) -> Double {
    alpha.map { isObject ? $0 : 1 - $0 } ?? 1
  }

  /// The loss of one logit.
  ///
  /// wₜ f(y x), y being 1 for an object and −1 for the background.
  /// - Parameters:
  ///   - logit: Raw score.
  ///   - isObject: Whether the anchor is to find an object of this category.
  /// - Returns: Loss in nats, >= 0, finite for a finite logit; 0 where the weight is 0.
  public func value(logit: Double, isObject: Bool) -> Double {
    weighted(value(margin: isObject ? logit : -logit), isObject: isObject)
  }

  /// The derivative of the loss by the logit.
  ///
  /// wₜ y f′(y x), y being 1 for an object and −1 for the background.
  /// - Parameters:
  ///   - logit: Raw score.
  ///   - isObject: Whether the anchor is to find an object of this category.
  /// - Returns: At most 0 for an object, at least 0 for the background.
  public func gradient(logit: Double, isObject: Bool) -> Double {
    let slope = slope(margin: isObject ? logit : -logit)
    return weighted(isObject ? slope : -slope, isObject: isObject)
  }

  /// The second derivative of the loss by the logit.
  ///
  /// wₜ f″(y x), as y² = 1.
  /// - Parameters:
  ///   - logit: Raw score.
  ///   - isObject: Whether the anchor is to find an object of this category.
  /// - Returns: Of either sign; negative where the loss is concave.
  public func secondDerivative(logit: Double, isObject: Bool) -> Double {
    weighted(curvature(margin: isObject ? logit : -logit), isObject: isObject)
  }

  private func weighted(_ quantity: Double, isObject: Bool) -> Double {
    product(of: weight(isObject: isObject), and: quantity)
  }
}

/// A weight times a quantity, where no weight makes nothing even of an infinite loss.
func product(of weight: Double, and quantity: Double) -> Double {
  weight == 0 && quantity.isInfinite ? 0 : weight * quantity
}

/// Stops if alpha is no weight.
func requireWeight(_ alpha: Double?) {
  precondition(
    alpha.map((0...1).contains) ?? true,
    "alpha is a weight in 0...1, found \(alpha ?? .nan)"
  )
}
