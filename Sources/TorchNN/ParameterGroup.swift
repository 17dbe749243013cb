import Torch

/// Parameters that are trained alike.
public struct ParameterGroup {
  /// The parameters.
  public var parameters: [NamedTensor]
  /// How strongly they are drawn to 0.
  public var weightDecay: Double
  /// What their learning rate is multiplied by.
  public var rateScale: Double

  /// Makes a group.
  /// - Parameters:
  ///   - parameters: The parameters; those that require no gradient are left alone.
  ///   - weightDecay: How strongly they are drawn to 0. Paper, section 4.1: 0.0001.
  ///   - rateScale: What their learning rate is multiplied by.
  public init(_ parameters: [NamedTensor], weightDecay: Double = 1e-4, rateScale: Double = 1) {
    self.parameters = parameters
    self.weightDecay = weightDecay
    self.rateScale = rateScale
  }

  /// Splits parameters so that biases and normalisations, which have one dimension, do not decay.
  /// - Parameters:
  ///   - parameters: The parameters.
  ///   - weightDecay: The weight decay of the others.
  /// - Returns: Two groups.
  public static func withoutDecayOfVectors(
    _ parameters: [NamedTensor],
    weightDecay: Double = 1e-4
  ) -> [ParameterGroup] {
    [
      ParameterGroup(parameters.filter { $0.tensor.rank > 1 }, weightDecay: weightDecay),
      ParameterGroup(parameters.filter { $0.tensor.rank <= 1 }, weightDecay: 0),
    ]
  }
}
