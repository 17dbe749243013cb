import Foundation
import Testing

@testable import Raster

/// Broken bytes end in an error, never in a crash, and what is missing never passes for a picture.
@Suite struct DamagedImageTests {
  private static let picture = RasterImage.gradient(width: 40, height: 24)

  private static func decode(_ bytes: [UInt8]) -> RasterError? {
    let limits = ImageLimits(maximumPixels: 1 << 16)
    return rasterError { () throws(RasterError) in
      _ = try RasterImage(decoding: bytes, name: "damaged", limits: limits)
    }
  }

  @Test func `a JPEG cut off anywhere before its last data byte is refused`() throws {
    let bytes = try RasterImage.noise(width: 40, height: 24).jpegData()
    for count in 0..<(bytes.count - 4) where Self.decode(Array(bytes[..<count])) == nil {
      Issue.record("\(count) of \(bytes.count) bytes passed for the whole")
    }
    // Without the end marker alone, every pixel is there.
    #expect(Self.decode(Array(bytes.dropLast(2))) == nil)
  }

  @Test func `a PNG cut off in its picture data is refused`() throws {
    let bytes = try Self.picture.pngData()
    // The last chunk takes 12 bytes; before it stand the last data chunk's checksum and zlib's.
    for count in 0..<(bytes.count - 24) where Self.decode(Array(bytes[..<count])) == nil {
      Issue.record("\(count) of \(bytes.count) bytes passed for the whole")
    }
  }

  @Test func `data left over at the end of a JPEG is refused, padding is not`() throws {
    let bytes = try Self.picture.jpegData()
    let start = bytes.dropLast(2)
    let end = bytes.suffix(2)
    let padding = [UInt8](repeating: 0, count: 200)
    #expect(Self.decode(Array(start + padding + end)) == nil)
    let rest = (0..<200).map { UInt8($0) }
    #expect(Self.decode(Array(start + rest + end))?.code == .damaged)
  }

  @Test func `a JPEG of thousands of scans is refused`() throws {
    let url = TestFiles.badInputs.appendingPathComponent("images/progressive.jpg")
    guard let data = try? Data(contentsOf: url) else { return }
    let bytes = Array(data)
    // From the second scan on: repeat the last scan of the file.
    let starts = bytes.indices.dropLast().filter { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA }
    let last = try #require(starts.last)
    let scan = bytes[last..<(bytes.count - 2)]
    let many = Array(repeatElement(scan, count: 2000).joined())
    let error = Self.decode(Array(bytes[..<last]) + many + [0xFF, 0xD9])
    #expect(error?.message.contains("scans") == true)
  }

  @Test func `a progressive JPEG without its last scan is refused`() throws {
    let url = TestFiles.badInputs.appendingPathComponent("images/progressive.jpg")
    guard let data = try? Data(contentsOf: url) else { return }
    let bytes = Array(data)
    let starts = bytes.indices.dropLast().filter { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA }
    let last = try #require(starts.last)
    #expect(Self.decode(Array(bytes[..<last]))?.code == .damaged)
  }

  /// A few thousand seeded changes of small files.
  @Test(arguments: 0..<8)
  func `changed bytes never crash the decoder`(seed: UInt64) throws {
    var generator = TestGenerator(state: seed)
    var files = [try Self.picture.jpegData(), try Self.picture.pngData()]
    files.append(
      PNGBuilder(
        width: 8,
        height: 2,
        color: .palette,
        rows: [[0, 1, 2, 0, 1, 2, 0, 1], [2, 2, 2, 1, 1, 1, 0, 0]],
        chunksBefore: [
          ("PLTE", [1, 2, 3, 4, 5, 6, 7, 8, 9]), ("tRNS", [0, 9]),
          ("eXIf", PNGBuilder.orientation(5)),
        ]
      ).bytes
    )
    for name in ["progressive.jpg", "cmyk.jpg", "exif_6.jpg", "interlaced.png", "rgba.png"] {
      let url = TestFiles.badInputs.appendingPathComponent("images/\(name)")
      if let data = try? Data(contentsOf: url) { files.append(Array(data)) }
    }
    for file in files {
      for _ in 0..<100 {
        var bytes = file
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
          let place = Int.random(in: 0..<bytes.count, using: &generator)
          switch Int.random(in: 0..<4, using: &generator) {
          case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
          case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
          case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
          default: bytes.remove(at: place)
          }
        }
        if Bool.random(using: &generator) {
          bytes.removeLast(Int.random(in: 0..<(bytes.count / 2), using: &generator))
        }
        if let error = Self.decode(bytes) { #expect(!error.message.isEmpty) }
      }
    }
  }
}
