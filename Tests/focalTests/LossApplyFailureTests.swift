import Foundation
import FocalLossReference
import TestSupport
import Testing
import Torch
import TorchNN

/// What `focal loss apply` refuses, and how.
@Suite(.serialized) struct LossApplyFailureTests {
  @Test func `a file that cannot be used is named with its tensor, and nothing is written`() throws
  {
    let folder = try TemporaryFolder()
    let logits = try Tensor.zeros(shape: [3, 2])
    let targets = try Tensor([0, 1, -1] as [Int64])
    func outOfRange(_ value: Int64) throws -> Tensor { try Tensor([0, value, -1] as [Int64]) }
    let cases: [([(String, Tensor)], [String])] = [
      ([], ["tensor 'logits': is not in the file; the file has no tensors"]),
      ([("scores", logits)], ["tensor 'logits': is not in the file; found 'scores'"]),
      ([("logits", logits)], ["tensor 'targets': is not in the file; found 'logits'"]),
      (
        [("logits", try logits.to(.int32)), ("targets", targets)],
        ["tensor 'logits': found dtype int32, expected float64, float32, bfloat16, float16"]
      ),
      (
        [("logits", logits), ("targets", try targets.to(.int32))],
        ["tensor 'targets': found dtype int32, expected int64"]
      ),
      (
        [("logits", try logits.reshape([6])), ("targets", targets)],
        ["tensor 'logits': found shape [6], expected [N, K]"]
      ),
      (
        [("logits", logits), ("targets", try targets.reshape([3, 1]))],
        ["tensor 'targets': found shape [3, 1], expected [N]"]
      ),
      (
        [("logits", try Tensor.zeros(shape: [4, 2])), ("targets", targets)],
        ["tensor 'targets': found 3 values, expected 4, one for each row of 'logits'"]
      ),
    ]
    let output = folder.path("out.safetensors")
    for (tensors, parts) in cases {
      let input = try writeTensors(tensors, in: folder)
      try expectFailure(
        ["loss", "apply", "--kind", "focal", "--input", input, "--output", output],
        status: 1,
        naming: [input] + parts
      )
    }
    for value: Int64 in [2, -3, .max, .min] {
      let input = try writeTensors(
        [("logits", logits), ("targets", outOfRange(value))],
        in: folder
      )
      try expectFailure(
        ["loss", "apply", "--kind", "ce", "--input", input, "--output", output],
        status: 1,
        naming: [
          input,
          "tensor 'targets': row 1: found class index \(value), expected 0..<2, "
            + "-1 (background) or -2 (ignored)",
        ]
      )
    }
    #expect(!FileManager.default.fileExists(atPath: output))
  }

