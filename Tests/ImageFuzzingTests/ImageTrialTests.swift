import BoxGeometry
import Raster
import Testing

@testable import ImageFuzzing

struct ImageTrialTests {
  // The long run is `swift run -c release FuzzImages`; this keeps its beginning alive.
  @Test(arguments: 0..<8)
  func `two thousand damaged pictures break nothing`(part: UInt64) throws {
    var outcomes: [ImageTrial.Outcome: Int] = [:]
    for seed in part * 250..<(part + 1) * 250 {
      do {
        outcomes[try ImageTrial(seed: seed).run(), default: 0] += 1
      } catch {
        Issue.record("seed \(seed): \(error)")
      }
    }
    // A search that always ends at the first byte finds nothing.
    for outcome in ImageTrial.Outcome.allCases { #expect(outcomes[outcome, default: 0] > 15) }
  }

  @Test func `equal seeds give equal pictures and others do not`() {
    #expect(ImageTrial(seed: 3).bytes == ImageTrial(seed: 3).bytes)
    #expect(Set((0..<200).map { ImageTrial(seed: $0).bytes }).count > 190)
  }

  @Test func `every seed picture is read, but for the animation`() throws {
    for (entry, bytes) in zip(SeedPictures.texts, SeedPictures.files) {
      let image = try? RasterImage(decoding: bytes, name: entry.name, limits: ImageTrial.limits)
      #expect((image == nil) == (entry.name == "webp animation"), "\(entry.name)")
    }
  }

  @Test func `parts put together give the file`() {
    for (entry, bytes) in zip(SeedPictures.texts, SeedPictures.files) {
      #expect(PictureParts(bytes).bytes == bytes, "\(entry.name)")
      #expect(PictureParts(bytes).parts.count >= 1, "\(entry.name)")
      #expect(PictureParts(bytes).sides != nil, "\(entry.name)")
    }
  }

  @Test(arguments: 0..<300)
  func `damaged files are cut without loss of order or sense of where they end`(seed: UInt64) {
    let bytes = ImageTrial(seed: seed).bytes
    let parts = PictureParts(bytes)
    #expect(parts.parts.reduce(0) { $0 + $1.content.count } <= bytes.count)
    #expect(PictureParts(parts.bytes).bytes == parts.bytes)
  }

  @Test func `sides are found where they stand`() throws {
    for (entry, bytes) in zip(SeedPictures.texts, SeedPictures.files) {
      var parts = PictureParts(bytes)
      let (part, range) = try #require(parts.sides)
      for place in range { parts.parts[part].content[place] = 0 }
      // A side of 0, sides that are not the data's, or the one pixel that a lossless WebP means by 0.
      let image = try? RasterImage(decoding: parts.bytes, name: "x", limits: ImageTrial.limits)
      #expect((image?.width ?? 1) == 1, "\(entry.name)")
    }
  }
}
