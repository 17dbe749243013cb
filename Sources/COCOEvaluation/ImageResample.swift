import BoxGeometry

/// How often each image was drawn when as many were drawn as there are, with replacement.
struct ImageResample {
  /// Indexed by image.
  private(set) var weights: [Int32]

  /// Every image once.
  init(imageCount: Int) { weights = [Int32](repeating: 1, count: imageCount) }

  /// Draws anew.
  ///
  /// - Parameters:
  ///   - seed: What all resamples of a comparison depend on.
  ///   - number: Which of them this is; each has a stream of its own.
  mutating func draw(seed: UInt64, number: Int) {
    for image in weights.indices { weights[image] = 0 }
    var generator = SplitMix64(mixing: seed, UInt64(number))
    for _ in weights.indices { weights[Int.random(in: weights.indices, using: &generator)] += 1 }
  }
}
