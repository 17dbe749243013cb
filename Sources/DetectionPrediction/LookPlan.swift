package import BoxGeometry
import DetectionModels

/// How pictures are looked at: in tiles or whole, in which sizes, mirrored or not.
package struct LookPlan: Hashable, Sendable {
  /// The model's size rule.
  package let resize: ResizeRule
  /// In which sizes, and whether mirrored as well.
  package var augmentation: TestTimeAugmentation
  /// Which pictures are looked at tile by tile; `nil`: none.
  package var tiling: TilingRule?

  /// - Parameters:
  ///   - resize: The model's size rule.
  ///   - augmentation: In which sizes, and whether mirrored as well.
  ///   - tiling: Which pictures are looked at tile by tile; `nil`: none.
  package init(
    resize: ResizeRule,
    augmentation: TestTimeAugmentation = TestTimeAugmentation(),
    tiling: TilingRule? = nil
  ) {
    (self.resize, self.augmentation, self.tiling) = (resize, augmentation, tiling)
  }

  /// The looks at one picture.
  ///
  /// - Parameters:
  ///   - width: Width of the picture, at least 1.
  ///   - height: Its height, at least 1.
  /// - Returns: The looks, and how they belong together.
  package func looks(width: Int, height: Int) -> PictureLooks {
    let whole = PixelRegion(x: 0, y: 0, width: width, height: height)
    let layout = tiling?.layout(width: width, height: height, resize: resize)
    var regions = layout?.tiles ?? [whole]
    let hasOverview = layout != nil && tiling?.takesOverview == true
    if hasOverview { regions.append(whole) }
    return PictureLooks(
      regions: regions.map { augmentation.looks(at: $0, resize: resize) },
      layout: layout,
      hasOverview: hasOverview
    )
  }
}

/// The looks at one picture, region by region.
package struct PictureLooks: Hashable, Sendable {
  /// The looks at each region; as many for each.
  package let regions: [[PictureLook]]
  /// The tiles, which are the first regions; `nil` where the whole picture is the only region.
  package let layout: TileLayout?
  /// Whether the last region is the whole picture, beside its tiles.
  package let hasOverview: Bool

  /// All looks, region by region.
  package var all: [PictureLook] { regions.flatMap(\.self) }

  /// From what was found in each look to the detections in the picture.
  ///
  /// - Parameters:
  ///   - found: For each of ``all``, boxes in the pixels of its part.
  ///   - rules: What becomes a detection.
  /// - Returns: Boxes in the picture's pixels, best first.
  package func detections(_ found: [[ScoredBox]], rules: PredictionRules) -> [ScoredBox] {
    precondition(found.count == all.count, "what was found in each look")
    var start = 0
    let byRegion = regions.map { looks in
      let part = zip(looks, found[start..<(start + looks.count)]).map { $0.inPicture($1) }
      start += looks.count
      return rules.settled(part)
    }
    guard let layout else { return rules.limited(byRegion[0]) }
    let merging = TileMerging(
      layout: layout,
      iouThreshold: rules.detection.iouThreshold,
      classAgnostic: rules.detection.classAgnostic
    )
    return rules.limited(
      merging.merged(
        tiles: Array(byRegion.prefix(layout.tiles.count)),
        overview: hasOverview ? byRegion[byRegion.count - 1] : []
      )
    )
  }
}
