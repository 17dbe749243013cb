package import BoxGeometry

/// The way of one picture, and of its boxes with it, from the file into its frame in the batch.
///
/// A part of the picture (``crop``) is resized to a place (``placement``) in a frame; then the frame
/// is mirrored and turned. Boxes follow these very rectangles of whole pixels, never the factors
/// they were rounded from, so a box stays on its object to a fraction of a pixel.
package struct SampleTransform: Hashable, Sendable {
  /// The part of the upright picture that is seen.
  var crop: PixelRectangle
  /// Where that part comes to lie in the frame, before the frame is mirrored and turned.
  var placement: PixelRectangle
  /// Width of the frame before it is turned.
  var frameWidth: Int
  /// Height of the frame before it is turned.
  var frameHeight: Int
  /// Mirroring, turn and colours; the window is in the rectangles above.
  var choices: AugmentationChoices
  /// The only part of the picture that anything is seen of; `nil` for all of it.
  var patch: PixelRectangle?

  /// The transform that only resizes.
  /// - Parameters:
  ///   - width: Width of the picture.
  ///   - height: Height of the picture.
  ///   - resize: The size it is brought to.
  package init(width: Int, height: Int, resize: ResizeRule) {
    self.init(
      width: width,
      height: height,
      frame: resize.resized(width: width, height: height),
      choices: AugmentationChoices()
    )
  }

  /// The transform that chance has chosen.
  /// - Parameters:
  ///   - width: Width of the picture at hand, which may have been decoded at a smaller size.
  ///   - height: Height of the picture at hand.
  ///   - frame: Size of the frame before it is turned.
  ///   - choices: What chance decided.
  ///   - patch: A part of the picture that is treated as if it were the whole; `nil` for all of it.
  init(
    width: Int,
    height: Int,
    frame: (width: Int, height: Int),
    choices: AugmentationChoices,
    patch: PixelRectangle? = nil
  ) {
    let whole = patch ?? PixelRectangle(width: width, height: height)
    let columns = Self.window(
      side: whole.width,
      frame: frame.width,
      zoom: choices.zoom,
      choices.place.x,
      choices.shift.x
    )
    let rows = Self.window(
      side: whole.height,
      frame: frame.height,
      zoom: choices.zoom,
      choices.place.y,
      choices.shift.y
    )
    crop = PixelRectangle(
      x: whole.x + columns.source.lowerBound,
      y: whole.y + rows.source.lowerBound,
      width: columns.source.count,
      height: rows.source.count
    )
    placement = PixelRectangle(
      x: columns.target.lowerBound,
      y: rows.target.lowerBound,
      width: columns.target.count,
      height: rows.target.count
    )
    frameWidth = frame.width
    frameHeight = frame.height
    self.choices = choices
    self.patch = patch
  }

  /// Along one axis: which pixels of the picture are seen, and which of the frame show them.
  ///
  /// The frame shows `side / zoom` pixels of the picture from a random place on; where that window
  /// leaves the picture, the frame stays empty.
  private static func window(
    side: Int,
    frame: Int,
    zoom: Double,
    _ place: Double,
    _ shift: Double
  ) -> (source: Range<Int>, target: Range<Int>) {
    let length = Double(side) / zoom
    // Exactly 0 when nothing varies, whatever the place.
    let start = place * (Double(side) - length) + shift * min(Double(side), length)
    let scale = Double(frame) / length
    // At least half of the smaller of picture and window is seen, as shifts are 0.5 at most.
    let first = min(max(Int(start.rounded(.down)), 0), side - 1)
    let last = max(min(Int((start + length).rounded(.up)), side), first + 1)
    let low = min(max(Int(((Double(first) - start) * scale).rounded()), 0), frame - 1)
    let high = max(min(Int(((Double(last) - start) * scale).rounded()), frame), low + 1)
    return (first..<last, low..<high)
  }

  /// Width of the frame once turned: what the batch must hold.
  package var width: Int { choices.quarterTurns % 2 == 0 ? frameWidth : frameHeight }

  /// Height of the frame once turned: what the batch must hold.
  package var height: Int { choices.quarterTurns % 2 == 0 ? frameHeight : frameWidth }
}
