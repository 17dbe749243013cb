@testable import Raster

/// Builds PNG files byte by byte, of kinds that the encoder does not write.
struct PNGBuilder {
  enum Color: UInt8 {
    case gray = 0
    case rgb = 2
    case palette = 3
    case grayAlpha = 4
    case rgba = 6
  }

  var width: UInt32
  var height: UInt32
  var bitDepth: UInt8 = 8
  var color: Color
  /// One array a row, without the filter byte.
  var rows: [[UInt8]]
  /// Chunks between header and picture data, or after the picture data.
  var chunksBefore: [(name: String, content: [UInt8])] = []
  var chunksAfter: [(name: String, content: [UInt8])] = []

  var bytes: [UInt8] {
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let sides = Self.bigEndian(width) + Self.bigEndian(height)
    file += Self.chunk("IHDR", sides + [bitDepth, color.rawValue, 0, 0, 0])
    for chunk in chunksBefore { file += Self.chunk(chunk.name, chunk.content) }
    file += Self.chunk("IDAT", Self.stored(rows.flatMap { [0] + $0 }))
    for chunk in chunksAfter { file += Self.chunk(chunk.name, chunk.content) }
    return file + Self.chunk("IEND", [])
  }

  /// An eXIf chunk's content that holds nothing but an orientation.
  static func orientation(_ value: UInt8) -> [UInt8] {
    Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 1]  // one entry
      + [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0] + [0, 0, 0, 0]
  }

  static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    return bigEndian(UInt32(content.count)) + body + bigEndian(checksum(body))
  }

  // A zlib stream of one block without compression.
  private static func stored(_ content: [UInt8]) -> [UInt8] {
    precondition(content.count < 65536)
    let count = UInt16(content.count)
    let length = [UInt8(truncatingIfNeeded: count), UInt8(count >> 8)]
    var a: UInt32 = 1
    var b: UInt32 = 0
    for byte in content {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return [0x78, 0x01, 0x01] + length + length.map(~) + content + bigEndian(b << 16 | a)
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
      }
    }
  }
}
