/// An axis-parallel rectangle in canvas units: origin top left, y downwards.
///
/// Called neither `Rect` nor `CGRect`: macOS declares both where Foundation is imported.
package struct Rectangle: Codable, Hashable, Sendable {
  package var x, y, width, height: Double

  package init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  package var maxX: Double { x + width }
  package var maxY: Double { y + height }
  package var center: SIMD2<Double> { SIMD2(x + width / 2, y + height / 2) }

  /// The rectangle with every side moved inwards (outwards where negative).
  package func inset(by amount: Double) -> Rectangle {
    Rectangle(
      x: x + amount,
      y: y + amount,
      width: width - 2 * amount,
      height: height - 2 * amount
    )
  }

  /// The area shared with another rectangle, 0 where they only touch.
  package func intersectionArea(with other: Rectangle) -> Double {
    let overlapX = min(maxX, other.maxX) - max(x, other.x)
    let overlapY = min(maxY, other.maxY) - max(y, other.y)
    return overlapX > 0 && overlapY > 0 ? overlapX * overlapY : 0
  }
}
