/// How large a picture may be before it is refused unread.
///
/// The limits are held against the file's size and its header, before memory is taken for pixels.
package struct ImageLimits: Hashable, Sendable {
  /// Width times height at most.
  ///
  /// Default: Pillow's limit, a quarter of a gibibyte at 24 bits plus half.
  package var maximumPixels: Int

  /// Bytes of the encoded file at most.
  ///
  /// Default: 256 MiB.
  package var maximumBytes: Int

  /// Bytes that decoding may take: for the picture, for a second one where it has to be turned, and
  /// for what its kind takes besides (a progressive JPEG's coefficients, a lossless WebP's ARGB).
  ///
  /// Default: 1 GiB, which ``maximumPixels`` need when they are turned.
  package var maximumMemory: Int

  /// Creates limits.
  ///
  /// - Parameters:
  ///   - maximumPixels: Width times height at most.
  ///   - maximumBytes: Bytes of the encoded file at most.
  ///   - maximumMemory: Bytes that decoding may take.
  package init(
    maximumPixels: Int = 178_956_970,
    maximumBytes: Int = 256 << 20,
    maximumMemory: Int = 1 << 30
  ) {
    self.maximumPixels = maximumPixels
    self.maximumBytes = maximumBytes
    self.maximumMemory = maximumMemory
  }

  /// The limits that apply where none are given.
  package static let `default` = ImageLimits()
}
