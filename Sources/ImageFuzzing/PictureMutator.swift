import BoxGeometry

/// Damages picture files, knowing what they are made of.
struct PictureMutator {
  private var generator: SplitMix64

  init(generator: SplitMix64) { self.generator = generator }

  /// Damages a file one to four times in its structure, or gently in its data.
  mutating func mutated(_ file: [UInt8]) -> [UInt8] {
    var picture = PictureParts(file)
    if below(2) == 0 {
      for _ in 0...below(4) { damage(&picture) }
    } else {
      damageData(of: &picture, changes: 1 + below(4))
    }
    var bytes = picture.bytes
    // A third of all files suffer as bytes, too.
    if below(3) == 0 { damage(&bytes) }
    return bytes
  }

  // MARK: Parts

  private mutating func damage(_ picture: inout PictureParts) {
    guard !picture.parts.isEmpty else { return }
    let index = below(picture.parts.count)
    switch below(14) {
    case 0, 1: changeSides(of: &picture)
    case 2, 3: overwrite(&picture.parts[index].content)
    case 4: picture.parts.remove(at: index)
    case 5: picture.parts.insert(picture.parts[index], at: below(picture.parts.count))
    case 6: picture.parts.swapAt(index, below(picture.parts.count))
    case 7: picture.parts[index].claimedLength = pick(Self.numbers)
    case 8: insertEXIF(into: &picture)
    case 9: splice(into: &picture)
    case 10:
      let content = picture.parts[index].content
      picture.parts[index].content = Array(content.prefix(below(content.count + 1)))
    case 11: picture.parts[index].content += random(1 + below(300))
    case 12:
      let part = picture.parts[index]
      guard part.content.count < 500 else { return }
      for _ in 0...below(40) { picture.parts.insert(part, at: index) }
    default:
      picture.claimedSize = pick(Self.numbers)
      damageData(of: &picture, changes: 1)
    }
  }

  /// Flips bits where the picture itself is, so that much of the file is still decoded.
  private mutating func damageData(of picture: inout PictureParts, changes: Int) {
    let largest = picture.parts.indices.max {
      picture.parts[$0].content.count < picture.parts[$1].content.count
    }
    guard let largest, !picture.parts[largest].content.isEmpty else { return }
    for _ in 0..<changes {
      let place = below(picture.parts[largest].content.count)
      picture.parts[largest].content[place] ^= 1 << UInt8(below(8))
    }
  }

  private mutating func changeSides(of picture: inout PictureParts) {
    guard let (part, range) = picture.sides else { return }
    let width = below(2) == 0 ? 2 : range.count / 2
    let place = range.lowerBound + below(max(1, range.count - width + 1))
    let value = below(2) == 0 ? pick(Self.numbers) : below(400)
    let bytes =
      picture.format == .webp
      ? PictureParts.little(value, bytes: width) : PictureParts.big(value, bytes: width)
    picture.parts[part].content.replaceSubrange(place..<place + width, with: bytes)
  }

  private mutating func overwrite(_ content: inout [UInt8]) {
    guard !content.isEmpty else { return }
    let width = min(content.count, pick([1, 1, 2, 4]))
    let place = below(content.count - width + 1)
    let value = pick(Self.numbers)
    let bytes =
      below(2) == 0
      ? PictureParts.little(value, bytes: width) : PictureParts.big(value, bytes: width)
    content.replaceSubrange(place..<place + width, with: bytes)
  }

  private mutating func insertEXIF(into picture: inout PictureParts) {
    var exif = HostileEXIF(generator: SplitMix64(state: generator.next()))
    let block = exif.block()
    let prefix = Array("Exif\0\0".utf8)
    switch picture.format {
    case .jpeg:
      let part = PictureParts.Part(name: [0xFF, 0xE1], content: prefix + block)
      picture.parts.insert(part, at: min(1, picture.parts.count))
    case .png:
      let part = PictureParts.Part(name: Array("eXIf".utf8), content: block)
      picture.parts.insert(part, at: 1 + below(picture.parts.count))
    case .webp:
      let content = below(2) == 0 ? block : prefix + block
      picture.parts.append(PictureParts.Part(name: Array("EXIF".utf8), content: content))
    }
  }

  /// Puts a part of another picture of the same format in.
  private mutating func splice(into picture: inout PictureParts) {
    let others = SeedPictures.files.map(PictureParts.init).filter { $0.format == picture.format }
    guard let part = pick(others).parts.randomElement(using: &generator) else { return }
    let place = below(picture.parts.count)
    if below(2) == 0 {
      picture.parts[place] = part
    } else {
      picture.parts.insert(part, at: place)
    }
  }

  // MARK: Bytes

  private mutating func damage(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    let index = below(bytes.count)
    switch below(7) {
    case 0: bytes[index] ^= 1 << UInt8(below(8))
    case 1: bytes[index] = UInt8(truncatingIfNeeded: generator.next())
    case 2: bytes.removeSubrange(index...)
    case 3: bytes.removeSubrange(index..<min(bytes.count, index + 1 + below(40)))
    case 4: bytes.insert(contentsOf: random(1 + below(8)), at: index)
    case 5:
      let other = pick(SeedPictures.files)
      bytes.replaceSubrange(index..., with: other[below(other.count)...])
    default: overwrite(&bytes)
    }
  }

  // MARK: Choices

  private static let numbers = [
    0, 1, 2, 3, 4, 7, 8, 9, 12, 15, 16, 17, 127, 128, 129, 255, 256, 257, 511, 513, 1024, 4095,
    16383, 16384, 32767, 32768, 65500, 65535, 65536, 0xFF_FFFF, 0x7FFF_FFFF, 0x8000_0000,
    0xFFFF_FFF0, 0xFFFF_FFFF,
  ]

  private mutating func random(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
  }

  private mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
  private mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }
}
