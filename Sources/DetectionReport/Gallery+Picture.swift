import BoxGeometry
package import Drawing
package import Raster

extension Gallery {
  /// A picture as annotated beside what each run detects, in one: for viewers that show no page.
  ///
  /// - Parameters:
  ///   - item: The picture and its boxes.
  ///   - longSide: The most pixels along either side of one panel; smaller pictures keep their size.
  /// - Returns: The panels from left to right on white, eight pixels between them.
  /// - Throws: `DrawingError` if memory runs out.
  package func panels(of item: Item, longSide: Int) throws(DrawingError) -> RasterImage {
    let image = item.image
    let factor = min(1, Double(longSide) / Double(max(image.width, image.height, 1)))
    let width = max(1, Int((Double(image.width) * factor).rounded()))
    let height = max(1, Int((Double(image.height) * factor).rounded()))
    let small = factor < 1 ? image.resized(width: width, height: height) : image
    let layers =
      [annotatedBoxes(of: item)]
      + item.detections.map { boxes(of: verdicts(on: $0, of: item), on: item) }
    let gap = 8
    let whole = layers.count * (width + gap) - gap
    var result = RasterImage(width: whole, height: height, red: 255, green: 255, blue: 255)
    for (place, boxes) in layers.enumerated() {
      let scaled = boxes.map { box in
        var box = box
        box.box = box.box.scaled(x: Float(factor), y: Float(factor))
        return box
      }
      result.draw(try DetectionOverlay.draw(scaled, on: small), x: place * (width + gap), y: 0)
    }
    return result
  }
}
