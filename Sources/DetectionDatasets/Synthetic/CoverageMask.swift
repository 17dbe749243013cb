/// How much of each pixel a shape covers, over the shape's part of the picture.
package struct CoverageMask: Sendable {
  /// The first pixel's place in the picture.
  package let x, y: Int
  package let width, height: Int
  /// Row by row, 0...1.
  package let values: [Float]

  /// Sum of the coverage: the area within the picture, in pixels.
  package let area: Float

  /// The inside of contours (of an odd number of them) within a picture.
  package init(_ contours: [Contour], pictureWidth: Int, pictureHeight: Int) {
    var (low, high) = (SIMD2(repeating: Double.infinity), SIMD2(repeating: -Double.infinity))
    for point in contours.flatMap(\.points) {
      low = pointwiseMin(low, point)
      high = pointwiseMax(high, point)
    }
    guard low.x < high.x else {
      (x, y, width, height, values, area) = (0, 0, 0, 0, [], 0)
      return
    }
    func pixel(_ value: Double, _ limit: Int) -> Int {
      Int(min(max(value, 0), Double(limit)))
    }
    x = pixel(low.x.rounded(.down), pictureWidth)
    y = pixel(low.y.rounded(.down), pictureHeight)
    width = pixel(high.x.rounded(.up), pictureWidth) - x
    height = pixel(high.y.rounded(.up), pictureHeight) - y
    let filler = ScanlineFiller(contours, x: x, y: y, width: width, height: height)
    values = filler.coverage()
    area = values.reduce(0, +)
  }

  /// The coverage of a pixel of the picture, 0 outside the mask.
  package subscript(pictureX: Int, pictureY: Int) -> Float {
    let (column, row) = (pictureX - x, pictureY - y)
    guard column >= 0, column < width, row >= 0, row < height else { return 0 }
    return values[row * width + column]
  }

  /// The area that two masks share.
  package func sharedArea(with other: CoverageMask) -> Float {
    let columns = max(x, other.x)..<max(max(x, other.x), min(x + width, other.x + other.width))
    let rows = max(y, other.y)..<max(max(y, other.y), min(y + height, other.y + other.height))
    var sum: Float = 0
    for row in rows {
      for column in columns { sum += self[column, row] * other[column, row] }
    }
    return sum
  }
}

/// Fills contours: exact along a line, four lines a pixel.
private struct ScanlineFiller {
  private static let linesPerPixel = 4

  private struct Edge {
    var topX, topY, bottomY, slope: Double
  }

  private let edges: [Edge]
  private let x, y, width, height: Int

  init(_ contours: [Contour], x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
    var edges: [Edge] = []
    for contour in contours {
      for index in contour.points.indices {
        let from = contour.points[index]
        let to = contour.points[(index + 1) % contour.points.count]
        guard from.y != to.y else { continue }
        let (top, bottom) = from.y < to.y ? (from, to) : (to, from)
        let slope = (bottom.x - top.x) / (bottom.y - top.y)
        edges.append(Edge(topX: top.x, topY: top.y, bottomY: bottom.y, slope: slope))
      }
    }
    self.edges = edges
  }

  func coverage() -> [Float] {
    var values = [Float](repeating: 0, count: width * height)
    values.withUnsafeMutableBufferPointer { values in
      var crossings: [Double] = []
      for line in 0..<height * Self.linesPerPixel {
        let middle = Double(y) + (Double(line) + 0.5) / Double(Self.linesPerPixel)
        crossings.removeAll(keepingCapacity: true)
        for edge in edges where edge.topY <= middle && middle < edge.bottomY {
          crossings.append(edge.topX + (middle - edge.topY) * edge.slope - Double(x))
        }
        crossings.sort()
        let row = line / Self.linesPerPixel * width
        for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
          add(from: crossings[pair], to: crossings[pair + 1], row: row, values)
        }
      }
    }
    return values
  }

  private func add(
    from: Double,
    to: Double,
    row: Int,
    _ values: UnsafeMutableBufferPointer<Float>
  ) {
    let start = max(from, 0)
    let end = min(to, Double(width))
    guard start < end else { return }
    let weight = 1 / Float(Self.linesPerPixel)
    let first = Int(start)
    let last = min(Int(end), width - 1)
    guard first < last else {
      values[row + first] += weight * Float(end - start)
      return
    }
    values[row + first] += weight * Float(Double(first + 1) - start)
    for column in first + 1..<last { values[row + column] += weight }
    values[row + last] += weight * Float(end - Double(last))
  }
}
