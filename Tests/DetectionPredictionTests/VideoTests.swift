import DetectionPrediction
import Foundation
import Raster
import Testing

struct VideoTests {
  private static let ffmpeg = try? FFmpeg()

  private final class Folder: Sendable {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-test-\(UUID().uuidString)", isDirectory: true)

    init() throws {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
  }

  @Test func `where ffmpeg is absent, it is told what to install`() {
    let error = #expect(throws: PredictionError.self) { _ = try FFmpeg(path: "/nowhere:") }
    #expect(error?.code == .noFFmpeg)
    #expect(error?.description.hasPrefix("ffmpeg: not found") == true)
    #expect(error?.description.contains("apt install ffmpeg") == true)
  }

  @Test func `the seconds of a frame are exact`() {
    let rate = FrameRate(numerator: 30000, denominator: 1001)
    #expect(rate.seconds(atFrame: 30000) == 1001)
    #expect(rate.divided(by: 3).description == "30000/3003")
  }

  /// Frames of odd sides, each of a gray of its own, of which encoding changes a level or two.
  @Test(.enabled(if: VideoTests.ffmpeg != nil, "ffmpeg is not installed"))
  func `frames that are written are read again, one of so many where asked`() throws {
    let ffmpeg = try #require(Self.ffmpeg)
    let folder = try Folder()
    let url = folder.url.appendingPathComponent("film.mp4")
    let writer = FrameWriter(url, rate: FrameRate(numerator: 10, denominator: 1), by: ffmpeg)
    for number in 0..<12 {
      let gray = UInt8(20 + number * 18)
      try writer.write(RasterImage(width: 63, height: 41, red: gray, green: gray, blue: gray))
    }
    #expect(!FileManager.default.fileExists(atPath: url.path))
    try writer.finish()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["film.mp4"]
    )
    let facts = try ffmpeg.facts(of: url)
    #expect(facts.width == 64 && facts.height == 42)
    #expect(facts.frames == 12 && facts.rate.perSecond == 10)
    for every in [1, 5, 20] {
      let reader = try FrameReader(url, facts: facts, every: every, by: ffmpeg)
      var grays: [Int] = []
      while let frame = try reader.next()?.get() {
        #expect(frame.width == 64 && frame.height == 42)
        grays.append(Int(frame[30, 20].y))
      }
      let expected = stride(from: 0, to: 12, by: every).map { 20 + $0 * 18 }
      #expect(grays.count == expected.count, "every \(every): \(grays)")
      for (found, wanted) in zip(grays, expected) { #expect(abs(found - wanted) <= 4) }
    }
  }

  @Test(.enabled(if: VideoTests.ffmpeg != nil, "ffmpeg is not installed"))
  func `what is no video is refused by name, and nothing is left behind`() throws {
    let ffmpeg = try #require(Self.ffmpeg)
    let folder = try Folder()
    let text = folder.url.appendingPathComponent("text.mp4")
    try Data("this is no video".utf8).write(to: text)
    let error = #expect(throws: PredictionError.self) { _ = try ffmpeg.facts(of: text) }
    #expect(error?.description.hasPrefix(text.path + ": ") == true)
    let writer = FrameWriter(
      folder.url.appendingPathComponent("out.nothing"),
      rate: FrameRate(numerator: 1, denominator: 1),
      by: ffmpeg
    )
    let failure = #expect(throws: PredictionError.self) {
      for _ in 0..<100 {
        try writer.write(RasterImage(width: 640, height: 480, red: 0, green: 0, blue: 0))
      }
      try writer.finish()
    }
    #expect(failure?.description.contains("out.nothing: the video cannot be written") == true)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["text.mp4"]
    )
  }
}
