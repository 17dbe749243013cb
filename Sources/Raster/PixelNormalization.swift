/// How the levels of a picture become what a network takes: (value/255 − mean) / deviation.
package struct PixelNormalization: Hashable, Sendable {
  /// Of red, green and blue, on the scale 0...1.
  ///
  /// ImageNet: 0.485, 0.456, 0.406.
  package var mean: SIMD3<Float>

  /// Of the same, not zero.
  ///
  /// ImageNet: 0.229, 0.224, 0.225.
  package var standardDeviation: SIMD3<Float>

  /// Creates a normalisation.
  ///
  /// - Parameters:
  ///   - mean: Of red, green and blue, on the scale 0...1.
  ///   - standardDeviation: Of the same, not zero.
  package init(mean: SIMD3<Float>, standardDeviation: SIMD3<Float>) {
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  // value * 1/(255 deviation) - mean/deviation, so that a pixel costs one product and one sum.
  var scale: SIMD3<Float> { 1 / (255 * standardDeviation) }
  var bias: SIMD3<Float> { -mean / standardDeviation }
}
