/// Seeded damage of files: some by chance, some of the kinds that readers stumble over.
struct FileDamage {
  /// Equal seeds give equal numbers everywhere.
  struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private var generator: Generator

  /// Numbers at the edges of what fits.
  private static let edges: [Int] = [
    0, 1, -1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
    .max, .min, 1 << 32, 1 << 62, 21, 22, 46, 64,
  ]

  /// Instructions of pickles, those that are refused among them.
  private static let instructions =
    Array("(.012FIJKLMNPQRSTUVXabcde}hijlo]pqrsut)GBC".utf8) + (0x80...0x98)

  init(seed: UInt64) { generator = Generator(state: seed) }

  /// The bytes with one to four faults.
  mutating func applied(to bytes: [UInt8], from other: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      damage(&bytes, other)
    }
    return bytes
  }

  private mutating func damage(_ bytes: inout [UInt8], _ other: [UInt8]) {
    let place = Int.random(in: 0..<bytes.count, using: &generator)
    let length = min(Int.random(in: 1...40, using: &generator), bytes.count - place)
    switch Int.random(in: 0..<10, using: &generator) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
    case 1: bytes[place] = .random(in: 0...255, using: &generator)
    case 2, 3: bytes[place] = Self.instructions.randomElement(using: &generator) ?? 0
    case 4, 5:
      let width = min([1, 2, 4, 8].randomElement(using: &generator) ?? 1, bytes.count - place)
      let number = littleEndian(Self.edges.randomElement(using: &generator) ?? 0, width)
      bytes.replaceSubrange(place..<(place + width), with: number)
    case 6: bytes.removeSubrange(place..<(place + length))
    case 7:
      let target = Int.random(in: 0...bytes.count, using: &generator)
      bytes.insert(contentsOf: Array(bytes[place..<(place + length)]), at: target)
    case 8:
      guard !other.isEmpty else { return }
      let start = Int.random(in: 0..<other.count, using: &generator)
      let part = Array(other[start...].prefix(length))
      let end = min(place + part.count, bytes.count)
      bytes.replaceSubrange(place..<end, with: part)
    default: bytes.removeSubrange(Int.random(in: 0..<bytes.count, using: &generator)...)
    }
  }
}
