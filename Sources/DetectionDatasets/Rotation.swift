import BoxGeometry
import Foundation
import Raster

/// A turn of a picture and its boxes about the middle of the frame, by any angle.
///
/// The frame keeps its size: corners are cut off, and what enters is padding. A turned box is wider
/// and higher than its object unless that fills the box to its corners: a square's sides grow by
/// cos θ + sin θ, 1.16 at 10 degrees, 1.37 at 30. ``RotationBox/ellipse`` avoids that for objects
/// that do not reach into the corners of their boxes.
struct Rotation: Hashable, Sendable {
  /// The angle, clockwise.
  var radians: Double
  /// What the box of a turned object is.
  var boxes: RotationBox

  /// Below this angle a picture 16,384 pixels wide moves by less than a tenth of a pixel.
  static let leastRadians = 1e-5

  /// Turns a picture, which fills its frame afterwards.
  func callAsFunction(_ picture: AugmentedPicture, padding: SIMD3<UInt8>) -> AugmentedPicture {
    var turned = picture
    turned.fillFrame(with: padding)
    turned.image = turned.image.rotated(radians: radians, fill: padding)
    turned.boxes = picture.boxes.compactMap { self($0, in: picture.frame) }
    turned.ignoreRegions = picture.ignoreRegions.map {
      Self.bounds(of: Self.clipped(corners(of: $0, in: picture.frame), to: picture.frame))
        .intersection(picture.frame)
    }
    .filter { !$0.isEmpty }
    return turned
  }

  /// What is seen of an object after the turn; `nil` if nothing is.
  private func callAsFunction(_ object: VisibleBox, in frame: BoundingBox) -> VisibleBox? {
    let polygon = Self.clipped(corners(of: object.box, in: frame), to: frame)
    let area = Self.area(of: polygon)
    guard area > 0 else { return nil }
    var turned = object
    turned.visibleArea *= min(1, Float(area) / object.box.area)
    turned.box =
      switch boxes {
      case .corners: Self.bounds(of: polygon)
      case .ellipse: ellipseBounds(of: object.box, in: frame)
      }
    // Where a side crosses the border is rounded, too.
    turned.box = turned.box.intersection(frame)
    return turned.box.isEmpty ? nil : turned
  }

  private func rotated(_ point: SIMD2<Double>, about middle: SIMD2<Double>) -> SIMD2<Double> {
    let (cosine, sine) = (cos(radians), sin(radians))
    let arm = point - middle
    return middle + SIMD2(cosine * arm.x - sine * arm.y, sine * arm.x + cosine * arm.y)
  }

  private func middle(of frame: BoundingBox) -> SIMD2<Double> {
    SIMD2(Double(frame.width) / 2, Double(frame.height) / 2)
  }

  private func corners(of box: BoundingBox, in frame: BoundingBox) -> [SIMD2<Double>] {
    [
      SIMD2(Double(box.x1), Double(box.y1)), SIMD2(Double(box.x2), Double(box.y1)),
      SIMD2(Double(box.x2), Double(box.y2)), SIMD2(Double(box.x1), Double(box.y2)),
    ]
    .map { rotated($0, about: middle(of: frame)) }
  }

  /// The bounds of the turned ellipse that touches the four sides of the box.
  ///
  /// Half the sides are √(a² cos² θ + b² sin² θ) and √(a² sin² θ + b² cos² θ): Kalra et al. 2021,
  /// *Towards Rotation Invariance in Object Detection*.
  private func ellipseBounds(of box: BoundingBox, in frame: BoundingBox) -> BoundingBox {
    let centre = rotated(
      SIMD2(Double(box.centerX), Double(box.centerY)),
      about: middle(of: frame)
    )
    let (a, b) = (Double(box.width) / 2, Double(box.height) / 2)
    let (cosine, sine) = (cos(radians), sin(radians))
    let half = SIMD2(
      (a * a * cosine * cosine + b * b * sine * sine).squareRoot(),
      (a * a * sine * sine + b * b * cosine * cosine).squareRoot()
    )
    return Self.bounds(of: [centre - half, centre + half])
  }

  // MARK: - Polygons

  /// What of a convex polygon lies in a rectangle: Sutherland and Hodgman 1974.
  private static func clipped(
    _ polygon: [SIMD2<Double>],
    to frame: BoundingBox
  ) -> [SIMD2<Double>] {
    let low = SIMD2(Double(frame.x1), Double(frame.y1))
    let high = SIMD2(Double(frame.x2), Double(frame.y2))
    var points = polygon
    for axis in 0..<2 {
      points = clipped(points) { $0[axis] - low[axis] }
      points = clipped(points) { high[axis] - $0[axis] }
    }
    return points
  }

  /// What of a polygon lies where a linear function is not negative.
  private static func clipped(
    _ points: [SIMD2<Double>],
    _ inside: (SIMD2<Double>) -> Double
  ) -> [SIMD2<Double>] {
    var result: [SIMD2<Double>] = []
    for (index, point) in points.enumerated() {
      let next = points[(index + 1) % points.count]
      let (here, there) = (inside(point), inside(next))
      if here >= 0 { result.append(point) }
      guard (here < 0) != (there < 0) else { continue }
      result.append(point + (next - point) * (here / (here - there)))
    }
    return result
  }

  private static func area(of points: [SIMD2<Double>]) -> Double {
    guard points.count > 2 else { return 0 }
    var sum = 0.0
    for (index, point) in points.enumerated() {
      let next = points[(index + 1) % points.count]
      sum += point.x * next.y - next.x * point.y
    }
    return abs(sum) / 2
  }

  private static func bounds(of points: [SIMD2<Double>]) -> BoundingBox {
    guard let first = points.first else { return BoundingBox(x1: 0, y1: 0, x2: 0, y2: 0) }
    var (low, high) = (first, first)
    for point in points {
      low = SIMD2(min(low.x, point.x), min(low.y, point.y))
      high = SIMD2(max(high.x, point.x), max(high.y, point.y))
    }
    return BoundingBox(x1: Float(low.x), y1: Float(low.y), x2: Float(high.x), y2: Float(high.y))
  }
}
