package import BoxGeometry

/// In which sizes, and whether mirrored as well, a picture is looked at.
///
/// Each look is decoded and suppressed alone, and what all of them found goes through the same suppression together, as in
/// Detectron and detectron2 (`GeneralizedRCNNWithTTA`): scores keep their meaning, and a threshold its place.
package struct TestTimeAugmentation: Hashable, Sendable {
  /// Short sides of the network's input, in pixels; empty: the model's own.
  package var shortSides: [Int]
  /// Whether each is looked at mirrored left to right, too.
  package var flips: Bool

  /// - Parameters:
  ///   - shortSides: Short sides of the network's input, 16...8192 pixels; empty: the model's own.
  ///   - flips: Whether each is looked at mirrored, too.
  package init(shortSides: [Int] = [], flips: Bool = false) {
    (self.shortSides, self.flips) = (shortSides, flips)
  }

  /// The size rules, in the order of the short sides.
  ///
  /// - Parameter resize: The model's own.
  /// - Returns: At least one; the cap of the long side is scaled as the short side is.
  package func resizeRules(_ resize: ResizeRule) -> [ResizeRule] {
    if shortSides.isEmpty { return [resize] }
    return shortSides.map { side in
      let scale = Double(side) / Double(resize.shortSide)
      let cap = (Double(resize.longSideCap) * scale).rounded()
      return ResizeRule(
        shortSide: side,
        longSideCap: max(1, min(Int(cap), 1 << 24)),
        multiple: resize.multiple
      )
    }
  }

  /// The looks at one region of a picture.
  ///
  /// - Parameters:
  ///   - region: The region.
  ///   - resize: The model's size rule.
  /// - Returns: At least one, as many for every region.
  package func looks(at region: PixelRegion, resize: ResizeRule) -> [PictureLook] {
    resizeRules(resize).flatMap { rule in
      (flips ? [false, true] : [false]).map {
        PictureLook(region: region, resize: rule, isMirrored: $0)
      }
    }
  }
}
