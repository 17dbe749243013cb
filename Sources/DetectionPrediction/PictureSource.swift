package import Foundation
package import Raster

/// Where pictures come from, one after the other.
package struct PictureSource: Sendable {
  /// How many; `nil` where only the end will tell.
  package let count: Int?
  /// Whether a picture can only be had after the one before it.
  package let isSequential: Bool
  /// Bytes that a picture will take decoded, as far as can be told; asked on any thread.
  package let expectedBytes: @Sendable (_ index: Int) -> Int
  /// A picture, or why it cannot be had; `nil` after the last; asked once for each, on any thread.
  package let load: @Sendable (_ index: Int) -> Result<RasterImage, any Error>?

  /// - Parameters:
  ///   - count: How many; `nil` where only the end will tell.
  ///   - isSequential: Whether a picture can only be had after the one before it.
  ///   - expectedBytes: Bytes that a picture will take decoded.
  ///   - load: A picture, or why it cannot be had; `nil` after the last.
  package init(
    count: Int?,
    isSequential: Bool = false,
    expectedBytes: @escaping @Sendable (Int) -> Int,
    load: @escaping @Sendable (Int) -> Result<RasterImage, any Error>?
  ) {
    (self.count, self.isSequential) = (count, isSequential)
    (self.expectedBytes, self.load) = (expectedBytes, load)
  }

  /// Picture files.
  ///
  /// - Parameter files: JPEG, PNG or WebP.
  /// - Returns: A source of as many.
  package static func files(_ files: [URL]) -> PictureSource {
    PictureSource(
      count: files.count,
      expectedBytes: { index in
        // What cannot be read takes nothing; why not is told when it is read.
        guard let size = try? RasterImage.size(of: files[index]) else { return 0 }
        return size.width * size.height * 3
      },
      load: { index in
        Result { try RasterImage(contentsOf: files[index]) }
      }
    )
  }
}
