/// A picture file cut where its format cuts it: a JPEG's segments, a PNG's or a WebP's chunks.
struct PictureParts {
  enum Format: Sendable {
    case jpeg, png, webp
  }

  /// A segment or chunk.
  struct Part {
    /// A JPEG's two bytes of a marker, four letters of a chunk; nothing for entropy-coded data.
    var name: [UInt8]
    var content: [UInt8]
    /// Whether a length is written before the content.
    var hasLength = true
    /// A length that is written instead of the true one.
    var claimedLength: Int?
  }

  let format: Format
  var parts: [Part]
  /// What a WebP claims to have behind its first eight bytes, if not the truth.
  var claimedSize: Int?

  /// Cuts a file; bytes that do not fit the format end up in the last part.
  init(_ bytes: [UInt8]) {
    if bytes.starts(with: [0xFF, 0xD8]) {
      (format, parts) = (.jpeg, Self.segments(of: bytes))
    } else if bytes.starts(with: Self.signature) {
      (format, parts) = (.png, Self.chunks(of: bytes, from: 8, isWebP: false))
    } else {
      (format, parts) = (.webp, Self.chunks(of: bytes, from: 12, isWebP: true))
    }
  }

  /// The file put together again; a PNG's checksums are right.
  var bytes: [UInt8] {
    switch format {
    case .jpeg:
      return parts.flatMap { part -> [UInt8] in
        let length = part.claimedLength ?? part.content.count + 2
        return part.name + (part.hasLength ? Self.big(length, bytes: 2) : []) + part.content
      }
    case .png:
      return Self.signature
        + parts.flatMap { part -> [UInt8] in
          guard part.hasLength else { return part.content }
          let body = part.name + part.content
          let length = Self.big(part.claimedLength ?? part.content.count, bytes: 4)
          return length + body + Self.big(Int(Self.checksum(body)), bytes: 4)
        }
    case .webp:
      let body = parts.flatMap { part -> [UInt8] in
        guard part.hasLength else { return part.content }
        let length = Self.little(part.claimedLength ?? part.content.count, bytes: 4)
        return part.name + length + part.content + (part.content.count % 2 == 1 ? [0] : [])
      }
      let size = Self.little(claimedSize ?? body.count + 4, bytes: 4)
      return Array("RIFF".utf8) + size + Array("WEBP".utf8) + body
    }
  }

  /// Where the sides of the picture stand: the part, the offset and the bytes that hold them.
  var sides: (part: Int, range: Range<Int>)? {
    for (index, part) in parts.enumerated() {
      let range: Range<Int>?
      switch format {
      case .jpeg:
        let isFrame = part.name.count == 2 && [0xC0, 0xC1, 0xC2].contains(part.name[1])
        range = isFrame ? 1..<5 : nil
      case .png: range = part.name == Array("IHDR".utf8) ? 0..<8 : nil
      case .webp:
        switch String(decoding: part.name, as: UTF8.self) {
        case "VP8X": range = 4..<10
        case "VP8L": range = 1..<5
        case "VP8 ": range = 6..<10
        default: range = nil
        }
      }
      if let range, part.content.count >= range.upperBound { return (index, range) }
    }
    return nil
  }

  static func big(_ value: Int, bytes: Int) -> [UInt8] {
    (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  static func little(_ value: Int, bytes: Int) -> [UInt8] { big(value, bytes: bytes).reversed() }

  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  private static func segments(of bytes: [UInt8]) -> [Part] {
    var parts: [Part] = []
    var place = 0
    while place + 1 < bytes.count, bytes[place] == 0xFF {
      let name = Array(bytes[place..<place + 2])
      place += 2
      // Start and end of a picture and restarts are markers alone.
      if (0xD0...0xD9).contains(name[1]) || name[1] == 0x01 {
        parts.append(Part(name: name, content: [], hasLength: false))
      } else {
        guard place + 1 < bytes.count else { break }
        let length = Int(bytes[place]) << 8 | Int(bytes[place + 1])
        let end = min(bytes.count, place + max(2, length))
        parts.append(Part(name: name, content: Array(bytes[min(end, place + 2)..<end])))
        place = end
      }
      // Entropy-coded data goes on to the next marker that is neither a restart nor a stuffed byte.
      let start = place
      while place < bytes.count, !isMarker(bytes, place) { place += 1 }
      if place > start {
        parts.append(Part(name: [], content: Array(bytes[start..<place]), hasLength: false))
      }
    }
    if place < bytes.count {
      parts.append(Part(name: [], content: Array(bytes[place...]), hasLength: false))
    }
    return parts
  }

  private static func isMarker(_ bytes: [UInt8], _ place: Int) -> Bool {
    guard place + 1 < bytes.count, bytes[place] == 0xFF else { return false }
    return bytes[place + 1] != 0 && !(0xD0...0xD7).contains(bytes[place + 1])
  }

  private static func chunks(of bytes: [UInt8], from start: Int, isWebP: Bool) -> [Part] {
    var parts: [Part] = []
    var place = min(start, bytes.count)
    while place + 8 <= bytes.count {
      let first = Array(bytes[place..<place + 4])
      let second = Array(bytes[place + 4..<place + 8])
      let (name, digits) = isWebP ? (first, Array(second.reversed())) : (second, first)
      let length = digits.reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - place - 8 else { break }
      parts.append(Part(name: name, content: Array(bytes[place + 8..<place + 8 + length])))
      place = min(bytes.count, place + 8 + length + (isWebP ? length % 2 : 4))
    }
    if place < bytes.count {
      parts.append(Part(name: [], content: Array(bytes[place...]), hasLength: false))
    }
    return parts
  }

  private static let checksums: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
    }
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { checksums[Int(($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
  }
}
