import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct BenchLossCommandTests {
  private static let small = [
    "bench", "loss", "--rows", "640", "--classes", "5", "--threads", "1", "--repetitions", "2",
  ]

  @Test func `the JSON has the machine, and each case with its limit`() throws {
    let run = try FocalProcess(Self.small + ["--json", "--quiet"])
    #expect(run.status == 0 && run.error.isEmpty)
    let json = try run.json()
    #expect(json["bench"] as? String == "loss")
    let machine = try #require(json["machine"] as? [String: Any])
    #expect(machine["cpu"] is String && machine["features"] is [String])
    #expect(machine["threads"] as? Int == 1 && machine["cores"] as? Int ?? 0 >= 1)
    let settings = try #require(json["settings"] as? [String: Any])
    #expect(settings["positives"] as? Int == 100 && settings["ignored"] as? Int == 160)
    let cases = try #require(json["cases"] as? [[String: Any]])
    #expect(
      cases.compactMap { $0["name"] as? String } == [
        "fused-float32", "fused-float32-forward", "composed-float32", "fused-bfloat16",
        "fused-bfloat16-forward", "composed-bfloat16",
      ]
    )
    // One pass is the limit of all that is done with the same logits.
    let limits = cases.compactMap { $0["limitMilliseconds"] as? Double }
    #expect(limits.count == 6 && Set(limits[..<3]).count == 1 && Set(limits[3...]).count == 1)
    // Each has times of its own: to the nanosecond no three agree by chance.
    #expect(Set(cases.compactMap { $0["milliseconds"] as? Double }).count > 2)
    for entry in cases {
      let name = entry["name"] as? String ?? ""
      let median = try #require(entry["milliseconds"] as? Double)
      let minimum = try #require(entry["minimum"] as? Double)
      let limit = try #require(entry["limitMilliseconds"] as? Double)
      #expect(minimum > 0 && median >= minimum && limit > 0)
      let ratio = try #require(entry["ratio"] as? Double)
      expectClose(ratio, median / limit, absolute: 0, relative: 1e-12, name)
      #expect((entry["bound"] as? String)?.hasPrefix("memory: ") == true)
      // Loss and gradient are checked against double precision before they are timed.
      let error = try #require(entry["relativeError"] as? Double)
      #expect(error < 1e-5, "\(name): \(error)")
      let gradientError = entry["gradientError"] as? Double
      #expect((gradientError == nil) == name.hasSuffix("-forward"))
      if let gradientError {
        // A bfloat16 has 8 bits.
        let bound = name.contains("bfloat16") ? 0x1p-8 : 1e-5
        #expect(gradientError < bound, "\(name): \(gradientError)")
      }
    }
  }

  @Test func `options choose dtype, loss and seed`() throws {
    func sums(_ arguments: String...) throws -> [String: Any] {
      try FocalProcess(Self.small + ["--dtype", "f32", "--json", "--quiet"] + arguments).json()
    }
    let json = try sums("--alpha", "none", "--gamma", "0", "--seed", "7")
    let settings = try #require(json["settings"] as? [String: Any])
    #expect(settings["alpha"] == nil || settings["alpha"] is NSNull)
    #expect(settings["gamma"] as? Double == 0 && settings["seed"] as? Int == 7)
    #expect((json["cases"] as? [[String: Any]])?.count == 3)
    let again = try sums("--alpha", "none", "--gamma", "0", "--seed", "7")
    let other = try sums("--alpha", "none", "--gamma", "0", "--seed", "8")
    func errors(_ json: [String: Any]) -> [Double] {
      (json["cases"] as? [[String: Any]] ?? []).compactMap { $0["relativeError"] as? Double }
    }
    // The error of a sum of thousands is as good as a fingerprint of what was summed.
    #expect(errors(json) == errors(again) && errors(json) != errors(other))
  }

  @Test func `a single row and class will do`() throws {
    let run = try FocalProcess([
      "bench", "loss", "--rows", "1", "--classes", "1", "--repetitions", "1", "--json", "--quiet",
    ])
    let settings = try #require(try run.json()["settings"] as? [String: Any])
    #expect(settings["positives"] as? Int == 0 && settings["ignored"] as? Int == 0)
  }

  @Test func `the table says the same in words`() throws {
    let run = try FocalProcess(Self.small + ["--dtype", "bf16", "--quiet"])
    #expect(run.status == 0 && run.error.isEmpty)
    let lines = run.output.split(separator: "\n").map(String.init)
    // A debug build adds that its figures mean nothing.
    try #require((7...8).contains(lines.count), "\(run.output)")
    #expect(lines[0] == "640 x 5 logits, 100 objects, 160 ignored, alpha 0.25, gamma 2.0")
    #expect(lines[1].contains("1 thread,") && lines[1].contains("kernel "))
    #expect(lines[2].hasPrefix("case ") && lines[2].hasSuffix("gradient error"))
    #expect(lines[3].hasPrefix("fused-bfloat16 ") && lines[3].contains("x "))
    #expect(lines[4].hasPrefix("fused-bfloat16-forward ") && lines[4].hasSuffix("n/a"))
    #expect(lines[5].hasPrefix("composed-bfloat16 "))
    // Columns end under each other.
    #expect(Set(lines[2...5].map(\.count)).count == 1)
    #expect(lines[6].hasPrefix("limit: memory: "))
  }

  @Test(arguments: [
    (["--rows", "0"], "--rows 0: expected 1 or more"),
    (["--classes", "-1"], "--classes -1: expected 1 or more"),
    (["--rows", "9000000000", "--classes", "9000000000"], "expected at most 2^31 logits"),
    (["--threads", "0"], "--threads 0: expected 1 to 1024"),
    (["--repetitions", "0"], "--repetitions 0: expected 1 to 100000"),
    (["--gamma", "-1"], "--gamma -1.0: expected 0 to 10000"),
    (["--alpha", "1.5"], "--alpha 1.5: expected 0 to 1, or none"),
    (["--alpha", "1,2"], "--alpha: expected one number, or none"),
    (["--dtype", "f16"], "f16"),
    (["--seed", "-1"], "0 or more"),
  ])
  func `wrong usage gives one line and status 64`(arguments: [String], part: String) throws {
    try expectFailure(
      ["bench", "loss"] + arguments,
      status: 64,
      naming: [part, "see focal bench loss --help"]
    )
  }

  @Test func `the commands inside bench are named`() throws {
    try expectFailure(["bench", "los"], status: 64, naming: ["los", "did you mean loss?"])
    let run = try FocalProcess(["bench"])
    #expect(run.status == 0 && run.output.contains("USAGE: focal bench <subcommand>"))
  }
}
