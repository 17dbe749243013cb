import Foundation
import Testing

@testable import Raster

@Suite struct RasterImageEncodingTests {
  @Test(arguments: [(1, 1), (1, 40), (33, 17), (64, 64)])
  func `PNG keeps every pixel`(width: Int, height: Int) throws {
    let image = RasterImage.noise(width: width, height: height)
    let bytes = try image.pngData()
    #expect(try RasterImage(decoding: bytes, name: "noise") == image)
    #expect(try image.pngData() == bytes)
  }

  @Test(arguments: [(1, 1), (7, 40), (33, 17), (64, 64)])
  func `JPEG keeps a gradient to a few levels`(width: Int, height: Int) throws {
    let image = RasterImage.gradient(width: width, height: height)
    let bytes = try image.jpegData(quality: 100)
    let decoded = try RasterImage(decoding: bytes, name: "gradient")
    #expect(decoded.width == width && decoded.height == height)
    // Colour is stored at half the resolution.
    #expect(decoded.worstDifference(from: image) <= 40)
    #expect(try image.jpegData(quality: 100) == bytes)
  }

  @Test func `a lower quality gives a smaller file, and values outside are taken as the nearest`()
    throws
  {
    let image = RasterImage.noise(width: 64, height: 64)
    #expect(try image.jpegData(quality: 20).count < image.jpegData(quality: 90).count)
    #expect(try image.jpegData(quality: -7) == image.jpegData(quality: 1))
    #expect(try image.jpegData(quality: 1000) == image.jpegData(quality: 100))
  }

  @Test func `a side beyond JPEG's limit is refused`() {
    let image = RasterImage(width: 65501, height: 1, red: 0, green: 0, blue: 0)
    let error = rasterError { () throws(RasterError) in _ = try image.jpegData() }
    #expect(error?.code == .invalidArgument)
  }

  @Test func `the extension decides the format written`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let image = RasterImage.gradient(width: 20, height: 10)
      for (name, start) in [("a.png", UInt8(0x89)), ("b.JPG", 0xFF), ("c.jpeg", 0xFF)] {
        let url = folder.appendingPathComponent(name)
        try image.write(to: url)
        #expect(try Data(contentsOf: url).first == start)
        let size = try RasterImage.size(of: url)
        #expect(size == (20, 10))
      }
    }
  }

  @Test func `another extension and a missing folder are refused by name`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let image = RasterImage.gradient(width: 4, height: 4)
      let other = folder.appendingPathComponent("a.webp")
      let error = rasterError { () throws(RasterError) in try image.write(to: other) }
      #expect(error?.code == .invalidArgument)
      #expect(error?.description.contains("a.webp") == true)
      let lost = folder.appendingPathComponent("none/a.png")
      let failure = rasterError { () throws(RasterError) in try image.write(to: lost) }
      #expect(failure?.code == .unwritableFile)
      #expect(failure?.message == "cannot be written: no such file or folder; check the path")
    }
  }
}
