/// Places the anchors of every cell of every pyramid level over a picture.
///
/// The order is that of torchvision and of the network's outputs once they are flattened: level, row,
/// column, then the anchors of the cell, aspect ratio by aspect ratio with the scales inside.
public struct AnchorGenerator: Sendable {
  /// Which anchors stand on each level.
  public let configuration: AnchorConfiguration

  private let cellAnchorsByLevel: [[BoundingBox]]

  /// Makes a generator.
  ///
  /// - Parameter configuration: Which anchors to place. It is a mistake of the caller if the lists
  ///   are empty, differ in length, or hold a number that is not above 0.
  public init(configuration: AnchorConfiguration) {
    let fault = configuration.fault
    precondition(
      fault == nil,
      "anchors: \(fault?.key.rawValue ?? ""): \(fault?.message ?? "")"
    )
    self.configuration = configuration
    cellAnchorsByLevel = configuration.sizes.map { size in
      configuration.aspectRatios.flatMap { ratio in
        configuration.scales.map { scale in
          cellAnchor(size: size, scale: scale, ratio: ratio, rounding: configuration.rounding)
        }
      }
    }
  }

  /// The anchors of one cell, about the origin.
  ///
  /// - Parameter level: Index into the configuration's sizes: 0 is the finest level, P3.
  /// - Returns: One box for each pair of aspect ratio and scale, ratios outside, scales inside.
  public func cellAnchors(level: Int) -> [BoundingBox] {
    cellAnchorsByLevel[level]
  }

  /// The number of cells of each level over a picture.
  ///
  /// Every strided convolution of the network rounds up, and ⌈⌈n / 2⌉ / 2⌉ = ⌈n / 4⌉.
  /// - Parameters:
  ///   - imageWidth: Width of the network's input, in pixels, >= 0.
  ///   - imageHeight: Height of the network's input, in pixels, >= 0.
  /// - Returns: ⌈side / stride⌉ rows and columns, one size a level.
  public func featureSizes(imageWidth: Int, imageHeight: Int) -> [FeatureSize] {
    precondition(
      imageWidth >= 0 && imageHeight >= 0,
      "an image has no negative side: \(imageWidth) x \(imageHeight)"
    )
    return configuration.strides.map { stride in
      FeatureSize(
        height: roundedUpQuotient(imageHeight, stride),
        width: roundedUpQuotient(imageWidth, stride)
      )
    }
  }

  /// The anchors over a picture.
  ///
  /// - Parameters:
  ///   - imageWidth: Width of the network's input, in pixels, >= 0.
  ///   - imageHeight: Height of the network's input, in pixels, >= 0.
  /// - Returns: All anchors, by level, row, column and anchor of the cell; not clipped.
  public func anchors(imageWidth: Int, imageHeight: Int) -> [BoundingBox] {
    let sizes = featureSizes(imageWidth: imageWidth, imageHeight: imageHeight)
    let count = sizes.reduce(0) { $0 + $1.height * $1.width } * configuration.anchorsPerCell
    return [BoundingBox](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      for (level, size) in sizes.enumerated() where size.height > 0 && size.width > 0 {
        let step = spacing(level: level, imageWidth, imageHeight, size)
        cellAnchorsByLevel[level].withUnsafeBufferPointer { cell in
          for row in 0..<size.height {
            let y = (Float(row) + configuration.centerOffset) * step.y
            for column in 0..<size.width {
              let x = (Float(column) + configuration.centerOffset) * step.x
              let center = SIMD4(x, y, x, y)
              for anchor in cell {
                buffer.initializeElement(
                  at: initializedCount,
                  to: BoundingBox(corners: anchor.corners + center)
                )
                initializedCount += 1
              }
            }
          }
        }
      }
    }
  }

  /// Pixels between neighbouring cells of a level that has cells.
  func spacing(
    level: Int,
    _ imageWidth: Int,
    _ imageHeight: Int,
    _ size: FeatureSize
  ) -> SIMD2<Float> {
    switch configuration.spacing {
    case .stride: SIMD2(repeating: Float(configuration.strides[level]))
    case .imageOverCells:
      SIMD2(Float(imageWidth / size.width), Float(imageHeight / size.height))
    }
  }
}

private func roundedUpQuotient(_ value: Int, _ divisor: Int) -> Int {
  let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
  return remainder == 0 ? quotient : quotient + 1
}

/// One anchor about the origin, of area (size · scale)² before any rounding.
private func cellAnchor(
  size: Float,
  scale: Float,
  ratio: Float,
  rounding: AnchorConfiguration.Rounding
) -> BoundingBox {
  switch rounding {
  case .exact:
    let width = Double(size) * Double(scale) / Double(ratio).squareRoot()
    let half = SIMD2(Float(width / 2), Float(width * Double(ratio) / 2))
    return BoundingBox(corners: SIMD4(lowHalf: -half, highHalf: half))
  case .torchvision:
    // In Float and in this order, as torchvision's generate_anchors: the corners round alike.
    let side = (size * scale).rounded(.towardZero)
    let heightRatio = ratio.squareRoot()
    let widthRatio = 1 / heightRatio
    let half = SIMD2(widthRatio * side, heightRatio * side) / 2
    return BoundingBox(
      corners: SIMD4(lowHalf: -half, highHalf: half).rounded(.toNearestOrEven)
    )
  }
}
