import CImageCodecs

/// Over how many pixels the opacity of each side of a pasted picture rises.
package struct EdgeFeather: Hashable, Sendable {
  package var left: Int
  package var top: Int
  package var right: Int
  package var bottom: Int

  /// Creates a feather; negative widths are taken as 0.
  package init(left: Int, top: Int, right: Int, bottom: Int) {
    (self.left, self.top) = (max(0, left), max(0, top))
    (self.right, self.bottom) = (max(0, right), max(0, bottom))
  }
}

extension RasterImage {
  /// Lays the part of another picture that falls into this one over it.
  ///
  /// - Parameters:
  ///   - other: The picture on top.
  ///   - x: Its left edge in this picture, in pixels; may be negative.
  ///   - y: Its top edge.
  package mutating func draw(_ other: RasterImage, x: Int, y: Int) {
    let columns = max(x, 0)..<max(max(x, 0), min(x + other.width, width))
    let rows = max(y, 0)..<max(max(y, 0), min(y + other.height, height))
    guard !columns.isEmpty, !rows.isEmpty else { return }
    let bytes = columns.count * Self.channels
    let width = width
    other.withCheckedPixels { source in
      pixels.withUnsafeMutableBufferPointer { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        for row in rows {
          let start = ((row - y) * other.width + columns.lowerBound - x) * Self.channels
          (to + (row * width + columns.lowerBound) * Self.channels)
            .update(from: from + start, count: bytes)
        }
      }
    }
  }

  /// Lays another picture over this one, its edges running out into what lies below.
  ///
  /// - Parameters:
  ///   - other: The picture on top; all of it lies in this one.
  ///   - x: Its left edge in this picture, in pixels.
  ///   - y: Its top edge.
  ///   - feather: How its edges run out.
  package mutating func paste(_ other: RasterImage, x: Int, y: Int, feather: EdgeFeather) {
    precondition(
      x >= 0 && y >= 0 && x + other.width <= width && y + other.height <= height,
      "what is pasted lies in the picture"
    )
    let ramps = ic_ramps(
      left: feather.left,
      top: feather.top,
      right: feather.right,
      bottom: feather.bottom
    )
    let width = width
    other.withCheckedPixels { source in
      pixels.withUnsafeMutableBufferPointer { target in
        guard let to = target.baseAddress else { return }
        ic_paste(
          source.baseAddress,
          other.width,
          other.height,
          ramps,
          to + (y * width + x) * Self.channels,
          width
        )
      }
    }
  }

  /// Mixes another picture of the same size into this one.
  ///
  /// - Parameters:
  ///   - other: The other picture.
  ///   - share: Weight of this one, 0...1, rounded to 1/256.
  package mutating func blend(with other: RasterImage, share: Double) {
    precondition(
      other.width == width && other.height == height && (0...1).contains(share),
      "pictures of one size are mixed, by shares of 0 to 1"
    )
    let count = pixels.count
    other.withCheckedPixels { source in
      pixels.withUnsafeMutableBufferPointer { target in
        ic_blend(target.baseAddress, source.baseAddress, count, UInt32((share * 256).rounded()))
      }
    }
  }
}
