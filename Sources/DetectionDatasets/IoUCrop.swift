import BoxGeometry

/// A random part of a picture that keeps to an object by a least IoU.
///
/// Liu et al. 2016 (SSD), section 2.2: the sides are drawn as shares of the picture's, their ratio
/// stays within 1:2 and 2:1, and the IoU of the part with at least one object reaches a minimum that
/// is drawn too. Here the part must besides leave a target, by the rule of the least visible share.
enum IoUCrop {
  /// The least IoU, drawn evenly; 0 asks for a part with a target in it, wherever.
  static let minimums: [Float] = [0, 0.1, 0.3, 0.5, 0.7, 0.9]
  /// As in SSD: when so many parts break the rule, the picture stays whole.
  private static let trials = 50

  /// Draws a part.
  /// - Parameters:
  ///   - sample: The picture and its boxes.
  ///   - configuration: The chance, the range of the sides and the least visible share.
  ///   - generator: The source of randomness.
  /// - Returns: The part in pixels of the upright picture and the least IoU, or `nil` for the whole.
  static func draw(
    of sample: DatasetSample,
    _ configuration: AugmentationConfiguration,
    using generator: inout SplitMix64
  ) -> (patch: PixelRectangle, minimum: Float)? {
    guard generator.uniform() < configuration.iouCrop else { return nil }
    let minimum = minimums[generator.integer(below: minimums.count)]
    for _ in 0..<trials {
      let shares = SIMD2(
        generator.uniform(in: configuration.iouCropScale),
        generator.uniform(in: configuration.iouCropScale)
      )
      let place = SIMD2(generator.uniform(), generator.uniform())
      guard (0.5...2).contains(shares.x / shares.y) else { continue }
      let width = max(1, Int((shares.x * Double(sample.width)).rounded()))
      let height = max(1, Int((shares.y * Double(sample.height)).rounded()))
      let patch = PixelRectangle(
        x: Int((place.x * Double(sample.width - width)).rounded()),
        y: Int((place.y * Double(sample.height - height)).rounded()),
        width: width,
        height: height
      )
      if keepsAnObject(patch, of: sample, minimum, configuration.minimumVisibleShare) {
        return (patch, minimum)
      }
    }
    return nil
  }

  private static func keepsAnObject(
    _ patch: PixelRectangle,
    of sample: DatasetSample,
    _ minimum: Float,
    _ minimumVisibleShare: Double
  ) -> Bool {
    guard !sample.boxes.isEmpty else { return true }
    let part = patch.box
    return sample.boxes.contains { labeled in
      let overlap = labeled.box.intersectionArea(with: part)
      return overlap > 0 && overlap >= Float(minimumVisibleShare) * labeled.box.area
        && labeled.box.iou(with: part) >= minimum
    }
  }
}
