/// The focal loss of several classes of which exactly one is right, by a softmax.
///
/// FL = −w_t (1 − p_t)^γ log(p_t), p = softmax(z), for the class t that is right: the form −Σ tᵢ wᵢ
/// (1 − pᵢ)^γ log(pᵢ) with a one-hot t. A softmax has no background but a class of its own, so an
/// example without a class costs nothing here.
///
/// It is the sigmoid focal loss f of one margin, of the right logit over all others together:
/// p_t = σ(m), m = z_t − log Σ_{k≠t} exp(z_k). With s the softmax of the others alone,
///
/// - ∂FL/∂z_t = w f′(m), ∂FL/∂z_k = −w f′(m) s_k
/// - ∂²FL/∂z_t² = w f″(m), ∂²FL/∂z_t ∂z_k = −w f″(m) s_k
/// - ∂²FL/∂z_j ∂z_k = w ((f″(m) + f′(m)) s_j s_k − [j = k] f′(m) s_k)
///
/// Domain: every finite logit. One class alone costs nothing. NaN among the logits gives NaN, a
/// single ∞ gives the limits, several give NaN; −∞ is a class that is out of question. Lin et al.
/// 2017, section 3, footnote 1: the extension to the multi-class case *works well*.
public struct SoftmaxFocalReference: Sendable, Hashable {
  /// Focusing parameter, in ``SigmoidFocalReference/gammaRange``.
  public let gamma: Double

  /// Weight of each class, in ``weightRange``; nil weighs all 1.
  public let classWeights: [Double]?

  /// The weights that a class may have, 0...10⁹; of a greater one float32 would make infinity.
  public static let weightRange: ClosedRange<Double> = 0...1e9

  /// Makes the loss.
  ///
  /// - Parameters:
  ///   - gamma: Focusing parameter, 0...10000; 0 gives cross entropy. Paper, table 1b: 2.
  ///   - classWeights: Weight of each class, 0...1e9; nil, the default, weighs all 1.
  ///     ``InverseFrequency/classWeights(counts:)`` takes them from counts.
  public init(gamma: Double = 2, classWeights: [Double]? = nil) {
    requireGamma(gamma)
    precondition(
      classWeights?.allSatisfy(Self.weightRange.contains) ?? true,
      "class weights are in 0...1e9, found \(classWeights ?? [])"
    )
    self.gamma = gamma
    self.classWeights = classWeights
  }

  /// The loss of one example.
  ///
  /// - Parameters:
  ///   - logits: Raw score of each class. As many as there are class weights.
  ///   - target: The class that is right, an index of `logits`; nil for an example that is ignored
  ///     or has none, which costs 0 whatever its logits.
  /// - Returns: Loss in nats, >= 0.
  public func value(logits: [Double], target: Int?) -> Double {
    guard let target else { return 0 }
    let view = TargetView(logits: logits, target: target)
    return product(of: weight(target, of: logits.count), and: focal.value(margin: view.margin))
  }

  /// The derivatives of the loss by the logits.
  ///
  /// - Parameters:
  ///   - logits: Raw score of each class. As many as there are class weights.
  ///   - target: The class that is right, an index of `logits`; nil for none.
  /// - Returns: As many as logits, at most 0 for the target, at least 0 for the others; they add up
  ///   to 0. All 0 without a target.
  public func gradient(logits: [Double], target: Int?) -> [Double] {
    guard let target else { return logits.map { _ in 0 } }
    let view = TargetView(logits: logits, target: target)
    let slope = focal.slope(margin: view.margin) * weight(target, of: logits.count)
    return logits.indices.map { $0 == target ? slope : -slope * view.shares[$0] }
  }

  /// The second derivatives of the loss by the logits.
  ///
  /// - Parameters:
  ///   - logits: Raw score of each class. As many as there are class weights.
  ///   - target: The class that is right, an index of `logits`; nil for none.
  /// - Returns: Row by row, as many rows and columns as logits; symmetric, each row adding up to 0.
  ///   All 0 without a target.
  public func hessian(logits: [Double], target: Int?) -> [[Double]] {
    guard let target else { return logits.map { _ in logits.map { _ in 0 } } }
    let view = TargetView(logits: logits, target: target)
    let weight = weight(target, of: logits.count)
    let slope = weight * focal.slope(margin: view.margin)
    let curvature = weight * focal.curvature(margin: view.margin)
    let both = weight * focal.curvaturePlusSlope(margin: view.margin)
    return logits.indices.map { row in
      logits.indices.map { column in
        let (first, second) = (view.shares[row], view.shares[column])
        if row == target && column == target { return curvature }
        if row == target { return -curvature * second }
        if column == target { return -curvature * first }
        if row != column { return both * (first * second) }
        // (f″ + f′) s² − f′ s, in terms that do not cancel for s → 1.
        return first * (curvature * first - slope * view.rest(of: row))
      }
    }
  }

  private var focal: SigmoidFocalReference { SigmoidFocalReference(alpha: nil, gamma: gamma) }

  private func weight(_ target: Int, of count: Int) -> Double {
    guard let classWeights else { return 1 }
    precondition(
      classWeights.count == count,
      "\(count) logits have \(count) class weights, found \(classWeights.count)"
    )
    return classWeights[target]
  }
}
