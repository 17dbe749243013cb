import Foundation
import Testing

@testable import Raster

/// WebP files of every kind, against what Pillow sees in them.
@Suite struct WebPTests {
  private struct Golden: Decodable {
    struct Case: Decodable {
      let name: String
      let file: String
      let width: Int
      let height: Int
      let pixels: String

      var bytes: [UInt8] { [UInt8](hexadecimal: file) }
      var image: RasterImage {
        RasterImage(width: width, height: height, pixels: [UInt8](hexadecimal: pixels))
      }
    }

    let cases: [Case]
    let animation: String
  }

  private static func golden() throws -> Golden {
    let data = try Data(contentsOf: TestFiles.golden("webp_pillow.json"))
    return try JSONDecoder().decode(Golden.self, from: data)
  }

  private static func file(_ name: String) throws -> Golden.Case {
    try #require(try golden().cases.first { $0.name == name })
  }

  private static func error(_ bytes: [UInt8], limits: ImageLimits = .default) -> RasterError? {
    rasterError { () throws(RasterError) in
      _ = try RasterImage(decoding: bytes, name: "x.webp", limits: limits)
    }
  }

  @Test(arguments: ["lossless", "lossless alpha", "one pixel"])
  func `lossless pixels are the ones stored, the colour under alpha too`(name: String) throws {
    let file = try Self.file(name)
    #expect(try RasterImage(decoding: file.bytes, name: name) == file.image)
  }

  @Test(arguments: ["lossy", "lossy alpha"])
  func `lossy pixels are Pillow's`(name: String) throws {
    let file = try Self.file(name)
    let decoded = try RasterImage(decoding: file.bytes, name: name)
    // Versions of libwebp may round the conversion from YUV otherwise.
    #expect(decoded.worstDifference(from: file.image) <= 1)
  }

  @Test(arguments: 0...9)
  func `the orientation is applied, one outside 1 to 8 ignored`(value: Int) throws {
    let file = try Self.file("orientation \(value)")
    let expected = file.image.upright(from: ImageOrientation(rawValue: value) ?? .upright)
    #expect(try RasterImage(decoding: file.bytes, name: "turned") == expected)
  }

  @Test func `an orientation behind the prefix of JPEG's segment is found as well`() throws {
    let file = try Self.file("orientation 6")
    let chunk = try #require(Self.place(of: "EXIF", in: file.bytes))
    var bytes = file.bytes
    bytes.insert(contentsOf: Array("Exif\0\0".utf8), at: chunk + 8)
    Self.add(6, toLengthAt: chunk + 4, in: &bytes)
    Self.add(6, toLengthAt: 4, in: &bytes)
    #expect(try RasterImage(decoding: bytes, name: "prefixed").height == 3)
  }

  @Test func `the size is that of the upright picture, however far behind the orientation`() throws
  {
    let file = try Self.file("orientation 6")
    let chunk = try #require(Self.place(of: "EXIF", in: file.bytes))
    var bytes = file.bytes
    let length = UInt32(100_001)
    let between = Array("JUNK".utf8) + Array(PNGBuilder.bigEndian(length).reversed())
    bytes.insert(contentsOf: between + [UInt8](repeating: 7, count: Int(length) + 1), at: chunk)
    Self.add(length + 9, toLengthAt: 4, in: &bytes)
    try TestFiles.withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("long.webp")
      try Data(bytes).write(to: url)
      let size = try RasterImage.size(of: url)
      #expect(size == (2, 3))
      #expect(try RasterImage(contentsOf: url).width == 2)
    }
  }

  @Test func `an animation is refused by name, with what to do`() throws {
    let error = Self.error([UInt8](hexadecimal: try Self.golden().animation))
    #expect(error?.code == .unsupportedFormat)
    #expect(error?.message.contains("WebP animation") == true)
    #expect(error?.message.contains("still WebP") == true)
  }

  @Test func `a file cut off anywhere is refused`() throws {
    for file in try Self.golden().cases where !file.name.hasPrefix("orientation") {
      let bytes = file.bytes
      // The last byte may be the padding of an odd chunk, which decoders do without.
      for count in 0..<(bytes.count - 1) where Self.error(Array(bytes[..<count])) == nil {
        Issue.record("\(file.name): \(count) of \(bytes.count) bytes passed for the whole")
      }
    }
  }

  @Test func `limits hold at their edge, before anything is decoded`() throws {
    let bytes = try Self.file("lossless").bytes
    func code(pixels: Int = 35, memory: Int) -> RasterError.Code? {
      let limits = ImageLimits(maximumPixels: pixels, maximumMemory: memory)
      return Self.error(bytes, limits: limits)?.code
    }
    #expect(code(memory: 35 * 7) == nil)
    #expect(code(memory: 35 * 7 - 1) == .limitExceeded)
    #expect(code(pixels: 34, memory: 35 * 7) == .limitExceeded)
  }

  @Test func `a hundred bytes that declare 16383 x 16383 pixels are refused`() throws {
    var bytes = try Self.file("lossless").bytes
    // 14 bits each of width - 1 and height - 1 behind the signature byte.
    bytes.replaceSubrange(21..<25, with: [0xFE, 0xBF, 0xFF, 0x0F])
    let error = Self.error(bytes)
    #expect(error?.code == .limitExceeded)
    #expect(error?.message.contains("16383 x 16383") == true, "\(error?.message ?? "accepted")")
  }

  @Test func `a damaged file says so`() throws {
    let whole = try Self.file("lossy").bytes
    var bytes = whole
    for place in 40..<60 { bytes[place] ^= 0x55 }
    // The picture data has no checksum: what decodes is taken, what does not is named.
    if let error = Self.error(bytes) { #expect(error.code == .damaged) }
    bytes = whole
    bytes[23] = 0  // the start code
    #expect(Self.error(bytes)?.code == .damaged)
    #expect(Self.error(Array("RIFF\u{4}\0\0\0WEBP".utf8))?.code == .damaged)
  }

  private static func place(of chunk: String, in bytes: [UInt8]) -> Int? {
    let name = Array(chunk.utf8)
    return bytes.indices.dropLast(3).first { Array(bytes[$0..<($0 + 4)]) == name }
  }

  private static func add(_ count: UInt32, toLengthAt place: Int, in bytes: inout [UInt8]) {
    let old = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) }
    bytes.replaceSubrange(place..<place + 4, with: PNGBuilder.bigEndian(old + count).reversed())
  }
}
