package import BoxGeometry

/// Detections as Ultralytics writes them (`save_txt`, `save_conf`).
package enum YOLORows {
  /// A row a detection: label from 0, centre, width and height as shares of the picture, score.
  ///
  /// - Parameters:
  ///   - boxes: In the picture's pixels.
  ///   - width: The picture's width, at least 1.
  ///   - height: Its height, at least 1.
  /// - Returns: The text; empty where there is nothing.
  package static func text(_ boxes: [ScoredBox], width: Int, height: Int) -> String {
    let size = SIMD2(Double(width), Double(height))
    return boxes.map { scored in
      let corners = SIMD4<Double>(scored.box.corners)
      let center = (corners.lowHalf + corners.highHalf) / 2 / size
      let sides = (corners.highHalf - corners.lowHalf) / size
      let numbers = [center.x, center.y, sides.x, sides.y].map { "\(Float($0))" }
      return "\(scored.label) \(numbers.joined(separator: " ")) \(scored.score)\n"
    }.joined()
  }
}
