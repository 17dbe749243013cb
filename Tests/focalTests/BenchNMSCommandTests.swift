import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct BenchNMSCommandTests {
  private static let small = [
    "bench", "nms", "--boxes", "50,200", "--width", "64", "--height", "64", "--classes", "3",
    "--candidates", "40", "--threads", "2", "--repetitions", "1",
  ]

  @Test func `the JSON has every scene and the post-processing, each with its limit`() throws {
    let run = try FocalProcess(Self.small + ["--json", "--quiet"])
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    let json = try run.json()
    #expect(json["bench"] as? String == "nms")
    let cases = try #require(json["cases"] as? [[String: Any]])
    #expect(
      cases.compactMap { $0["name"] as? String } == [
        "nms-50-clustered", "nms-50-scattered", "nms-200-clustered", "nms-200-scattered",
        "postprocess",
      ]
    )
    for entry in cases {
      for key in ["milliseconds", "limitMilliseconds", "ratio"] {
        #expect(entry[key] as? Double ?? 0 > 0, "\(key) of \(entry)")
      }
      #expect(!(entry["bound"] as? String ?? "").isEmpty)
    }
    #expect(cases.compactMap { $0["boxes"] as? Int } == [50, 50, 200, 200, 40])
    let kept = cases.compactMap { $0["kept"] as? Int }
    // Clusters are of fifty.
    #expect(kept.count == 5 && (1...10).contains(kept[0]) && kept[1] > kept[0])
    #expect((1...40).contains(kept[4]))
  }

  @Test func `the table says what was timed, and the scenes can be kept`() throws {
    let folder = try TemporaryFolder()
    let file = folder.path("scenes.safetensors")
    let run = try FocalProcess(Self.small + ["--quiet", "--save", file])
    #expect(run.status == 0, "\(run.error)")
    #expect(run.output.contains("picture of 64 x 64, 3 classes, seed 0"))
    #expect(run.output.contains("nms-200-scattered"))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    for name in ["50-clustered.boxes", "200-scattered.kept", "logits", "detections"] {
      #expect(bytes.range(of: Data("\"\(name)\"".utf8)) != nil, "\(name)")
    }
  }

  @Test(arguments: [
    (["--boxes", "10,x"], "--boxes 10,x: expected numbers from 1 to 1000000"),
    (["--boxes", ""], "--boxes"),
    (["--width", "8"], "--width 8: expected 32 to 8192"),
    (["--classes", "0"], "--classes 0: expected 1 to 100000"),
    (["--width", "64", "--height", "64", "--candidates", "999999"], "--candidates 999999"),
    (["--width", "8192", "--height", "8192", "--classes", "9000"], "expected at most 2^30"),
    (["--repetitions", "0"], "--repetitions 0: expected 1 to 100000"),
  ])
  func `a wrong option is named`(arguments: [String], message: String) throws {
    let run = try FocalProcess(["bench", "nms"] + arguments)
    #expect(run.status == 64)
    #expect(run.error.contains(message), "\(run.error)")
  }
}
