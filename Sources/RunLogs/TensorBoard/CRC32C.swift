/// The checksum of TFRecord files: CRC-32C (Castagnoli), in the masked form that they store.
enum CRC32C {
  /// The checksum of some bytes: polynomial 0x1EDC6F41 with bits reversed, all ones before and after.
  ///
  /// - Note: RFC 3720, appendix B.4, has test vectors.
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var state: UInt32 = .max
    for byte in bytes {
      state = table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ (state >> 8)
    }
    return ~state
  }

  /// The checksum as records hold it: turned right by 15 bits, plus a constant.
  ///
  /// A checksum over bytes that hold their own checksum would otherwise be the same for all of them.
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let value = checksum(bytes)
    return (value >> 15 | value << 17) &+ 0xA282_EAD8
  }

  private static let table: [UInt32] = (0..<256).map { (byte: UInt32) in
    (0..<8).reduce(byte) { value, _ in value & 1 == 1 ? 0x82F6_3B78 ^ (value >> 1) : value >> 1 }
  }
}
