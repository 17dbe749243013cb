import Foundation
import Testing

@testable import Raster

@Suite struct RasterImageDecodingTests {
  @Test func `16 bits become the high byte`() throws {
    let gray = PNGBuilder(
      width: 2,
      height: 1,
      bitDepth: 16,
      color: .gray,
      rows: [[0x12, 0xFF, 0xFF, 0x00]]
    )
    let decoded = try RasterImage(decoding: gray.bytes, name: "gray")
    #expect(decoded.pixels == [0x12, 0x12, 0x12, 0xFF, 0xFF, 0xFF])
    let rgb = PNGBuilder(
      width: 1,
      height: 1,
      bitDepth: 16,
      color: .rgb,
      rows: [[0x01, 0x99, 0x80, 0x7F, 0xFE, 0x01]]
    )
    #expect(try RasterImage(decoding: rgb.bytes, name: "rgb").pixels == [0x01, 0x80, 0xFE])
  }

  @Test func `one and two bits are spread over the whole range`() throws {
    let bits = PNGBuilder(width: 8, height: 1, bitDepth: 1, color: .gray, rows: [[0b1010_0110]])
    let decoded = try RasterImage(decoding: bits.bytes, name: "bits")
    #expect((0..<8).map { decoded[$0, 0].x } == [255, 0, 255, 0, 0, 255, 255, 0])
    let pairs = PNGBuilder(width: 4, height: 1, bitDepth: 2, color: .gray, rows: [[0b0001_1011]])
    let levels = try RasterImage(decoding: pairs.bytes, name: "pairs")
    #expect((0..<4).map { levels[$0, 0].y } == [0, 85, 170, 255])
  }

  @Test func `a palette is looked up, also where entries are transparent`() throws {
    let file = PNGBuilder(
      width: 2,
      height: 1,
      color: .palette,
      rows: [[1, 0]],
      chunksBefore: [("PLTE", [10, 20, 30, 40, 50, 60]), ("tRNS", [0, 128])]
    )
    #expect(try RasterImage(decoding: file.bytes, name: "p").pixels == [40, 50, 60, 10, 20, 30])
  }

  @Test func `alpha is dropped and the colour under it kept`() throws {
    let rgba = PNGBuilder(width: 2, height: 1, color: .rgba, rows: [[1, 2, 3, 0, 4, 5, 6, 255]])
    #expect(try RasterImage(decoding: rgba.bytes, name: "a").pixels == [1, 2, 3, 4, 5, 6])
    let gray = PNGBuilder(width: 2, height: 1, color: .grayAlpha, rows: [[9, 0, 8, 255]])
    #expect(try RasterImage(decoding: gray.bytes, name: "g").pixels == [9, 9, 9, 8, 8, 8])
  }

  @Test func `a PNG's orientation is applied, before or after the picture data`() throws {
    let exif = (name: "eXIf", content: PNGBuilder.orientation(6))
    var file = PNGBuilder(width: 2, height: 1, color: .gray, rows: [[1, 2]], chunksBefore: [exif])
    #expect(try RasterImage(decoding: file.bytes, name: "before").height == 2)
    file.chunksBefore = []
    file.chunksAfter = [exif]
    let image = try RasterImage(decoding: file.bytes, name: "after")
    #expect(image.width == 1 && image.pixels == [1, 1, 1, 2, 2, 2])
  }

  @Test(arguments: 0...9)
  func `a JPEG's orientation is applied, one outside 1 to 8 ignored`(value: UInt8) throws {
    let plain = try RasterImage.gradient(width: 24, height: 16).jpegData()
    let segment = Array("Exif\0\0".utf8) + PNGBuilder.orientation(value)
    let length = UInt8(segment.count + 2)
    let file = Array(plain[..<2]) + [0xFF, 0xE1, 0, length] + segment + Array(plain[2...])
    let stored = try RasterImage(decoding: plain, name: "plain")
    let orientation = ImageOrientation(rawValue: Int(value)) ?? .upright
    #expect(try RasterImage(decoding: file, name: "turned") == stored.upright(from: orientation))
  }

