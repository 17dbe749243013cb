import Raster

extension Canvas {
  /// The drawing on white as a PNG file.
  ///
  /// - Parameter scale: Pixels for a canvas unit.
  /// - Returns: The bytes of the file.
  /// - Throws: `DrawingError` if the size is impossible, or memory runs out.
  package func png(scale: Double = 1) throws(DrawingError) -> [UInt8] {
    try raster(scale: scale).drawingPNG()
  }
}

extension RasterImage {
  /// The picture as PNG, its failure told in this module's words.
  func drawingPNG() throws(DrawingError) -> [UInt8] {
    do {
      return try pngData()
    } catch {
      throw DrawingError(code: .pictureNotEncoded, message: "PNG of a drawing: \(error)")
    }
  }
}
