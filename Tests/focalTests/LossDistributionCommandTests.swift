import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct LossDistributionCommandTests {
  /// One epoch on four rendered pictures, at a size that takes seconds.
  private static func model(in folder: TemporaryFolder) throws -> String {
    let run = folder.url.appending(path: "run").path
    let small = [
      "model.width=8", "model.pyramidChannels=16", "model.headDepth=1", "input.shortSide=64",
      "input.longSideCap=96", "schedule.epochs=1", "schedule.batchSize=2",
    ]
    let training = try FocalProcess(
      ["train", "--train", "synth:4:1", "--val", "synth:2:2", "--preset", "small", "--out", run]
        + small.flatMap { ["--set", $0] }
    )
    try #require(training.status == 0, "\(training.error)")
    return run + "/final.safetensors"
  }

  @Test func `of a fresh network, gamma 2 takes the loss from the background`() throws {
    let folder = try TemporaryFolder()
    let model = try Self.model(in: folder)
    let out = folder.url.appending(path: "figures").path
    let run = try FocalProcess([
      "loss", "distribution", "--model", model, "--data", "synth:3:5", "--gammas", "0,2", "--out",
      out,
      "--json",
    ])
    try #require(run.status == 0, "\(run.error)")
    let figures = try run.json()
    #expect(figures["pictures"] as? Int == 3)
    let losses = try #require(figures["losses"] as? [[String: Any]])
    #expect(losses.map { $0["gamma"] as? Double } == [0, 2])

    func group(_ name: String, _ loss: [String: Any], _ key: String) throws -> Double {
      try #require((loss[name] as? [String: Any])?[key] as? Double)
    }
    var objects: [Double] = []
    for loss in losses {
      let names = ["positives", "easyNegatives", "hardNegatives"]
      let sum = try names.reduce(0) { try $0 + group($1, loss, "loss") }
      objects.append(try group("positives", loss, "loss") / sum)
      let counts = try names.reduce(0) { try $0 + group($1, loss, "count") }
      let anchors = try #require(figures["foregroundAnchors"] as? Double)
      let background = try #require(figures["backgroundAnchors"] as? Double)
      // Four categories of rendered objects; every logit that counts is in one group.
      #expect(counts == 4 * (anchors + background))
      #expect(try group("positives", loss, "count") == anchors)
    }
    // With a prior of 0.01 the objects' share can only grow with gamma.
    #expect(objects[1] > objects[0])
    for name in ["foreground", "background"] {
      let svg = try String(contentsOfFile: "\(out)/\(name).svg", encoding: .utf8)
      #expect(svg.contains("γ = 0") && svg.contains("γ = 2"))
      #expect(FileManager.default.fileExists(atPath: "\(out)/\(name).png"))
    }

    let text = try FocalProcess([
      "loss", "distribution", "--model", model, "--data", "synth:3:5", "--gammas", "0,2",
    ])
    #expect(text.status == 0)
    #expect(text.output.contains("3 pictures; anchors: "))
    #expect(text.output.contains("\n   0.00 "))
  }

  @Test(
    arguments: [
      (["--gammas", "0,x"], 64, "--gammas: found x"), (["--gammas", ""], 64, "--gammas"),
      (["--gammas=-1"], 64, "--gammas: found -1"),
      (["--alpha", "2"], 64, "--alpha: found 2, expected a number in 0...1 or none"),
      ([], 1, "nowhere.safetensors"),
    ] as [([String], Int32, String)]
  )
  func `what cannot be is one line`(options: [String], status: Int32, message: String) throws {
    let run = try FocalProcess(
      ["loss", "distribution", "--model", "nowhere.safetensors", "--data", "synth:1:1"] + options
    )
    #expect(run.status == status)
    #expect(run.output.isEmpty)
    #expect(run.error.contains(message), "\(run.error)")
    #expect(run.error.split(separator: "\n").count == 1)
  }
}
