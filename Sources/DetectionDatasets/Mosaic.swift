import BoxGeometry
import Raster

/// Four pictures in the four quarters of one frame, which meet in a random point.
///
/// After Bochkovskiy et al. 2020 (YOLOv4), section 3.3: more objects a picture, each among
/// surroundings that are not its own. Each picture touches the meeting point with one corner; what
/// leaves its quarter is cut off, and what of a quarter it does not reach is padding.
struct Mosaic: Hashable, Sendable {
  /// Where the quarters meet, in pixels of the frame.
  var x: Int
  var y: Int
  /// The quarter of each picture: 0 upper left, 1 upper right, 2 lower left, 3 lower right.
  var quarters: [Int]
  /// The size of each picture as a multiple of what it has alone.
  var scales: [Double]

  /// The meeting point keeps so far from the frame's sides, so that no quarter is a sliver.
  private static let margin = 0.25

  /// Draws where the pictures lie.
  /// - Parameters:
  ///   - width: Width of the frame.
  ///   - height: Height of the frame.
  ///   - scale: The range of the scales.
  ///   - generator: The source of randomness.
  init(
    width: Int,
    height: Int,
    scale: ClosedRange<Double>,
    using generator: inout SplitMix64
  ) {
    let place = SIMD2(
      generator.uniform(in: Self.margin...1 - Self.margin),
      generator.uniform(in: Self.margin...1 - Self.margin)
    )
    x = min(max(Int((place.x * Double(width)).rounded()), 0), width)
    y = min(max(Int((place.y * Double(height)).rounded()), 0), height)
    quarters = [0, 1, 2, 3]
    generator.shuffle(&quarters)
    scales = (0..<4).map { _ in generator.uniform(in: scale) }
  }

  /// Puts a picture into its quarter.
  /// - Parameters:
  ///   - picture: The picture in a frame of its own.
  ///   - number: Which of the four it is.
  ///   - canvas: The frame of the mosaic, filled.
  func put(_ picture: AugmentedPicture, number: Int, on canvas: inout AugmentedPicture) {
    let isRight = quarters[number] % 2 == 1
    let isLower = quarters[number] >= 2
    let quarter = PixelRectangle(
      x: isRight ? x : 0,
      y: isLower ? y : 0,
      width: isRight ? canvas.width - x : x,
      height: isLower ? canvas.height - y : y
    )
    guard quarter.width > 0, quarter.height > 0 else { return }
    let left = isRight ? x : x - picture.width
    let top = isLower ? y : y - picture.height
    // The seen part, cut to the quarter.
    let (imageLeft, imageTop) = (left + picture.x, top + picture.y)
    let first = (x: max(imageLeft, quarter.x), y: max(imageTop, quarter.y))
    let end = (
      x: min(imageLeft + picture.image.width, quarter.x + quarter.width),
      y: min(imageTop + picture.image.height, quarter.y + quarter.height)
    )
    if end.x > first.x, end.y > first.y {
      let part = picture.image.cropped(
        x: first.x - imageLeft,
        y: first.y - imageTop,
        width: end.x - first.x,
        height: end.y - first.y
      )
      canvas.image.draw(part, x: first.x, y: first.y)
    }
    let bounds = quarter.box
    canvas.boxes += picture.boxes.compactMap {
      $0.translated(x: Float(left), y: Float(top)).cut(to: bounds)
    }
    canvas.ignoreRegions += picture.ignoreRegions.map {
      $0.translated(x: Float(left), y: Float(top)).intersection(bounds)
    }
    .filter { !$0.isEmpty }
  }
}
