import Foundation

/// FNV-1a over words of 64 bits, then over the bytes left: a changed byte always changes it.
///
/// It guards against torn writes and bad disks, not against malice.
enum FileChecksum {
  /// The checksum of a file's bytes, in sixteen hexadecimal digits.
  static func hexadecimal(of url: URL) throws -> String {
    let data = try Data(contentsOf: url, options: .mappedIfSafe)
    let digits = String(data.withUnsafeBytes(sum), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static func sum(of bytes: UnsafeRawBufferPointer) -> UInt64 {
    var sum: UInt64 = 0xCBF2_9CE4_8422_2325
    let words = bytes.count / 8 * 8
    for offset in stride(from: 0, to: words, by: 8) {
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      sum = (sum ^ UInt64(littleEndian: word)) &* 0x100_0000_01B3
    }
    for byte in bytes[words...] { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return sum
  }
}
