/// A picture in memory: RGB, 8 bits a channel, rows from top to bottom without gaps.
package struct RasterImage: Sendable, Hashable {
  /// Bytes of a pixel.
  static let channels = 3

  /// Pixels of a row, at least 1.
  package let width: Int

  /// Rows, at least 1.
  package let height: Int

  /// Red, green, blue of each pixel, row by row; `width * height * 3` values.
  package var pixels: [UInt8]

  /// Creates a picture of given pixels.
  ///
  /// - Parameters:
  ///   - width: Pixels of a row, at least 1.
  ///   - height: Rows, at least 1.
  ///   - pixels: Red, green, blue of each pixel, row by row; exactly `width * height * 3` values.
  package init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    precondition(pixels.count == width * height * Self.channels, "three values a pixel")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Creates a picture of one colour.
  ///
  /// - Parameters:
  ///   - width: Pixels of a row, at least 1.
  ///   - height: Rows, at least 1.
  ///   - red: Red of every pixel.
  ///   - green: Green of every pixel.
  ///   - blue: Blue of every pixel.
  package init(width: Int, height: Int, red: UInt8, green: UInt8, blue: UInt8) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    let count = width * height * Self.channels
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      for start in stride(from: 0, to: count, by: Self.channels) {
        buffer[start] = red
        buffer[start + 1] = green
        buffer[start + 2] = blue
      }
      initializedCount = count
    }
    self.init(width: width, height: height, pixels: pixels)
  }

  /// Red, green and blue of one pixel; `x` grows to the right, `y` downwards.
  package subscript(x: Int, y: Int) -> SIMD3<UInt8> {
    get {
      let start = offset(x: x, y: y)
      return SIMD3(pixels[start], pixels[start + 1], pixels[start + 2])
    }
    set {
      let start = offset(x: x, y: y)
      pixels[start] = newValue.x
      pixels[start + 1] = newValue.y
      pixels[start + 2] = newValue.z
    }
  }

  private func offset(x: Int, y: Int) -> Int {
    precondition(x >= 0 && x < width && y >= 0 && y < height, "pixel outside the picture")
    return (y * width + x) * Self.channels
  }

  /// Gives the pixels to code that trusts their number, after checking it.
  func withCheckedPixels<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    precondition(pixels.count == width * height * Self.channels, "three values a pixel")
    return pixels.withUnsafeBufferPointer(body)
  }
}
