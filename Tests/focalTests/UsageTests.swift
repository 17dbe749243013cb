import Foundation
import Testing

@Suite(.serialized) struct UsageTests {
  static let commands = [
    "demo", "train", "report", "eval", "predict", "serve", "export", "quantize", "synth", "doctor",
    "config", "info",
  ]

  @Test(arguments: commands)
  func `each command has a help with examples`(command: String) throws {
    let run = try FocalProcess([command, "--help"])
    #expect(run.status == 0)
    #expect(run.error.isEmpty)
    #expect(run.output.contains("USAGE: focal \(command)"))
    #expect(run.output.contains("Examples:\n"))
    #expect(run.output.contains("  focal \(command)"))
  }

  @Test(arguments: [["--help"], ["-h"], ["help"], []])
  func `focal lists its commands and what its exit status means`(arguments: [String]) throws {
    let run = try FocalProcess(arguments)
    #expect(run.status == 0)
    #expect(run.error.isEmpty)
    for command in Self.commands { #expect(run.output.contains("\n  \(command) "), "\(command)") }
    let statuses = "Exit status: 0 done, 1 failed, 64 wrong usage, 130 stopped by Ctrl-C."
    #expect(run.output.contains(statuses))
  }

  @Test(arguments: ["--report", "--model", "--data"])
  func `an empty value is refused`(option: String) throws {
    try expectFailure(["eval", option, ""], status: 64, naming: ["\(option): its value is empty"])
    try expectFailure(["predict", "--model", "m", ""], status: 64, naming: ["is empty"])
  }

  @Test func `the version is a version`() throws {
    let run = try FocalProcess(["--version"])
    #expect(run.status == 0 && run.error.isEmpty)
    #expect(run.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }

  @Test func `info says the same as text and as JSON`() throws {
    let text = try FocalProcess(["info"])
    let json = try FocalProcess(["info", "--json"])
    #expect(text.status == 0 && json.status == 0)
    #expect(text.error.isEmpty && json.error.isEmpty)
    let values = try json.json()
    for key in ["focal", "libtorch", "system", "processor"] {
      let value = try #require(values[key] as? String)
      #expect(text.output.contains(value), "\(key)")
    }
    #expect((values["cores"] as? Int ?? 0) > 0)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let parts: [String]
    var testDescription: String { "focal " + arguments.joined(separator: " ") }

    init(_ arguments: String, _ parts: String...) {
      self.arguments = arguments.split(separator: " ").map(String.init)
      self.parts = parts
    }
  }

  @Test(arguments: [
    Case("trian", "trian", "did you mean train?"),
    Case("frobnicate", "frobnicate", "expected one of demo, train"),
    Case("--frobnicate", "--frobnicate", "focal --help"),
    Case("train --frobnicate", "--frobnicate", "focal train --help"),
    Case("train", "--train, --val, --out"),
    Case("train --train synth:1:1 --out x", "missing --val"),
    Case("train --train synth:1:1 --val synth:1:2 --out x --preset smal", "did you mean small?"),
    Case("train --train a --val b --out c --set schedule.epoch=5", "--set", "epochs?"),
    Case("train --train a --val b --out c --set epochs", "--set epochs", "key=value"),
    Case("train --train a --val b --out c --set schedule.epochs=0", "schedule.epochs: found 0"),
    Case("train --train a --val b --out c --on-bad-data maybe", "--on-bad-data", "maybe"),
    Case("train --resume x --out y", "--resume", "--out"),
    Case("train --resume x --set seed=1", "--set"),
    Case("train --train", "--train", "focal train --help"),
    Case("eval", "--model", "--ground-truth"),
    Case("eval --model m.safetensors", "--data"),
    Case("eval --model m --data synth:1:1 --ground-truth g --detections d", "expected either"),
    Case("eval --model m --data synth:1:1 --precision half", "--precision", "half"),
    Case("predict", "--model"),
    Case("predict --model m", "input"),
    Case("predict --model m p.png --score 2", "--score 2", "0...1"),
    Case("predict --model m p.png --score nan", "--score", "0...1"),
    Case("predict --model m p.png --iou 2", "--iou 2", "0...1"),
    Case("predict --model m p.png --limit 0", "--limit 0", "1 to 100000"),
    Case("predict --model m p.png --tile 10", "--tile 10", "auto", "64 to 65536"),
    Case("predict --model m p.png --tile auto --overlap 0.95", "--overlap 0.95", "0...0.9"),
    Case("predict --model m p.png --overlap 0.1", "--overlap: only with --tile"),
    Case("predict --model m p.png --no-overview", "--no-overview: only with --tile"),
    Case("predict --model m p.png --scales 400,x", "--scales 400,x", "16 to 8192"),
    Case("predict --model m p.png --scales 400,400", "--scales 400,400", "once"),
    Case("predict --model m p.png --batch 0", "--batch 0", "1 to 256"),
    Case("predict --model m p.png --workers 0", "--workers 0", "1 to 256"),
    Case("predict --model m p.png --every 2", "--every: only with --video"),
    Case("predict --model m p.png --video v.mp4", "--video"),
    Case("predict --model m --video v.mp4 --yolo d", "--yolo", "--csv"),
    Case("predict --model m - --list -", "standard input", "once"),
    Case("predict --model m p.png --json --jsonl -", "--json and --jsonl"),
    Case("synth", "--out"),
    Case("synth --out x --images 0", "--images 0", "1 to 1000000"),
    Case("synth --out x --images -3", "--images -3", "1 to 1000000"),
    Case("synth --out x --seed -1", "--seed", "'-1'", "0 or more"),
    Case("demo --seed x", "--seed", "'x'", "0 or more"),
    Case("demo --epochs -1", "--epochs -1", "1 or more"),
    Case("help nonsense", "nonsense: no such command", "expected one of demo, train"),
    Case("config foo", "error: foo: no such preset"),
    Case("train --train a --val b --out c --preset foo", "--preset foo: no such preset"),
    Case("eval --ground-truth g --detections d --images i", "--images: only with --model"),
    Case("eval --ground-truth g --detections d --precision auto", "--precision: only"),
    Case("eval --ground-truth g --detections d --on-bad-data stop", "--on-bad-data: only"),
    Case("eval --model m --data d --report=", "--report: its value is empty"),
    Case("config smal", "smal", "did you mean small?"),
    Case("config small extra", "extra"),
    Case("config --set model.backbone=resnet51", "model.backbone", "resnet50"),
    Case("demo --epochs 0", "--epochs 0"),
    Case("info --frobnicate", "--frobnicate"),
  ])
  func `wrong usage gives one line, status 64 and the remedy`(usage: Case) throws {
    try expectFailure(usage.arguments, status: 64, naming: usage.parts)
  }

  @Test(arguments: [
    ["bench"], ["bench", "loss"], ["bench", "nms"], ["config"], ["demo"], ["doctor"], ["eval"],
    ["export"],
    ["import", "torchvision"],
    ["info"],
    ["loss"], ["loss", "apply"], ["loss", "curves"], ["loss", "distribution"], ["model"],
    ["model", "describe"], ["model", "forward"], ["predict"], ["report"], ["synth"], ["train"],
  ])
  func `the examples of the help can be pasted`(command: [String]) throws {
    let help = try FocalProcess(command + ["--help"]).output
    let after = try #require(help.range(of: "Examples:\n")).upperBound
    let block = help[after...].split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { !$0.allSatisfy(\.isWhitespace) }
    #expect(block.count > 1)
    var isContinued = false
    for line in block {
      let words = line.drop { $0 == " " }
      #expect(words.hasPrefix("focal ") != isContinued, "\(line)")
      isContinued = line.hasSuffix("\\")
    }
    #expect(!isContinued)
  }
}
