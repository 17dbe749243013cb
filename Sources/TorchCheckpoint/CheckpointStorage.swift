/// Bytes of a checkpoint that tensors are parts of.
package struct CheckpointStorage: Sendable {
  /// The key of the storage in its file; tensors of one key share their elements.
  package let key: String
  /// How many bytes it has.
  package var byteCount: Int { range.count }

  let file: CheckpointFile
  let range: Range<Int>
  /// Whether the highest byte of an element comes first.
  let isBigEndian: Bool

  var place: String { "storage \(quoted(key))" }
}
