package import BoxGeometry

extension BoundingBox {
  /// A box inside a picture, with sides that spread evenly over the orders of magnitude.
  ///
  /// - Parameters:
  ///   - imageWidth: Width of the picture, in pixels.
  ///   - imageHeight: Height of the picture, in pixels.
  ///   - sides: Least and greatest side, in pixels; cut to the picture's.
  ///   - generator: Where randomness comes from.
  /// - Returns: A box with sides above 0.
  package static func random(
    imageWidth: Float = 640,
    imageHeight: Float = 480,
    sides: ClosedRange<Float> = 4...400,
    using generator: inout some RandomNumberGenerator
  ) -> BoundingBox {
    let width = side(imageWidth, sides, using: &generator)
    let height = side(imageHeight, sides, using: &generator)
    let x1 = Float.random(in: 0...(imageWidth - width), using: &generator)
    let y1 = Float.random(in: 0...(imageHeight - height), using: &generator)
    return BoundingBox(x1: x1, y1: y1, x2: x1 + width, y2: y1 + height)
  }

  private static func side(
    _ imageSide: Float,
    _ sides: ClosedRange<Float>,
    using generator: inout some RandomNumberGenerator
  ) -> Float {
    let least = min(sides.lowerBound, imageSide)
    let greatest = min(sides.upperBound, imageSide)
    // Squares of a uniform number favour small sides, as real data sets do.
    let fraction = Float.random(in: 0...1, using: &generator)
    return least + (greatest - least) * fraction * fraction
  }

  /// Boxes that no geometry may stumble over: empty, out of order, infinite, not numbers, huge.
  package static let hostile: [BoundingBox] = [
    BoundingBox(x1: 0, y1: 0, x2: 0, y2: 0),
    BoundingBox(x1: 10, y1: 10, x2: 10, y2: 40),
    BoundingBox(x1: 40, y1: 40, x2: 10, y2: 10),
    BoundingBox(x1: 40, y1: 10, x2: 10, y2: 40),
    BoundingBox(x1: .nan, y1: 0, x2: 10, y2: 10),
    BoundingBox(x1: .nan, y1: .nan, x2: .nan, y2: .nan),
    BoundingBox(x1: 0, y1: 0, x2: .infinity, y2: 10),
    BoundingBox(x1: -.infinity, y1: -.infinity, x2: .infinity, y2: .infinity),
    BoundingBox(x1: .infinity, y1: .infinity, x2: .infinity, y2: .infinity),
    BoundingBox(
      x1: -.greatestFiniteMagnitude,
      y1: -.greatestFiniteMagnitude,
      x2: .greatestFiniteMagnitude,
      y2: .greatestFiniteMagnitude
    ),
    BoundingBox(x1: 0, y1: 0, x2: .leastNonzeroMagnitude, y2: .leastNonzeroMagnitude),
    BoundingBox(x1: 1e30, y1: 1e30, x2: 2e30, y2: 2e30),
  ]
}

extension Array where Element == BoundingBox {
  /// Random boxes inside a picture; see ``BoundingBox/random(imageWidth:imageHeight:sides:using:)``.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - imageWidth: Width of the picture, in pixels.
  ///   - imageHeight: Height of the picture, in pixels.
  ///   - sides: Least and greatest side, in pixels.
  ///   - generator: Where randomness comes from.
  /// - Returns: `count` boxes.
  package static func random(
    count: Int,
    imageWidth: Float = 640,
    imageHeight: Float = 480,
    sides: ClosedRange<Float> = 4...400,
    using generator: inout some RandomNumberGenerator
  ) -> [BoundingBox] {
    (0..<count).map { _ in
      BoundingBox.random(
        imageWidth: imageWidth,
        imageHeight: imageHeight,
        sides: sides,
        using: &generator
      )
    }
  }
}

extension Array where Element == ScoredBox {
  /// Random detections inside a picture, with labels in 0..<`labels` and scores in 0...1.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - labels: Number of labels, >= 1.
  ///   - imageWidth: Width of the picture, in pixels.
  ///   - imageHeight: Height of the picture, in pixels.
  ///   - sides: Least and greatest side, in pixels.
  ///   - generator: Where randomness comes from.
  /// - Returns: `count` detections.
  package static func random(
    count: Int,
    labels: Int = 1,
    imageWidth: Float = 640,
    imageHeight: Float = 480,
    sides: ClosedRange<Float> = 4...400,
    using generator: inout some RandomNumberGenerator
  ) -> [ScoredBox] {
    (0..<count).map { _ in
      ScoredBox(
        box: .random(
          imageWidth: imageWidth,
          imageHeight: imageHeight,
          sides: sides,
          using: &generator
        ),
        label: Int.random(in: 0..<labels, using: &generator),
        score: Float.random(in: 0...1, using: &generator)
      )
    }
  }
}
