/// What the sums over anchors of a step's losses are divided by.
///
/// Foreground anchors are counted from the targets, before the network runs: so a step may compute its pictures in parts,
/// on one worker after another or on several at once, and the parts add up to the loss of the whole.
///
/// Source: Lin et al. 2017, section 4.1, for the foreground anchors of the whole batch.
public struct LossNormalizer: Hashable, Sendable {
  /// How the sums of a step are divided.
  enum Divisor: Hashable, Sendable {
    /// By one number for all pictures.
    case whole(Double)
    /// By a number for each picture: its foreground anchors, 1 at least, times this count of the step's pictures.
    case perImage(imageCount: Int)
  }

  let divisor: Divisor

  /// The normaliser of one step.
  ///
  /// - Parameters:
  ///   - kind: What is counted.
  ///   - foregroundCount: Anchors assigned to an object, over all pictures of the step.
  ///   - imageCount: All pictures of the step.
  ///   - average: What the steps before this one left behind; this one is taken in.
  public init(
    _ kind: DetectionLossConfiguration.Normalizer,
    foregroundCount: Int,
    imageCount: Int,
    average: inout ForegroundAverage
  ) {
    average.update(foregroundCount: foregroundCount)
    divisor =
      switch kind {
      case .batchForeground: .whole(Double(max(1, foregroundCount)))
      case .batchForegroundAndImages: .whole(Double(max(1, foregroundCount + imageCount)))
      case .movingAverage: .whole(average.value)
      // The mean over the pictures is a part of each picture's divisor.
      case .perImage: .perImage(imageCount: imageCount)
      }
  }

  /// The divisor of one picture.
  ///
  /// - Parameter foregroundCount: The picture's anchors assigned to an object.
  /// - Returns: A number above 0.
  func divisor(ofPictureWith foregroundCount: Int) -> Double {
    switch divisor {
    case .whole(let count): count
    case .perImage(let images): Double(max(1, foregroundCount) * images)
    }
  }
}
