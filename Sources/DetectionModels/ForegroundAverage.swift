/// A moving average of the foreground anchors of batches: detectron2's normaliser, which one odd batch moves little.
///
/// The only thing a loss remembers from one step to the next, so it is a value that is passed in and out, and a part of
/// every checkpoint.
public struct ForegroundAverage: Codable, Hashable, Sendable {
  /// How much of it stays at each step.
  ///
  /// detectron2: 0.9.
  public static let momentum = 0.9

  /// The average after the batches so far.
  ///
  /// detectron2: 100 before the first.
  public private(set) var value: Double = 100

  /// The average before the first batch.
  public init() {}

  /// Takes a batch in.
  ///
  /// - Parameter foregroundCount: Anchors assigned to an object in the batch; counts as 1 at least.
  mutating func update(foregroundCount: Int) {
    value = Self.momentum * value + (1 - Self.momentum) * Double(max(1, foregroundCount))
  }
}
