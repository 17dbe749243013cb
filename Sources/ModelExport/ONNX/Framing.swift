/// Protobuf's framing of a field whose length is known: its number, its length.
enum Framing {
  /// The bytes before a field's contents.
  ///
  /// - Parameters:
  ///   - field: The field's number, below 16.
  ///   - length: Bytes that follow.
  /// - Returns: Two bytes or more.
  static func start(ofField field: UInt8, length: Int) -> [UInt8] {
    var bytes = [field << 3 | 2]
    var rest = UInt64(length)
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
    return bytes
  }

  /// Bytes of a field with its framing.
  static func size(ofField length: Int) -> Int { start(ofField: 1, length: length).count + length }
}
