import CImageCodecs
package import Foundation

extension RasterImage {
  /// Reads a JPEG, PNG or WebP file, upright, as 8-bit RGB.
  ///
  /// The format is recognised by content. EXIF's orientation is applied. Gray, palettes, CMYK, 1 to
  /// 16 bits (the high byte) and interlacing all become RGB; alpha is dropped, the colour under it
  /// kept. An animated WebP is refused, as no frame of it stands for the whole.
  /// - Parameters:
  ///   - url: A file URL.
  ///   - limits: Checked on the file's size and header, before memory is taken for pixels.
  ///   - target: The size that the picture will be resized to. Where it is at most half the
  ///     picture's size, a JPEG is decoded at 1/2, 1/4 or 1/8, never below the target: faster, and
  ///     `width` and `height` are those of the smaller picture. Resized to the target, photographs
  ///     then differ by 0.2 to 0.7 levels in the mean, and not to one side.
  /// - Throws: ``RasterError`` if the file is unreadable, no sound JPEG, PNG or WebP, or too large.
  package init(
    contentsOf url: URL,
    limits: ImageLimits = .default,
    fitting target: (width: Int, height: Int)? = nil
  ) throws(RasterError) {
    let bytes = try ImageFile.read(url, limits: limits).bytes
    try self.init(decoding: bytes, name: url.path, limits: limits, fitting: target)
  }

  /// Decodes a JPEG, PNG or WebP picture in memory.
  ///
  /// - Parameters:
  ///   - bytes: The encoded picture.
  ///   - name: What errors call it.
  ///   - limits: Checked before memory is taken for pixels.
  ///   - target: As in ``init(contentsOf:limits:fitting:)``.
  /// - Throws: ``RasterError`` if the bytes are no sound JPEG, PNG or WebP picture, or too large.
  package init(
    decoding bytes: [UInt8],
    name: String,
    limits: ImageLimits = .default,
    fitting target: (width: Int, height: Int)? = nil
  ) throws(RasterError) {
    let result = bytes.withUnsafeBufferPointer {
      Self.decoded($0, name: name, limits: limits, fitting: target)
    }
    self = try result.get()
  }

  /// Decodes a JPEG, PNG or WebP picture in memory.
  ///
  /// - Parameters:
  ///   - data: The encoded picture.
  ///   - name: What errors call it.
  ///   - limits: Checked before memory is taken for pixels.
  ///   - target: As in ``init(contentsOf:limits:fitting:)``.
  /// - Throws: ``RasterError`` if the data are no sound JPEG, PNG or WebP picture, or too large.
  package init(
    decoding data: Data,
    name: String,
    limits: ImageLimits = .default,
    fitting target: (width: Int, height: Int)? = nil
  ) throws(RasterError) {
    let result = data.withUnsafeBytes { bytes in
      Self.decoded(
        bytes.bindMemory(to: UInt8.self),
        name: name,
        limits: limits,
        fitting: target
      )
    }
    self = try result.get()
  }

  /// Reads the size of a picture from its header, as it stands upright.
  ///
  /// - Parameters:
  ///   - url: A file URL.
  ///   - limits: As for decoding, so that a size is only given for what could be decoded.
  /// - Returns: Width and height in pixels, after EXIF's orientation is applied.
  /// - Throws: ``RasterError`` if the header cannot be read.
  package static func size(
    of url: URL,
    limits: ImageLimits = .default
  ) throws(RasterError) -> (width: Int, height: Int) {
    // Enough for all headers but those with long profiles or thumbnails.
    let (start, isWhole) = try ImageFile.read(url, limits: limits, prefix: 64 << 10)
    do {
      // Of a PNG or a WebP the orientation may stand behind the picture data.
      let (size, isPartial) = try size(ofEncoded: start, name: url.path, limits: limits)
      if isWhole || !isPartial { return size }
    } catch {
      guard !isWhole, error.code == .damaged else { throw error }
    }
    let bytes = try ImageFile.read(url, limits: limits).bytes
    return try size(ofEncoded: bytes, name: url.path, limits: limits).size
  }

  private static func size(
    ofEncoded bytes: [UInt8],
    name: String,
    limits: ImageLimits
  ) throws(RasterError) -> (size: (width: Int, height: Int), isPartial: Bool) {
    try bytes.withUnsafeBufferPointer { bytes throws(RasterError) in
      let image = try EncodedImage(bytes: bytes, name: name, limits: limits)
      return (image.size, image.isPartial)
    }
  }

  private static func decoded(
    _ bytes: UnsafeBufferPointer<UInt8>,
    name: String,
    limits: ImageLimits,
    fitting target: (width: Int, height: Int)?
  ) -> Result<RasterImage, RasterError> {
    Result { () throws(RasterError) in
      try EncodedImage(bytes: bytes, name: name, limits: limits).decoded(fitting: target)
    }
  }
}
