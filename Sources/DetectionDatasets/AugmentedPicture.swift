import BoxGeometry
import Raster

/// A picture in its frame on the way into a batch, with what is to be found in it.
struct AugmentedPicture: Sendable {
  /// What is seen.
  var image: RasterImage
  /// Where its upper left corner lies in the frame; the rest of the frame is padding.
  var x: Int
  var y: Int
  /// Size of the frame.
  var width: Int
  var height: Int
  /// The objects of which something is seen.
  var boxes: [VisibleBox]
  /// What is neither object nor background.
  var ignoreRegions: [BoundingBox]

  /// The frame as a box.
  var frame: BoundingBox { BoundingBox(x1: 0, y1: 0, x2: Float(width), y2: Float(height)) }

  /// Makes the picture as large as its frame, so that others can be laid over it.
  /// - Parameter padding: The colour of the padding.
  mutating func fillFrame(with padding: SIMD3<UInt8>) {
    guard x != 0 || y != 0 || image.width != width || image.height != height else { return }
    var canvas = Self.canvas(width: width, height: height, of: padding)
    canvas.draw(image, x: x, y: y)
    (image, x, y) = (canvas, 0, 0)
  }

  /// A picture of the padding's colour.
  static func canvas(width: Int, height: Int, of color: SIMD3<UInt8>) -> RasterImage {
    RasterImage(width: width, height: height, red: color.x, green: color.y, blue: color.z)
  }

  /// The targets, and the regions to be ignored: what is seen too little of is not background either.
  func settled(
    minimumVisibleShare: Double
  ) -> (boxes: [LabeledBox], ignoreRegions: [BoundingBox]) {
    var targets: [LabeledBox] = []
    var ignored: [BoundingBox] = []
    for object in boxes {
      if object.isTarget(minimumVisibleShare: minimumVisibleShare) {
        targets.append(LabeledBox(box: object.box, label: object.label))
      } else {
        ignored.append(object.box)
      }
    }
    return (targets, ignored + ignoreRegions)
  }
}
