import CImageCodecs
import Foundation
import Testing

@testable import Raster

/// What is resampled on its way out of the decoder is what decoding and resizing give.
@Suite struct EncodedPictureTests {
  /// A photograph's mixture of smooth parts and hard edges.
  private static func picture(width: Int, height: Int, seed: UInt64) -> RasterImage {
    var image = RasterImage.gradient(width: width, height: height)
    let noise = RasterImage.noise(width: width, height: height, seed: seed)
    for y in 0..<height {
      for x in 0..<width where (x / 7 + y / 5) % 3 == 0 { image[x, y] = noise[x, y] }
    }
    return image
  }

  private static func expectSame(_ bytes: [UInt8], width: Int, height: Int) throws {
    let encoded = try EncodedPicture(bytes, name: "x")
    let whole = try RasterImage(decoding: bytes, name: "x")
    #expect(encoded.width == whole.width && encoded.height == whole.height)
    let expected = whole.resized(width: width, height: height)
    let resized = try encoded.resized(width: width, height: height)
    let place = "\(whole.width) x \(whole.height) to \(width) x \(height)"
    // Not compared inside: telling long arrays apart in words takes minutes.
    let isSame = resized == expected
    #expect(isSame, "\(place)")
    for machine in [IC_BASELINE, IC_WITH_AVX2] {
      let other = try bytes.withUnsafeBufferPointer { bytes throws(RasterError) in
        try EncodedImage(bytes: bytes, name: "x", limits: .default)
          .resized(width: width, height: height, atMost: machine)
      }
      let isSame = other == expected
      #expect(isSame, "\(place) by \(machine)")
    }
    for isMirrored in [false, true] {
      try expectSameNormalized(encoded, expected, isMirrored: isMirrored)
    }
  }

  private static func expectSameNormalized(
    _ encoded: EncodedPicture,
    _ expected: RasterImage,
    isMirrored: Bool
  ) throws {
    let rowPixels = expected.width + 5
    let normalization = PixelNormalization(
      mean: SIMD3(0.485, 0.456, 0.406),
      standardDeviation: SIMD3(0.229, 0.224, 0.225)
    )
    // Not a number where nothing may be written.
    var found = [Float](repeating: .nan, count: rowPixels * expected.height * 3)
    try found.withUnsafeMutableBufferPointer { buffer throws(RasterError) in
      try encoded.writeNormalized(
        width: expected.width,
        height: expected.height,
        isMirrored: isMirrored,
        normalization: normalization,
        into: buffer,
        rowPixels: rowPixels
      )
    }
    var wanted = [Float](repeating: .nan, count: found.count)
    wanted.withUnsafeMutableBufferPointer { buffer in
      (isMirrored ? expected.flippedHorizontally() : expected).writeNormalized(
        mean: normalization.mean,
        standardDeviation: normalization.standardDeviation,
        into: buffer,
        rowPixels: rowPixels
      )
    }
    let isSame = found.map(\.bitPattern) == wanted.map(\.bitPattern)
    #expect(isSame, "mirrored: \(isMirrored)")
  }

  @Test(arguments: [
    ((640, 480), (427, 320)), ((97, 65), (50, 33)), ((96, 64), (96, 64)), ((96, 64), (96, 63)),
    ((33, 47), (20, 31)), ((16, 16), (9, 9)), ((17, 1), (9, 1)), ((1, 17), (1, 9)),
    ((15, 40), (10, 20)), ((64, 48), (64, 20)), ((64, 48), (33, 48)), ((64, 48), (100, 75)),
    ((64, 48), (100, 20)), ((64, 48), (20, 75)), ((200, 120), (10, 7)), ((200, 120), (1, 1)),
    ((130, 34), (70, 17)), ((31, 33), (30, 32)),
  ])
  func `a JPEG is the same as decoded, then resized`(
    source: (Int, Int),
    target: (Int, Int)
  ) throws {
    let image = Self.picture(width: source.0, height: source.1, seed: 3)
    let bytes = try image.jpegData(quality: 92)
    try Self.expectSame(bytes, width: target.0, height: target.1)
  }

  @Test(arguments: 0..<60)
  func `so is one of any size, quality and target`(seed: UInt64) throws {
    var generator = TestGenerator(state: seed)
    func side() -> Int { Int.random(in: 1...90, using: &generator) }
    let image = Self.picture(width: side(), height: side(), seed: seed)
    let quality = Int.random(in: 20...100, using: &generator)
    let bytes = try image.jpegData(quality: quality)
    try Self.expectSame(bytes, width: side(), height: side())
    // As training and evaluation ask for: somewhat smaller.
    let scale = Double.random(in: 0.4...1, using: &generator)
    let width = max(1, Int(Double(image.width) * scale))
    let height = max(1, Int(Double(image.height) * scale))
    try Self.expectSame(bytes, width: width, height: height)
  }

  @Test func `turned pictures, PNG and WebP come out the same too`() throws {
    let image = Self.picture(width: 48, height: 30, seed: 1)
    try Self.expectSame(try image.pngData(), width: 20, height: 13)
    for name in ["exif_6.jpg", "exif_2.jpg", "gray.jpg", "cmyk.jpg", "progressive.jpg"]
      + ["still.webp", "rgba.png", "subsampled_odd.jpg", "interlaced.png"]
    {
      let url = TestFiles.badInputs.appendingPathComponent("images/\(name)")
      guard let data = try? Data(contentsOf: url) else { continue }
      try Self.expectSame(Array(data), width: 61, height: 40)
      try Self.expectSame(Array(data), width: 150, height: 70)
    }
  }

  @Test func `a damaged JPEG is refused on this way as well`() throws {
    let bytes = try Self.picture(width: 200, height: 160, seed: 2).jpegData()
    for count in [bytes.count / 3, bytes.count / 2, bytes.count - 20] {
      let picture = try EncodedPicture(Array(bytes[..<count]), name: "cut.jpg")
      let error = rasterError { () throws(RasterError) in
        _ = try picture.resized(width: 130, height: 100)
      }
      #expect(error?.code == .damaged)
      #expect(error?.file == "cut.jpg")
    }
  }

  @Test func `a file that is none is refused before anything is decoded`() {
    let error = rasterError { () throws(RasterError) in
      _ = try EncodedPicture(contentsOf: URL(fileURLWithPath: "/nowhere/missing.jpg"))
    }
    #expect(error?.code == .unreadableFile)
    let limits = ImageLimits(maximumBytes: 4)
    let large = rasterError { () throws(RasterError) in
      _ = try EncodedPicture([0xFF, 0xD8, 0xFF, 0, 0], name: "x", limits: limits)
    }
    #expect(large?.code == .limitExceeded)
  }
}