  @Test func `what does not go together is told`() throws {
    let folder = try TemporaryFolder()
    let doubles = try writeLossInput(Tensor([0, 1] as [Double], shape: [1, 2]), [0], to: folder)
    let output = folder.path("out.safetensors")
    let common = ["loss", "apply", "--input", doubles]
    let none = try writeLossInput(Tensor.zeros(shape: [0, 3]), [], to: folder)
    try expectFailure(
      [
        "loss", "apply", "--input", none, "--output", output, "--kind", "softmax-focal",
        "--alpha", "1,2",
      ],
      status: 1,
      naming: [none, "'logits': has 3 classes, --alpha 2 weights"]
    )
    try expectFailure(
      common + ["--output", output, "--kind", "ce", "--form", "fused"],
      status: 1,
      naming: [doubles, "'logits': found dtype float64", "--form composed or reference"]
    )
    for form in ["composed", "reference"] {
      try expectFailure(
        common
          + ["--output", output, "--kind", "softmax-focal", "--alpha", "1,2,3", "--form", form],
        status: 1,
        naming: [doubles, "'logits': has 2 classes, --alpha 3 weights"]
      )
    }
    let link = folder.path("link.safetensors")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: doubles)
    let before = try Data(contentsOf: URL(fileURLWithPath: doubles))
    for path in [doubles, link] {
      try expectFailure(
        common + ["--output", path, "--kind", "ce"],
        status: 1,
        naming: [path, "is the input itself"]
      )
    }
    let isSame = try Data(contentsOf: URL(fileURLWithPath: doubles)) == before
    #expect(isSame)
    try expectFailure(
      common + ["--output", folder.path("absent/out"), "--kind", "ce"],
      status: 1,
      naming: [folder.path("absent/out"), "cannot be written: no such folder"]
    )
    let text = try folder.write("not tensors", to: "text.safetensors")
    for path in [text, folder.path("absent.safetensors")] {
      try expectFailure(
        ["loss", "apply", "--kind", "ce", "--input", path, "--output", output],
        status: 1,
        naming: [path]
      )
    }
    #expect(!FileManager.default.fileExists(atPath: output))
  }

  @Test func `what is no regular file stays what it is, and a link stays a link`() throws {
    let folder = try TemporaryFolder()
    let input = try writeLossInput(Tensor([0, 1], shape: [1, 2]), [0], to: folder)
    func command(_ output: String) -> [String] {
      ["loss", "apply", "--input", input, "--kind", "ce", "--output", output]
    }
    let pipe = folder.path("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    let toPipe = folder.path("to-pipe")
    try FileManager.default.createSymbolicLink(atPath: toPipe, withDestinationPath: "pipe")
    let circle = folder.path("circle")
    try FileManager.default.createSymbolicLink(atPath: circle, withDestinationPath: "circle")
    for (path, reason) in [
      (pipe, "it is no regular file"), (toPipe, "it is no regular file"),
      (folder.url.path, "it is a folder"), (circle, "its links lead nowhere"),
    ] {
      try expectFailure(
        command(path),
        status: 1,
        naming: [path, "cannot be written: ", reason]
      )
    }
    var status = stat()
    #expect(lstat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)

    // What a link leads to is written, there already or not yet.
    try FileManager.default.createDirectory(
      atPath: folder.path("far"),
      withIntermediateDirectories: false
    )
    let link = folder.path("link")
    try FileManager.default.createSymbolicLink(
      atPath: link,
      withDestinationPath: "far/out.safetensors"
    )
    for _ in 0..<2 {
      #expect(try FocalProcess(command(link)).status == 0)
      #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
      let file = try SafetensorsFile(
        contentsOf: URL(fileURLWithPath: folder.path("far/out.safetensors"))
      )
      #expect(file.entries.count == 2)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("far")).count == 1)
  }

  struct Usage: Sendable, CustomTestStringConvertible {
    let arguments: String
    let parts: [String]
    var testDescription: String { arguments }

    init(_ arguments: String, _ parts: String...) {
      self.arguments = arguments
      self.parts = parts
    }
  }

  @Test(arguments: [
    Usage("", "--kind", "focal loss apply --help"),
    Usage("--kind focal", "--input"),
    Usage("--kind focall", "focall", "softmax-focal"),
    Usage("--kind ce --form fast", "fast", "reference"),
    Usage(
      "--kind ce --gamma 2",
      "--gamma: only with --kind focal, softmax-focal, flstar, found ce"
    ),
    Usage("--kind focal --beta 1", "--beta: only with --kind flstar, found focal"),
    Usage("--kind focal --margin 1", "--margin: only with --kind hinge, found focal"),
    Usage("--kind ce --score logit", "--score: only with --kind hinge, found ce"),
    Usage("--kind focal --gamma -1", "--gamma -1.0: expected 0 to 10000"),
    Usage("--kind focal --gamma nan", "--gamma nan: expected 0 to 10000"),
    Usage("--kind focal --gamma 10001", "--gamma 10001.0: expected 0 to 10000"),
    Usage("--kind softmax-focal --gamma 4e38", "--gamma 4e+38: expected 0 to 10000"),
    Usage("--kind flstar --gamma 1e40", "--gamma 1e+40: expected 1e-9 to 1e9"),
    Usage("--kind flstar --gamma 1e-45", "--gamma 1e-45: expected 1e-9 to 1e9"),
    Usage("--kind softmax-focal --alpha 1e300", "--alpha 1e+300: expected weights from 0 to 1e9"),
    Usage("--kind flstar --gamma 0", "--gamma 0.0: expected 1e-9 to 1e9"),
    Usage("--kind flstar --beta inf", "--beta inf: expected -1e9 to 1e9"),
    Usage("--kind hinge --margin nan", "--margin nan: expected -1e9 to 1e9"),
    Usage("--kind focal --alpha 1.5", "--alpha 1.5: expected 0 to 1, or none"),
    Usage("--kind focal --alpha -0.1", "--alpha -0.1: expected 0 to 1, or none"),
    Usage("--kind focal --alpha 0.5,0.5", "--alpha: found 2 numbers, expected one"),
    Usage("--kind focal --alpha half", "--alpha", "half"),
    Usage("--kind focal --alpha 1,,2", "--alpha", "1,,2"),
    Usage("--kind softmax-focal --alpha 1,-2", "--alpha -2.0: expected weights from 0 to 1e9"),
    Usage("--kind flstar --form fused", "--form fused: only with --kind ce, focal, found flstar"),
  ])
  func `wrong usage gives one line, status 64 and the remedy`(usage: Usage) throws {
    let arguments = usage.arguments.split(separator: " ").map(String.init)
    // Where the rest of the line is right, so that only this is wrong.
    let files = usage.parts.contains("--input") ? [] : ["--input", "i", "--output", "o"]
    try expectFailure(
      ["loss", "apply"] + arguments + files,
      status: 64,
      naming: usage.parts
    )
  }

  @Test func `the commands inside loss are named like those of focal`() throws {
    try expectFailure(["loss", "aply"], status: 64, naming: ["aply", "did you mean apply?"])
    try expectFailure(
      ["help", "loss", "x"],
      status: 64,
      naming: ["x: no such command, expected one of curves,"]
    )
    try expectFailure(["loss", "--frob"], status: 64, naming: ["--frob", "see focal loss --help"])
    for arguments in [["loss"], ["loss", "--help"], ["help", "loss"]] {
      let run = try FocalProcess(arguments)
      #expect(run.status == 0 && run.error.isEmpty)
      #expect(run.output.contains("USAGE: focal loss <subcommand>"), "\(arguments)")
    }
    for command in ["apply", "curves"] {
      let run = try FocalProcess(["loss", command, "--help"])
      #expect(run.status == 0 && run.output.contains("  focal loss \(command)"))
    }
  }
}
