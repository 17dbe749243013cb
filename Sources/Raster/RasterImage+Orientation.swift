package import Foundation

extension RasterImage {
  /// Whether a file's pixels are stored as the picture is looked at.
  ///
  /// Programs that pass over EXIF's orientation see others turned or mirrored.
  /// - Parameter url: A file URL.
  /// - Returns: `false` where EXIF says that the picture has to be turned or mirrored.
  /// - Throws: ``RasterError`` if the header cannot be read.
  package static func isStoredUpright(_ url: URL) throws(RasterError) -> Bool {
    // EXIF stands before the picture in every format that is read, within one segment of 64 KiB.
    let (start, isWhole) = try ImageFile.read(url, limits: .default, prefix: 128 << 10)
    do {
      return try isStoredUpright(encoded: start, name: url.path)
    } catch {
      guard !isWhole else { throw error }
    }
    return try isStoredUpright(
      encoded: ImageFile.read(url, limits: .default).bytes,
      name: url.path
    )
  }

  private static func isStoredUpright(
    encoded bytes: [UInt8],
    name: String
  ) throws(RasterError) -> Bool {
    try bytes.withUnsafeBufferPointer { bytes throws(RasterError) in
      let image = try EncodedImage(bytes: bytes, name: name, limits: .default)
      guard !image.isPartial else {
        throw RasterError(code: .damaged, file: name, message: "the header is cut off")
      }
      return image.orientation == .upright
    }
  }
}
