/// How large a picture may be before it is refused unread.
///
/// Both limits are held against the file's size and its header, before memory is taken for pixels.
package struct ImageLimits: Hashable, Sendable {
  /// Width times height at most.
  ///
  /// Default: Pillow's limit, a quarter of a gibibyte at 24 bits plus half.
  package var maximumPixels: Int

  /// Bytes of the encoded file at most.
  ///
  /// Default: 256 MiB.
  package var maximumBytes: Int

  /// Creates limits.
  ///
  /// - Parameters:
  ///   - maximumPixels: Width times height at most.
  ///   - maximumBytes: Bytes of the encoded file at most.
  package init(maximumPixels: Int = 178_956_970, maximumBytes: Int = 256 << 20) {
    self.maximumPixels = maximumPixels
    self.maximumBytes = maximumBytes
  }

  /// The limits that apply where none are given.
  package static let `default` = ImageLimits()
}
