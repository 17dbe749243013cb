import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct BenchTrainCommandTests {
  private static let small = [
    "bench", "train", "--backbone", "resnet18", "--size", "32", "--batch", "1", "--classes", "3",
    "--threads", "1", "--repetitions", "1",
  ]

  @Test func `the JSON has the step and its parts, each with its limit`() throws {
    let run = try FocalProcess(Self.small + ["--dtype", "f32", "--json", "--quiet"])
    #expect(run.status == 0 && run.error.isEmpty)
    let json = try run.json()
    #expect(json["bench"] as? String == "train")
    let cases = try #require(json["cases"] as? [[String: Any]])
    let parts = ["targets", "backbone", "pyramid", "heads", "loss", "backward", "optimizer"]
    let names = (["step"] + parts).map { $0 + "-float32" }
    #expect(cases.compactMap { $0["name"] as? String } == names)
    let times = cases.compactMap { $0["milliseconds"] as? Double }
    #expect(times.count == 8 && times.allSatisfy { $0 > 0 })
    // The parts are the step but for what lies between them.
    #expect(times[0] >= times[1...].reduce(0, +))
    let limits = cases.compactMap { $0["limitMilliseconds"] as? Double }
    // Forward and backward are all multiply-adds; backward is twice forward less the first layer's input.
    expectClose(limits[0], limits[1...].reduce(0, +), absolute: 0, relative: 1e-9, "limits")
    let forward = limits[2] + limits[3] + limits[4]
    #expect(limits[6] > 1.9 * forward && limits[6] < 2 * forward)
    #expect(cases[0]["peakBytes"] as? Int ?? 1 << 20 >= 1 << 20)
  }

  @Test func `frozen norms freeze the stem and the first stage: less to do on the way back`() throws
  {
    func limits(_ norm: String) throws -> [Double] {
      let arguments = Self.small + ["--dtype", "f32", "--json", "--quiet", "--norm", norm]
      let cases = try #require(try FocalProcess(arguments).json()["cases"] as? [[String: Any]])
      return cases.compactMap { $0["limitMilliseconds"] as? Double }
    }
    let (trained, frozen) = (try limits("batch"), try limits("frozen"))
    // As shares of their own forward pass: the machine's rate differs from run to run.
    #expect(frozen[6] / frozen[2] < 0.95 * trained[6] / trained[2])
  }

  @Test(arguments: [
    (["--size", "33"], "--size 33: expected a multiple of 32"),
    (["--batch", "0"], "--batch 0: expected 1 to 1024"),
    (["--classes", "1"], "--classes 1: expected 2 to 100000"),
    (["--boxes", "-1"], "--boxes -1: expected 0 to 10000"),
    (["--backbone", "resnet19"], "resnet19"),
    (["--repetitions", "0"], "--repetitions 0: expected 1 to 100000"),
  ])
  func `a wrong option is named`(arguments: [String], message: String) throws {
    let run = try FocalProcess(["bench", "train"] + arguments)
    #expect(run.status == 64)
    #expect(run.error.contains(message), "\(run.error)")
  }

  @Test func `the table says what was timed, on what, and what the limit is`() throws {
    let run = try FocalProcess(Self.small + ["--dtype", "bf16", "--boxes", "0", "--quiet"])
    #expect(run.status == 0)
    #expect(run.output.contains("resnet18, 1 pictures of 32 x 32, 0 boxes each, 3 classes"))
    #expect(run.output.contains("step-bfloat16") && run.output.contains("limit: arithmetic"))
  }
}
