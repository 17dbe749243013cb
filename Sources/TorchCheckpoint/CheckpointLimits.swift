/// What a checkpoint may ask for before it is refused, so that a hostile file costs little.
///
/// Tensors are not limited: the file has to hold their bytes. A checkpoint of a detector with the
/// state of its optimizer comes to a hundredth of each default.
package struct CheckpointLimits: Hashable, Sendable {
  /// The most bytes of a pickle, and of the directory of a zip archive.
  ///
  /// Default: 64 MiB.
  package var maximumMetadataByteCount = 64 << 20
  /// The most values that the pickle makes.
  ///
  /// They are counted again wherever one is used again, and once more in the result with every
  /// shared part written out. Default: 2 million.
  package var maximumValueCount = 2_000_000
  /// The most containers around a value.
  ///
  /// Default: 100.
  package var maximumDepth = 100
  /// The most bytes of a tensor that has more elements than its storage, as an expanded one has.
  ///
  /// Default: 256 MiB.
  package var maximumExpandedByteCount = 256 << 20

  /// The defaults.
  package init() {}
}
