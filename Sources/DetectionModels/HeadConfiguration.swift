/// The two subnets: as deep, as wide, and normalised alike; weights shared over levels, not between the two.
public struct HeadConfiguration: Codable, Hashable, Sendable {
  /// 3×3 convolutions before the last one.
  ///
  /// Paper: 4.
  public var depth: Int = 4
  /// The norm after each of them.
  ///
  /// Paper: no norm.
  public var norm: HeadNorm = .identity
  /// The probability of an object that the class bias starts at; 0.5 is a bias of 0.
  ///
  /// Paper, section 4.1: 0.01.
  public var priorProbability: Double = 0.01

  /// The paper's heads.
  public init() {}

  /// The norm after each convolution of a head.
  public enum HeadNorm: String, Codable, Hashable, Sendable, CaseIterable {
    /// Nothing.
    case identity
    /// Group norm of 32 groups, or as many as divide the channels evenly into at least four each.
    case group
  }

  func fault(channels: Int) -> String? {
    if !(0...16).contains(depth) { return "head.depth: found \(depth), expected 0...16" }
    if !(priorProbability > 0 && priorProbability < 1) {
      return "head.priorProbability: found \(priorProbability), expected a number between 0 and 1"
    }
    return nil
  }
}