  @Test func `the size to fit is meant upright`() throws {
    let plain = try RasterImage.gradient(width: 80, height: 40).jpegData()
    let segment = Array("Exif\0\0".utf8) + PNGBuilder.orientation(6)
    let length = UInt8(segment.count + 2)
    let file = Array(plain[..<2]) + [0xFF, 0xE1, 0, length] + segment + Array(plain[2...])
    let half = try RasterImage(decoding: file, name: "turned", fitting: (20, 40))
    #expect(half.width == 20 && half.height == 40)
    // Lying down it would fit twice, but it stands.
    let whole = try RasterImage(decoding: file, name: "turned", fitting: (40, 20))
    #expect(whole.width == 40 && whole.height == 80)
  }

  @Test func `of several pictures in a file the first is taken`() throws {
    let first = try RasterImage.gradient(width: 24, height: 16).jpegData()
    let second = try RasterImage.noise(width: 8, height: 8).jpegData()
    let both = try RasterImage(decoding: first + second, name: "both")
    #expect(try RasterImage(decoding: first, name: "first") == both)
  }

  @Test func `data and bytes decode alike`() throws {
    let bytes = try RasterImage.gradient(width: 9, height: 9).jpegData()
    let one = try RasterImage(decoding: bytes, name: "bytes")
    #expect(try RasterImage(decoding: Data(bytes), name: "data") == one)
  }

  @Test func `limits hold at their edge`() throws {
    let bytes = try RasterImage.noise(width: 20, height: 10).pngData()
    func decode(pixels: Int = 200, bytes count: Int) -> RasterError? {
      let limits = ImageLimits(maximumPixels: pixels, maximumBytes: count)
      return rasterError { () throws(RasterError) in
        _ = try RasterImage(decoding: bytes, name: "n", limits: limits)
      }
    }
    #expect(decode(bytes: bytes.count) == nil)
    #expect(decode(bytes: bytes.count - 1)?.code == .limitExceeded)
    #expect(decode(pixels: 199, bytes: bytes.count)?.code == .limitExceeded)
  }

  @Test func `what a kind takes besides its pixels counts`() throws {
    func code(_ bytes: [UInt8], memory: Int) -> RasterError.Code? {
      let limits = ImageLimits(maximumMemory: memory)
      return rasterError { () throws(RasterError) in
        _ = try RasterImage(decoding: bytes, name: "n", limits: limits)
      }?.code
    }
    let plain = try RasterImage.gradient(width: 20, height: 10).jpegData()
    #expect(code(plain, memory: 600) == nil)
    #expect(code(plain, memory: 599) == .limitExceeded)
    // A picture that has to be turned is there twice.
    let exif = (name: "eXIf", content: PNGBuilder.orientation(3))
    let file = PNGBuilder(width: 2, height: 1, color: .gray, rows: [[1, 2]], chunksBefore: [exif])
    #expect(code(file.bytes, memory: 12) == nil)
    #expect(code(file.bytes, memory: 11) == .limitExceeded)
    let url = TestFiles.badInputs.appendingPathComponent("images/progressive.jpg")
    guard let data = try? Data(contentsOf: url) else { return }
    // Two bytes for each coefficient of three colours.
    #expect(code(Array(data), memory: 96 * 64 * 9) == nil)
    #expect(code(Array(data), memory: 96 * 64 * 9 - 1) == .limitExceeded)
  }

  @Test func `a header of 2^31 - 1 by 2^31 - 1 is refused by the header`() {
    let side = UInt32(Int32.max)
    let file = PNGBuilder(width: side, height: side, bitDepth: 16, color: .rgba, rows: [[]])
    let error = rasterError { () throws(RasterError) in
      _ = try RasterImage(decoding: file.bytes, name: "bomb")
    }
    #expect(error?.code == .limitExceeded)
  }

