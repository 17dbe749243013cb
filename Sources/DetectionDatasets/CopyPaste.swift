import BoxGeometry
import Raster

/// An object cut out of one picture by its box and laid over another.
///
/// After Dwibedi et al. 2017 (*Cut, Paste and Learn*) and Ghiasi et al. 2021, by boxes instead of
/// masks: the object brings the surroundings inside its box along, opaque, and some pixels around it
/// that fade out. What it hides of other objects is no longer seen: where that leaves too little of
/// one, what remains is ignored.
enum CopyPaste {
  /// Pixels around the box that are taken along and fade out, where the picture has so many.
  static let feather = 4
  /// Places tried, to find one that hides no other object too far.
  private static let trials = 8
  /// Least side of a pasted object in the frame, in pixels.
  private static let leastSide: Float = 4

  /// Lays an object over a picture, unless it is too small or does not fit.
  /// - Parameters:
  ///   - piece: The object with its margin, in a frame of its own that it fills.
  ///   - main: The object's own box in that frame.
  ///   - picture: The picture, which fills its frame.
  ///   - minimumVisibleShare: Least share of its area that a target keeps.
  ///   - generator: The source of randomness; the number of draws is always the same.
  /// - Returns: Whether it was pasted.
  static func paste(
    _ piece: AugmentedPicture,
    main: BoundingBox,
    over picture: inout AugmentedPicture,
    minimumVisibleShare: Double,
    using generator: inout SplitMix64
  ) -> Bool {
    let draws = (0..<trials).map { _ in SIMD2(generator.uniform(), generator.uniform()) }
    guard main.width >= leastSide, main.height >= leastSide, piece.width <= picture.width,
      piece.height <= picture.height
    else { return false }
    let feather = EdgeFeather(
      left: Int(main.x1),
      top: Int(main.y1),
      right: Int(Float(piece.width) - main.x2),
      bottom: Int(Float(piece.height) - main.y2)
    )
    let places = draws.map { draw in
      (
        x: Int(draw.x * Double(picture.width - piece.width + 1)),
        y: Int(draw.y * Double(picture.height - piece.height + 1))
      )
    }
    // The first of those that cost the fewest targets.
    let costs = places.map { place in
      let cover = main.translated(x: Float(place.x), y: Float(place.y))
      return picture.boxes.count { object in
        object.isTarget(minimumVisibleShare: minimumVisibleShare)
          && object.hidden(behind: cover)?.isTarget(minimumVisibleShare: minimumVisibleShare)
            != true
      }
    }
    let best = costs.indices.min { costs[$0] < costs[$1] } ?? 0
    let place = places[best]
    let offset = SIMD2(Float(place.x), Float(place.y))
    let cover = main.translated(x: offset.x, y: offset.y)
    picture.image.paste(piece.image, x: place.x, y: place.y, feather: feather)
    picture.boxes = picture.boxes.compactMap { $0.hidden(behind: cover) }
    picture.boxes += piece.boxes.map { $0.translated(x: offset.x, y: offset.y) }
    picture.ignoreRegions += piece.ignoreRegions.map { $0.translated(x: offset.x, y: offset.y) }
    return true
  }
}
