import Foundation
import Testing

@testable import Raster

/// Every file under bad_inputs/images meets the verdict of the manifest.
@Suite(.enabled(if: TestFiles.hasBadInputs, "../shared/data/bad_inputs is not here"))
struct BadInputsTests {
  private struct Entry: Decodable {
    let path: String
    let expect: String
    let why: String
    let width: Int?
    let height: Int?
  }

  private static func entries() throws -> [Entry] {
    let url = TestFiles.badInputs.appendingPathComponent("manifest.json")
    return try JSONDecoder().decode([Entry].self, from: Data(contentsOf: url))
      .filter { $0.path.hasPrefix("images/") }
  }

  private static func image(_ name: String) throws -> RasterImage {
    try RasterImage(contentsOf: TestFiles.badInputs.appendingPathComponent("images/\(name)"))
  }

  @Test func `every image meets its verdict`() throws {
    let entries = try Self.entries()
    #expect(entries.count == 54)
    for entry in entries {
      let url = TestFiles.badInputs.appendingPathComponent(entry.path)
      var image: RasterImage?
      let error = rasterError { () throws(RasterError) in image = try RasterImage(contentsOf: url) }
      switch entry.expect {
      case "accept":
        #expect(error == nil, "\(entry.path): \(entry.why)")
      case "refuse":
        #expect(image == nil, "\(entry.path): \(entry.why)")
      default:
        break
      }
      if let error {
        #expect(error.file == url.path)
        #expect(error.message.count > 20 && !error.description.contains("\n"))
      }
      if let image, let width = entry.width, let height = entry.height {
        #expect(image.width == width && image.height == height, "\(entry.path)")
        let size = try RasterImage.size(of: url)
        #expect(size == (width, height), "\(entry.path)")
      }
    }
  }

  // The quadrants and the white patch of the picture that nearly all files show.
  private static let places: [(x: Int, y: Int, color: SIMD3<Int>)] = [
    (6, 4, SIMD3(255, 255, 255)), (36, 20, SIMD3(200, 40, 40)), (76, 14, SIMD3(40, 160, 40)),
    (20, 50, SIMD3(40, 60, 200)), (76, 50, SIMD3(200, 180, 40)),
  ]

  @Test func `the picture has its colours whatever the file's kind`() throws {
    let exact = [
      "ok.png", "png_named.jpg", "palette.png", "palette_transparent.png", "rgba.png",
      "interlaced.png",
    ]
    let near =
      [
        "ok.jpg", "UPPER.JPG", "bl\u{F3}\u{F0} \u{8840}\u{7403}.jpg", "jpeg_named.png", "cmyk.jpg",
        "progressive.jpg", "still.webp", "exif_bad_offset.jpg", "exif_0.jpg", "exif_9.jpg",
        "exif_65535.jpg",
      ] + (1...8).map { "exif_\($0).jpg" }
    for (names, tolerance) in [(exact, 0), (near, 12)] {
      for name in names {
        let image = try Self.image(name)
        for (x, y, color) in Self.places {
          let found = SIMD3<Int>(truncatingIfNeeded: image[x, y])
          let difference = found &- color
          let worst = (0..<3).map { abs(difference[$0]) }.max() ?? 0
          #expect(worst <= tolerance, "\(name) at \(x), \(y): \(found), expected \(color)")
        }
      }
    }
  }

  @Test func `the eight orientations look alike`() throws {
    let upright = try Self.image("ok.jpg")
    for value in 1...8 {
      // Each was compressed as it is stored, so that blocks and colours fall differently.
      let image = try Self.image("exif_\(value).jpg")
      let far = zip(image.pixels, upright.pixels).count { abs(Int($0) - Int($1)) > 24 }
      #expect(far < upright.pixels.count / 20, "orientation \(value)")
    }
  }

  @Test func `gray becomes three equal channels`() throws {
    for name in ["gray.jpg", "gray16.png", "gray_alpha.png", "bilevel.png"] {
      let image = try Self.image(name)
      for start in stride(from: 0, to: image.pixels.count, by: 3) {
        let pixel = image.pixels[start..<(start + 3)]
        if Set(pixel).count != 1 { Issue.record("\(name): \(pixel) at \(start / 3)") }
      }
    }
  }

  @Test func `a ramp of 16 bits stays a ramp`() throws {
    let ramp = try Self.image("gray16.png")
    #expect(ramp[0, 0].x == 0)
    let values = Set((0..<ramp.height).flatMap { y in (0..<ramp.width).map { ramp[$0, y].x } })
    #expect(values.count > 32)
    #expect(values.max() == 255)
  }

  @Test func `damage is named`() throws {
    let expectations = [
      ("truncated_60_percent.jpg", "ends too early"), ("truncated.png", "ends too early"),
      ("zero_bytes.jpg", "empty"), ("not_an_image.jpg", "not a picture"), ("folder.jpg", "folder"),
      ("bomb_60000x60000.png", "60000 x 60000"), ("bomb_65500x65500.jpg", "65500 x 65500"),
      ("zero_width.png", "width is zero"), ("still.bmp", "BMP"),
      ("animated.gif", "GIF"), ("still.tif", "TIFF"), ("corrupt_middle.jpg", "left over"),
      ("bad_data_crc.png", "CRC"), ("bad_header_crc.png", "CRC"),
    ]
    for (name, word) in expectations {
      let error = rasterError { () throws(RasterError) in
        let folder = TestFiles.badInputs.appendingPathComponent("images")
        _ = try RasterImage(contentsOf: folder.appendingPathComponent(name))
      }
      #expect(error?.message.contains(word) == true, "\(name): \(error?.message ?? "accepted")")
    }
  }
}
