import CImageCodecs
package import Foundation

/// A picture that is still encoded: its header has been read and held against the limits.
///
/// Whoever needs a picture in another size, or as what a network takes, asks this instead of a
/// ``RasterImage``: the result is the same, byte for byte, in less time and memory. All pixels are
/// decoded, whatever the size asked for: those who predict and those who evaluate see the same.
package struct EncodedPicture: Sendable {
  private let bytes: [UInt8]
  private let name: String
  private let limits: ImageLimits

  /// Pixels of a row, upright.
  package let width: Int

  /// Rows, upright.
  package let height: Int

  /// Reads a file and its header.
  ///
  /// - Parameters:
  ///   - url: A file URL.
  ///   - limits: Checked on the file's size and header.
  /// - Throws: ``RasterError`` if the file is unreadable, no JPEG, PNG or WebP by its header, or the
  ///   picture too large.
  package init(contentsOf url: URL, limits: ImageLimits = .default) throws(RasterError) {
    let bytes = try ImageFile.read(url, limits: limits).bytes
    try self.init(bytes, name: url.path, limits: limits)
  }

  /// Reads the header of a picture in memory.
  ///
  /// - Parameters:
  ///   - bytes: The encoded picture.
  ///   - name: What errors call it.
  ///   - limits: Checked on the number of bytes and the header.
  /// - Throws: ``RasterError`` if it is no JPEG, PNG or WebP by its header, or too large.
  package init(
    _ bytes: [UInt8],
    name: String,
    limits: ImageLimits = .default
  ) throws(RasterError) {
    let size = try bytes.withUnsafeBufferPointer { bytes throws(RasterError) in
      try EncodedImage(bytes: bytes, name: name, limits: limits).size
    }
    self.bytes = bytes
    self.name = name
    self.limits = limits
    (width, height) = size
  }

  /// Reads the planes of a JPEG as they are stored and forgets them.
  ///
  /// No way of decoding can do without: benchmarks hold themselves against it.
  /// - Throws: ``RasterError`` if it is no JPEG or damaged.
  package func unpack() throws(RasterError) {
    var error = ic_error()
    let isDone = bytes.withUnsafeBufferPointer { ic_jpeg_unpack($0.baseAddress, $0.count, &error) }
    guard isDone else { throw RasterError(error, file: name) }
  }

  /// All pixels of the picture, upright.
  ///
  /// - Returns: What ``RasterImage/init(decoding:name:limits:fitting:)`` gives.
  /// - Throws: ``RasterError`` if the picture data is damaged or of a kind that is not read.
  package func decoded() throws(RasterError) -> RasterImage {
    try withImage { image throws(RasterError) in try image.decoded(fitting: nil) }
  }

  /// The picture in another size, as ``RasterImage/resized(width:height:)`` makes it.
  ///
  /// - Parameters:
  ///   - width: Pixels of a row; below 1 is taken as 1.
  ///   - height: Rows; below 1 is taken as 1.
  /// - Returns: A picture of that size.
  /// - Throws: ``RasterError`` if the picture data is damaged or of a kind that is not read.
  package func resized(width: Int, height: Int) throws(RasterError) -> RasterImage {
    try withImage { image throws(RasterError) in
      try image.resized(width: max(1, width), height: max(1, height))
    }
  }

  /// Writes the picture in another size, normalised, channels last.
  ///
  /// The same as resizing, mirroring and then normalising a ``RasterImage``.
  /// - Parameters:
  ///   - width: Pixels of a row, at least 1.
  ///   - height: Rows, at least 1.
  ///   - isMirrored: Whether it is turned left to right.
  ///   - normalization: Mean and deviation.
  ///   - buffer: Receives row y from element `y * rowPixels * 3` on; what lies between the rows is
  ///     left as it is. At least `((height - 1) * rowPixels + width) * 3` elements. Where the picture
  ///     is damaged, what was read until then may have been written.
  ///   - rowPixels: Pixels from one row's start to the next, at least `width`.
  /// - Throws: ``RasterError`` if the picture data is damaged or of a kind that is not read.
  package func writeNormalized(
    width: Int,
    height: Int,
    isMirrored: Bool = false,
    normalization: PixelNormalization,
    into buffer: UnsafeMutableBufferPointer<Float>,
    rowPixels: Int
  ) throws(RasterError) {
    precondition(width >= 1 && height >= 1, "a picture has at least one pixel")
    try withImage { image throws(RasterError) in
      try image.writeNormalized(
        width: width,
        height: height,
        isMirrored: isMirrored,
        normalization: normalization,
        into: buffer,
        rowPixels: rowPixels
      )
    }
  }

  private func withImage<Value>(
    _ body: (EncodedImage) throws(RasterError) -> Value
  ) throws(RasterError) -> Value {
    try bytes.withUnsafeBufferPointer { bytes throws(RasterError) in
      try body(EncodedImage(bytes: bytes, name: name, limits: limits))
    }
  }
}
