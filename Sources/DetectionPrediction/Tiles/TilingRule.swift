package import BoxGeometry

/// Which pictures are looked at tile by tile.
package struct TilingRule: Hashable, Sendable {
  /// How large tiles are.
  package enum Side: Hashable, Sendable {
    /// So many pixels of the picture; pictures that are no larger are looked at whole.
    case pixels(Int)
    /// The network's short side, so that it sees tiles pixel for pixel; only of pictures that it would otherwise see at
    /// less than half their size.
    case automatic
  }

  /// Below this scale, an automatic choice takes tiles.
  ///
  /// At half the size an object has still a quarter of its pixels; photographs of common size are often trained on at
  /// such a scale, so that tiles would show objects larger than any in training.
  package static let automaticScale = 0.5
  /// The smallest side of a tile, in pixels: the coarsest stride of the pyramid is 128.
  package static let leastSide = 64
  /// Shares of a tile that its neighbour may have.
  package static let overlapRange = 0.0...0.9

  /// How large tiles are.
  package var side: Side
  /// The share of a tile's side that neighbours have in common at least, 0...0.9.
  ///
  /// Slicing aided hyper inference (Akyon et al. 2022): 0.2.
  package var overlap = 0.2
  /// Whether the whole picture, scaled down, is one more look, for what is larger than the overlap.
  package var takesOverview = true

  /// - Parameter side: How large tiles are.
  package init(side: Side) { self.side = side }

  /// The tiles of a picture; `nil` where it is looked at whole.
  ///
  /// - Parameters:
  ///   - width: Width of the picture, at least 1.
  ///   - height: Its height, at least 1.
  ///   - resize: The network's size rule.
  /// - Returns: At least two tiles.
  package func layout(width: Int, height: Int, resize: ResizeRule) -> TileLayout? {
    let pixels: Int
    switch side {
    case .pixels(let side): pixels = side
    case .automatic:
      guard resize.scale(width: width, height: height) < Self.automaticScale else { return nil }
      pixels = max(Self.leastSide, min(resize.shortSide, resize.longSideCap))
    }
    let shared = min(pixels - 1, Int((Double(pixels) * overlap).rounded(.up)))
    let layout = TileLayout(width: width, height: height, side: pixels, overlap: shared)
    return layout.tiles.count > 1 ? layout : nil
  }
}