  @Test(arguments: [
    ((100, 75), (100, 75)), ((51, 38), (100, 75)), ((50, 38), (100, 75)), ((50, 37), (50, 38)),
    ((25, 18), (25, 19)), ((13, 9), (25, 19)), ((12, 9), (13, 10)), ((0, 0), (13, 10)),
  ])
  func `a JPEG decoded to fit is never below its target`(
    target: (Int, Int),
    expected: (Int, Int)
  ) throws {
    let image = RasterImage.gradient(width: 100, height: 75)
    let bytes = try image.jpegData(quality: 100)
    let decoded = try RasterImage(decoding: bytes, name: "g", fitting: target)
    #expect(decoded.width == expected.0 && decoded.height == expected.1)
    let resized = image.resized(width: expected.0, height: expected.1)
    #expect(decoded.worstDifference(from: resized) <= 16)
  }

  @Test func `a PNG decoded to fit keeps its size`() throws {
    let bytes = try RasterImage.gradient(width: 40, height: 40).pngData()
    #expect(try RasterImage(decoding: bytes, name: "g", fitting: (10, 10)).width == 40)
  }

  @Test func `other formats are refused by their name`() {
    let starts: [(String, [UInt8])] = [
      ("GIF", Array("GIF89a......".utf8)), ("WebP", Array("RIFF....WEBPVP8 ".utf8)),
      ("TIFF", [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0]),
      ("BMP", Array("BM".utf8) + [54, 0, 0, 0, 0, 0, 0, 0]),
      ("AVIF", [0, 0, 0, 28] + Array("ftypavif".utf8)),
      ("HEIF", [0, 0, 0, 28] + Array("ftypheic".utf8)),
      ("PDF", Array("%PDF-1.7".utf8)), ("not a picture", Array("hello".utf8)), ("empty", []),
    ]
    for (word, bytes) in starts {
      let error = rasterError { () throws(RasterError) in
        _ = try RasterImage(decoding: bytes, name: "folder/x.jpg")
      }
      #expect(error?.description.contains(word) == true)
      #expect(error?.description.hasPrefix("folder/x.jpg: ") == true)
    }
  }

  @Test func `what is no regular file is refused without waiting`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let pipe = folder.appendingPathComponent("pipe.jpg")
      #expect(mkfifo(pipe.path, 0o600) == 0)
      for url in [folder, pipe, folder.appendingPathComponent("missing.jpg")] {
        let error = rasterError { () throws(RasterError) in _ = try RasterImage(contentsOf: url) }
        #expect(error?.code == .unreadableFile)
        let other = rasterError { () throws(RasterError) in _ = try RasterImage.size(of: url) }
        #expect(other == error)
      }
    }
  }

  @Test func `the size is found behind headers longer than the first look`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let plain = try RasterImage.gradient(width: 24, height: 16).jpegData()
      let comment: [UInt8] = [0xFF, 0xFE, 0xFF, 0xFF] + [UInt8](repeating: 0x20, count: 65533)
      let url = folder.appendingPathComponent("long.jpg")
      try Data(plain[..<2] + comment + comment + plain[2...]).write(to: url)
      let size = try RasterImage.size(of: url)
      #expect(size == (24, 16))
    }
  }

  @Test func `the size of a long PNG is that of the picture turned by its last chunk`() throws {
    let rows = [[UInt8]](repeating: [UInt8](repeating: 9, count: 600), count: 109)
    var file = PNGBuilder(width: 600, height: 109, color: .gray, rows: rows)
    file.chunksAfter = [("eXIf", PNGBuilder.orientation(8))]
    file.chunksBefore = [("teXt", [UInt8](repeating: 65, count: 3000))]
    #expect(file.bytes.count > 64 << 10)
    try TestFiles.withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("long.png")
      try Data(file.bytes).write(to: url)
      let size = try RasterImage.size(of: url)
      #expect(size == (109, 600))
    }
  }
}
