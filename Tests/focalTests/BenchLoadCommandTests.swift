import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct BenchLoadCommandTests {
  private static let small = [
    "bench", "load", "--count", "9", "--short-side", "60", "--threads", "2", "--repetitions", "1",
  ]
  private static let cases = ["decode", "decode-resize", "decode-resize-normalize", "loader"]

  @Test func `the JSON has every step on one thread and on all, each with its limit`() throws {
    let run = try FocalProcess(Self.small + ["--json", "--quiet"])
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    let json = try run.json()
    #expect(json["bench"] as? String == "load")
    let settings = try #require(json["settings"] as? [String: Any])
    #expect(settings["images"] as? Int == 9 && settings["shortSide"] as? Int == 60)
    // 640 x 480 scenes.
    #expect(settings["bytes"] as? Int ?? 0 > 9 * 5000)
    let cases = try #require(json["cases"] as? [[String: Any]])
    let names = [1, 2].flatMap { threads in Self.cases.map { "\($0)-\(threads)" } }
    #expect(cases.compactMap { $0["name"] as? String } == names)
    for entry in cases {
      let name = entry["name"] as? String ?? ""
      let median = try #require(entry["milliseconds"] as? Double)
      let limit = try #require(entry["limitMilliseconds"] as? Double)
      #expect(median > 0 && limit > 0)
      let perSecond = try #require(entry["imagesPerSecond"] as? Double)
      expectClose(perSecond, 1000 / median, absolute: 0, relative: 1e-9, name)
      #expect((entry["bound"] as? String)?.hasPrefix("libjpeg") == true)
      // Batches of eight, as in the preset small.
      let batches = entry["batchesPerSecond"] as? Double
      #expect((batches != nil) == name.hasPrefix("loader"))
      if let batches { expectClose(batches, perSecond / 8, absolute: 0, relative: 1e-9, name) }
    }
  }

  @Test func `pictures of a folder are taken by name, the table says what was timed`() throws {
    let folder = try TemporaryFolder()
    _ = try FocalProcess(["synth", "--out", folder.path("sample"), "--images", "3", "--quiet"])
    let arguments = Self.small + ["--images", folder.path("sample/images"), "--quiet"]
    let run = try FocalProcess(arguments)
    #expect(run.status == 0, "\(run.error)")
    #expect(run.output.contains("3 pictures, "))
    #expect(run.output.contains("decode-resize-normalize-2"))
    #expect(run.output.contains("limit: libjpeg"))
  }

  @Test(arguments: [
    (["--count", "0"], "--count 0: expected 1 to 100000"),
    (["--short-side", "0"], "--short-side 0: expected 1 to 10000"),
    (["--threads", "0"], "--threads 0: expected 1 to 1024"),
  ])
  func `a wrong option is named`(arguments: [String], message: String) throws {
    let run = try FocalProcess(["bench", "load"] + arguments)
    #expect(run.status == 64)
    #expect(run.error.contains(message), "\(run.error)")
  }

  @Test func `a folder without JPEG files is named`() throws {
    let folder = try TemporaryFolder()
    let run = try FocalProcess(["bench", "load", "--images", folder.url.path])
    #expect(run.status == 1)
    #expect(run.error.contains(folder.url.path), "\(run.error)")
  }
}
