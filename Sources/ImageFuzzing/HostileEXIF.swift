import BoxGeometry

/// Blocks of EXIF that lead a careless reader astray.
struct HostileEXIF {
  private var generator: SplitMix64

  init(generator: SplitMix64) { self.generator = generator }

  /// A TIFF structure with a few entries whose types, counts and offsets are drawn.
  mutating func block() -> [UInt8] {
    let isBig = below(2) == 0
    func number(_ value: Int, _ bytes: Int) -> [UInt8] {
      isBig ? PictureParts.big(value, bytes: bytes) : PictureParts.little(value, bytes: bytes)
    }
    var block = isBig ? Array("MM".utf8) : Array("II".utf8)
    block += number(below(9) == 0 ? 43 : 42, 2)
    block += number(below(4) == 0 ? pick(Self.offsets) : 8, 4)
    let entries = 1 + below(5)
    block += number(below(8) == 0 ? pick([0, 200, 65535]) : entries, 2)
    for _ in 0..<entries {
      block += number(pick(Self.tags), 2) + number(below(4) == 0 ? below(20) : 3, 2)
      block += number(below(2) == 0 ? 1 : pick(Self.offsets), 4)
      block += below(2) == 0 ? number(below(10), 2) + [0, 0] : number(pick(Self.offsets), 4)
    }
    // The next directory: none, itself, or anywhere.
    block += number(pick([0, 8, 0, 14, 0xFFFF_FFF0]), 4)
    block += Array(pick(Self.makers).utf8) + [0, 0, 0]
    return block + (0..<below(60)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
  }

  /// Orientation, the directories inside, a thumbnail's place and length, makers' notes.
  private static let tags = [
    0x0112, 0x0112, 0x8769, 0x8825, 0xA005, 0x0201, 0x0202, 0x0103, 0x927C, 0x010F, 0x9286,
  ]
  private static let offsets = [
    0, 1, 7, 8, 9, 10, 14, 22, 26, 60, 100, 255, 65535, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
    0xFFFF_FFF8, 0x2000_0000, 0x1555_5556,
  ]
  private static let makers = ["Nikon", "OLYMP", "Canon", "FUJIFILM", "PENTAX", "Apple iOS", ""]

  private mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
  private mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }
}
