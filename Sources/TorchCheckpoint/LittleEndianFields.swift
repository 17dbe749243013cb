/// Unsigned numbers in bytes, the lowest byte first.
struct LittleEndianFields {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The number of so many bytes that begins at an offset; all of them must be there.
  subscript(offset: Int, byteCount: Int) -> UInt64 {
    var number: UInt64 = 0
    for index in (offset..<(offset + byteCount)).reversed() {
      number = number << 8 | UInt64(bytes[index])
    }
    return number
  }
}
