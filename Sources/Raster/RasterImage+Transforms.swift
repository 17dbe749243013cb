import CImageCodecs

extension RasterImage {
  /// The picture mirrored left to right.
  package func flippedHorizontally() -> RasterImage {
    rebuilt(width: width, height: height) { source, target in
      ic_mirror(source, width, height, target)
    }
  }

  /// The picture mirrored top to bottom.
  package func flippedVertically() -> RasterImage {
    let rowBytes = width * Self.channels
    return rebuilt(width: width, height: height) { source, target in
      for y in 0..<height {
        (target + y * rowBytes).update(from: source + (height - 1 - y) * rowBytes, count: rowBytes)
      }
    }
  }

  /// The picture mirrored along its diagonal from top left: rows become columns.
  package func transposed() -> RasterImage {
    // Blocks of 16 x 16 pixels keep both sides in cache.
    let block = 16
    return rebuilt(width: height, height: width) { source, target in
      for top in stride(from: 0, to: height, by: block) {
        for left in stride(from: 0, to: width, by: block) {
          for y in top..<min(top + block, height) {
            for x in left..<min(left + block, width) {
              let from = (y * width + x) * Self.channels
              let to = (x * height + y) * Self.channels
              target[to] = source[from]
              target[to + 1] = source[from + 1]
              target[to + 2] = source[from + 2]
            }
          }
        }
      }
    }
  }

  /// The part of a rectangle that lies in the picture; where none does, the pixel nearest to it.
  ///
  /// - Parameters:
  ///   - x: Left edge, in pixels.
  ///   - y: Top edge, in pixels.
  ///   - width: Width, in pixels.
  ///   - height: Height, in pixels.
  /// - Returns: A picture of at least one pixel.
  package func cropped(x: Int, y: Int, width: Int, height: Int) -> RasterImage {
    let columns = Self.overlap(start: x, count: width, limit: self.width)
    let rows = Self.overlap(start: y, count: height, limit: self.height)
    let rowBytes = columns.count * Self.channels
    return rebuilt(width: columns.count, height: rows.count) { source, target in
      for (line, row) in rows.enumerated() {
        let start = (row * self.width + columns.lowerBound) * Self.channels
        (target + line * rowBytes).update(from: source + start, count: rowBytes)
      }
    }
  }

  private static func overlap(start: Int, count: Int, limit: Int) -> Range<Int> {
    let (sum, overflows) = start.addingReportingOverflow(max(0, count))
    let first = min(max(0, start), limit - 1)
    let end = min(overflows ? limit : sum, limit)
    return first..<max(first + 1, end)
  }

  private func rebuilt(
    width: Int,
    height: Int,
    _ fill: (UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
  ) -> RasterImage {
    let count = width * height * Self.channels
    let pixels = withCheckedPixels { source in
      [UInt8](unsafeUninitializedCapacity: count) { target, initializedCount in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        fill(from, to)
        initializedCount = count
      }
    }
    return RasterImage(width: width, height: height, pixels: pixels)
  }
}
