import BoxGeometry
import Foundation

/// What chance decides about one picture, before its size is known.
///
/// The number of draws does not depend on the configuration, so two runs that differ in one of its
/// values differ in nothing else.
struct AugmentationChoices: Hashable, Sendable {
  /// Whether the frame is mirrored left to right.
  var flipsHorizontally = false
  /// Whether the frame is mirrored top to bottom.
  var flipsVertically = false
  /// Clockwise turns by 90 degrees after the mirroring, 0...3.
  var quarterTurns = 0
  /// How much larger than in the plain resizing things are.
  var zoom = 1.0
  /// Where the window lies between its extreme places in x and y, 0...1.
  var place = SIMD2(0.0, 0.0)
  /// By which share of the visible side the window is shifted besides, -0.5...0.5.
  var shift = SIMD2(0.0, 0.0)
  /// The change of light and colour.
  var color = ColorTransform()

  /// Nothing is varied.
  init() {}

  /// Draws everything that may vary.
  /// - Parameters:
  ///   - augmentation: What may vary and how far.
  ///   - generator: The source of randomness.
  init(_ augmentation: AugmentationConfiguration, using generator: inout SplitMix64) {
    flipsHorizontally = generator.uniform() < augmentation.horizontalFlip
    flipsVertically = generator.uniform() < augmentation.verticalFlip
    let isTurned = generator.uniform() < augmentation.quarterTurn
    let turns = 1 + generator.integer(below: 3)
    quarterTurns = isTurned ? turns : 0
    let jitter = augmentation.scaleJitter
    let logarithm = generator.uniform(in: log(jitter.lowerBound)...log(jitter.upperBound))
    zoom = jitter.lowerBound == jitter.upperBound ? jitter.lowerBound : exp(logarithm)
    place = SIMD2(generator.uniform(), generator.uniform())
    func signed() -> Double { 2 * generator.uniform() - 1 }
    shift = SIMD2(signed(), signed()) * augmentation.translation
    color.brightness = Float(1 + augmentation.brightness * signed())
    color.contrast = Float(1 + augmentation.contrast * signed())
    color.saturation = Float(1 + augmentation.saturation * signed())
    color.hue = Float(2 * Double.pi * augmentation.hue * signed())
  }
}
