import BoxGeometry
import Testing

@testable import DatasetInspection

@Suite struct PictureExtraTests {
  private func extras(_ bytes: [UInt8]) -> Set<PictureExtra> {
    PictureExtra.extras { offset, count in
      Array(bytes[min(offset, bytes.count)..<min(offset + count, bytes.count)])
    }
  }

  private func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
    let length = content.count + 2
    return [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)] + content
  }

  /// EXIF of one pointer to a GPS directory with one entry.
  private func exif(_ tag: UInt8) -> [UInt8] {
    Array("Exif\0\0MM".utf8) + [0, 42, 0, 0, 0, 8]
      // One entry: GPS at 26.
      + [0, 1, 0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0]
      + [0, 1, 0, tag, 0, 5, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0]
  }

  @Test func `a latitude is a position, a version alone is none`() {
    let start: [UInt8] = [0xFF, 0xD8]
    let end: [UInt8] = [0xFF, 0xDA, 0, 2]
    #expect(extras(start + segment(0xE1, exif(2)) + end) == [.position])
    #expect(extras(start + segment(0xE1, exif(0)) + end) == [])
    let both = start + segment(0xE1, exif(2)) + segment(0xE2, Array("MPF\0II".utf8)) + end
    #expect(extras(both) == [.position, .secondPicture])
    // Behind the start of the scan it is the picture's own data.
    #expect(extras(start + end + segment(0xE2, Array("MPF\0".utf8))) == [])
    #expect(extras([]) == [] && extras([0xFF]) == [] && extras(Array("PNG".utf8)) == [])
  }

  @Test(arguments: 0..<200)
  func `damaged bytes are safe`(seed: UInt64) {
    var random = SplitMix64(state: seed)
    var bytes: [UInt8] =
      [0xFF, 0xD8] + segment(0xE1, exif(2)) + segment(0xE2, Array("MPF\0".utf8))
    for _ in 0..<4 {
      let place = Int.random(in: 2..<bytes.count, using: &random)
      bytes[place] = UInt8.random(in: 0...255, using: &random)
    }
    let cut = Int.random(in: 0...bytes.count, using: &random)
    #expect(extras(Array(bytes.prefix(cut))).count <= 2)
  }
}
