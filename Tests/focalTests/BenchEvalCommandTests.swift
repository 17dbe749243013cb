import Foundation
import Testing

@Suite(.serialized) struct BenchEvalCommandTests {
  private static let small = [
    "bench", "eval", "--images", "20", "--detections", "30", "--classes", "3", "--threads", "2",
    "--repetitions", "1",
  ]

  @Test func `the JSON has every step with its limit`() throws {
    let run = try FocalProcess(Self.small + ["--json", "--quiet"])
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    let json = try run.json()
    #expect(json["bench"] as? String == "eval")
    let cases = try #require(json["cases"] as? [[String: Any]])
    #expect(
      cases.compactMap { $0["name"] as? String }
        == ["read-ground-truth", "read-detections", "evaluate", "whole"]
    )
    let times = cases.compactMap { $0["milliseconds"] as? Double }
    let limits = cases.compactMap { $0["limitMilliseconds"] as? Double }
    #expect(times.count == 4 && times.allSatisfy { $0 > 0 })
    #expect(limits.count == 4 && limits.allSatisfy { $0 > 0 })
    #expect(cases.allSatisfy { !($0["bound"] as? String ?? "").isEmpty })
    #expect(cases[1]["boxes"] as? Int == 600)
    #expect((cases[1]["bytes"] as? Int ?? 0) > 600 * 40)
    #expect(cases[2]["bytes"] == nil)
  }

  @Test func `the table says what was timed and what the limits are`() throws {
    let run = try FocalProcess(Self.small + ["--quiet", "--objects", "0"])
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    #expect(run.output.contains("20 pictures, 3 classes, seed 0"))
    #expect(run.output.contains("read-detections: simdjson"))
  }

  @Test(arguments: [
    (["--images", "0"], "--images 0: expected 1 to 1000000"),
    (["--classes", "-2"], "--classes -2: expected 1 to 100000"),
    (["--detections", "-1"], "--detections -1: expected 0 or more"),
    (["--images", "1000000", "--detections", "5000"], "--detections 5000: expected 0 or more"),
    (["--threads", "0"], "--threads 0: expected 1 to 1024"),
    (["--repetitions", "0"], "--repetitions 0: expected 1 to 100000"),
  ])
  func `a wrong option is named`(arguments: [String], message: String) throws {
    let run = try FocalProcess(["bench", "eval"] + arguments)
    #expect(run.status == 64)
    #expect(run.error.contains(message), "\(run.error)")
  }
}
