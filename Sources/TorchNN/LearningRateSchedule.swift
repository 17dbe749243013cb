#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The learning rate of each step, as a value: a warm-up, then a decay.
public struct LearningRateSchedule: Hashable, Sendable, Codable {
  /// What happens to the rate after the warm-up.
  public enum Decay: Hashable, Sendable, Codable {
    /// It stays.
    case constant
    /// It is multiplied by `factor` when each of the steps is reached.
    case steps([Int], factor: Double)
    /// It falls along half a cosine to `finalFactor` times the base rate at step `total`.
    case cosine(total: Int, finalFactor: Double)
  }

  /// The rate before any factor.
  ///
  /// Paper, section 4.1: 0.01 for 16 images a step.
  public var baseRate: Double
  /// The number of steps over which the rate rises linearly; 0 for none.
  public var warmUpSteps: Int
  /// What the first step's rate is multiplied by.
  public var warmUpFactor: Double
  /// What happens after.
  public var decay: Decay

  /// Makes a schedule.
  /// - Parameters:
  ///   - baseRate: The rate before any factor.
  ///   - warmUpSteps: The number of steps over which the rate rises linearly.
  ///   - warmUpFactor: What the first step's rate is multiplied by. Default: as torchvision.
  ///   - decay: What happens after.
  public init(
    baseRate: Double,
    warmUpSteps: Int = 0,
    warmUpFactor: Double = 0.001,
    decay: Decay = .constant
  ) {
    self.baseRate = baseRate
    self.warmUpSteps = warmUpSteps
    self.warmUpFactor = warmUpFactor
    self.decay = decay
  }

  /// The rate of one step.
  /// - Parameter step: The number of steps taken before, >= 0.
  /// - Returns: The rate.
  public func rate(atStep step: Int) -> Double { baseRate * warmUp(step) * decayed(step) }

  private func warmUp(_ step: Int) -> Double {
    guard step < warmUpSteps else { return 1 }
    return warmUpFactor + (1 - warmUpFactor) * Double(step) / Double(warmUpSteps)
  }

  private func decayed(_ step: Int) -> Double {
    switch decay {
    case .constant: return 1
    case .steps(let steps, let factor):
      return pow(factor, Double(steps.count { $0 <= step }))
    case .cosine(let total, let finalFactor):
      let progress = Double(min(step, total)) / Double(max(total, 1))
      return finalFactor + (1 - finalFactor) * (1 + cos(.pi * progress)) / 2
    }
  }
}
