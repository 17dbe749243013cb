package import Drawing
package import Foundation
package import Raster

/// A picture that is small enough to lie in a page.
package struct EmbeddedPicture: Codable, Hashable, Sendable {
  /// A JPEG file.
  package let bytes: Data

  /// Cuts out a part of a picture and scales it down.
  ///
  /// - Parameters:
  ///   - image: The picture, or a smaller version of it.
  ///   - part: The part, in pixels of the picture as the annotations mean it.
  ///   - size: Width and height of the picture as the annotations mean it.
  ///   - longSide: The most pixels along either side; a part that has fewer keeps its own.
  /// - Throws: `RasterError` if memory runs out.
  package init(
    _ image: RasterImage,
    part: Rectangle,
    of size: (width: Double, height: Double),
    longSide: Int
  ) throws(RasterError) {
    let scaleX = Double(image.width) / max(size.width, 1)
    let scaleY = Double(image.height) / max(size.height, 1)
    func range(_ start: Double, _ length: Double, _ scale: Double, _ limit: Int) -> Range<Int> {
      let low = min(max((start * scale).rounded(), 0), Double(limit - 1))
      let high = min(max(((start + length) * scale).rounded(), low + 1), Double(limit))
      return Int(low)..<Int(high)
    }
    let columns = range(part.x, part.width, scaleX, image.width)
    let rows = range(part.y, part.height, scaleY, image.height)
    var cut = image
    if columns.count < image.width || rows.count < image.height {
      cut = image.cropped(
        x: columns.lowerBound,
        y: rows.lowerBound,
        width: columns.count,
        height: rows.count
      )
    }
    let factor = Double(longSide) / Double(max(cut.width, cut.height))
    if factor < 1 {
      cut = cut.resized(
        width: max(1, Int((Double(cut.width) * factor).rounded())),
        height: max(1, Int((Double(cut.height) * factor).rounded()))
      )
    }
    bytes = Data(try cut.jpegData(quality: 74))
  }
}
