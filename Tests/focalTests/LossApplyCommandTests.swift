import Foundation
import FocalLossReference
import TestSupport
import Testing
import Torch
import TorchNN

@Suite(.serialized) struct LossApplyCommandTests {
  private static let ln2 = log(2.0)
  private static let ln3 = log(3.0)
  private static let ln4 = log(4.0)

  struct Worked: Sendable, CustomTestStringConvertible {
    let arguments: String
    /// Of the logits [[0, ln 3], [ln 3, 0], [5, 5]] with the targets 0, −1, −2.
    let loss, gradient: [Double]
    var forms = ["automatic", "composed", "reference"]
    var testDescription: String { arguments }
  }

  private static let worked: [Worked] = {
    // (1 − pₜ)² (2 pₜ log pₜ − (1 − pₜ)) at pₜ = ½ and ¼.
    let (half, quarter) = (-0.25 * (ln2 + 0.5), -0.5625 * (0.5 * ln4 + 0.75))
    let (low, high) = (log(1 + exp(-1.0)) / 2, log(1 + 9 / M_E) / 2)
    let (lowSlope, highSlope) = (1 / (1 + M_E), 9 / (M_E + 9))
    let kernels = ["automatic", "fused", "composed", "reference"]
    return [
      Worked(
        arguments: "--kind ce",
        loss: [ln2, ln4, ln4, ln2, 0, 0],
        gradient: [-0.5, 0.75, 0.75, 0.5, 0, 0],
        forms: kernels
      ),
      Worked(
        arguments: "--kind ce --alpha 0.75",
        loss: [0.75 * ln2, 0.25 * ln4, 0.25 * ln4, 0.25 * ln2, 0, 0],
        gradient: [-0.375, 0.1875, 0.1875, 0.125, 0, 0],
        forms: kernels
      ),
      Worked(
        arguments: "--kind focal",
        loss: [0.0625 * ln2, 0.75 * 0.5625 * ln4, 0.75 * 0.5625 * ln4, 0.1875 * ln2, 0, 0],
        gradient: [0.25 * half, -0.75 * quarter, -0.75 * quarter, -0.75 * half, 0, 0],
        forms: kernels
      ),
      Worked(
        arguments: "--kind focal --alpha none --gamma 0",
        loss: [ln2, ln4, ln4, ln2, 0, 0],
        gradient: [-0.5, 0.75, 0.75, 0.5, 0, 0],
        forms: kernels
      ),
      Worked(
        arguments: "--kind flstar",
        loss: [0.25 * low, 0.75 * high, 0.75 * high, 0.75 * low, 0, 0],
        gradient: [
          -0.25 * lowSlope, 0.75 * highSlope, 0.75 * highSlope, 0.75 * lowSlope, 0, 0,
        ]
      ),
      Worked(
        arguments: "--kind flstar --gamma 1 --beta 0 --alpha none",
        loss: [ln2, ln4, ln4, ln2, 0, 0],
        gradient: [-0.5, 0.75, 0.75, 0.5, 0, 0]
      ),
      Worked(
        arguments: "--kind hinge",
        loss: [1, 1 + ln3, 1 + ln3, 1, 0, 0],
        gradient: [-1, 1, 1, 1, 0, 0]
      ),
      Worked(
        arguments: "--kind hinge --margin 0.5 --alpha 0.25",
        loss: [0.125, 0.75 * (0.5 + ln3), 0.75 * (0.5 + ln3), 0.375, 0, 0],
        gradient: [-0.25, 0.75, 0.75, 0.75, 0, 0]
      ),
      Worked(
        arguments: "--kind hinge --score probability --margin 0.75",
        loss: [0.25, 0.5, 0.5, 0.25, 0, 0],
        gradient: [-0.25, 0.1875, 0.1875, 0.25, 0, 0]
      ),
      Worked(
        arguments: "--kind softmax-focal",
        loss: [0.5625 * ln4, 0, 0, 0, 0, 0],
        gradient: [quarter, -quarter, 0, 0, 0, 0]
      ),
      Worked(
        arguments: "--kind softmax-focal --alpha 3",
        loss: [3 * 0.5625 * ln4, 0, 0, 0, 0, 0],
        gradient: [3 * quarter, -3 * quarter, 0, 0, 0, 0]
      ),
      Worked(
        arguments: "--kind softmax-focal --alpha 2,0.5 --gamma 0",
        loss: [2 * ln4, 0, 0, 0, 0, 0],
        gradient: [-1.5, 1.5, 0, 0, 0, 0]
      ),
    ]
  }()

  @Test(arguments: worked)
  func `every kind in every form gives what was worked by hand`(case worked: Worked) throws {
    let folder = try TemporaryFolder()
    for form in worked.forms {
      let dtype: DType = form == "automatic" || form == "fused" ? .float32 : .float64
      let logits = try Tensor([0, Self.ln3, Self.ln3, 0, 5, 5], shape: [3, 2]).to(dtype)
      let outcome = try applyLoss(
        "\(worked.arguments) --form \(form)",
        logits: logits,
        targets: [0, -1, -2],
        in: folder
      )
      // A float32 has ln 3 to 2⁻²⁴, and a result takes a handful of roundings.
      let tolerance = dtype == .float64 ? 1e-14 : 1e-6
      #expect(outcome.loss.dtype == dtype && outcome.loss.shape == [3, 2])
      #expect(outcome.gradient.dtype == dtype && outcome.gradient.shape == [3, 2])
      try expectClose(outcome.loss.doubles(), worked.loss, absolute: tolerance, "\(form) loss")
      try expectClose(
        outcome.gradient.doubles(),
        worked.gradient,
        absolute: tolerance,
        "\(form) gradient"
      )
    }
  }

  @Test(arguments: [DType.bfloat16, .float16], ["automatic", "fused", "composed", "reference"])
  func `short logits give float32`(dtype: DType, form: String) throws {
    let folder = try TemporaryFolder()
    // Exact in both.
    let values: [Double] = [-6, -4.5, -0.125, 0, 0.75, 3]
    let outcome = try applyLoss(
      "--kind focal --form \(form)",
      logits: Tensor(values, shape: [3, 2]).to(dtype),
      targets: [1, -1, 0],
      in: folder
    )
    let reference = SigmoidFocalReference()
    let isObject = [false, true, false, false, true, false]
    let loss = zip(values, isObject).map { reference.value(logit: $0, isObject: $1) }
    let slope = zip(values, isObject).map { reference.gradient(logit: $0, isObject: $1) }
    #expect(outcome.loss.dtype == .float32 && outcome.gradient.dtype == .float32)
    try expectClose(outcome.loss.doubles(), loss, absolute: 0, relative: 2e-6)
    // The kernel writes the gradient of bfloat16 logits as bfloat16: 8 bits.
    let isRounded = form == "fused" && dtype == .bfloat16
    try expectClose(
      outcome.gradient.doubles(),
      slope,
      absolute: 0,
      relative: isRounded ? 0x1p-8 : 2e-6
    )
    let rounded = try outcome.gradient.to(.bfloat16).doubles()
    #expect(try (rounded == outcome.gradient.doubles()) == isRounded)
  }

  @Test(arguments: ["ce", "focal --gamma 0.5", "flstar", "hinge", "softmax-focal"])
  func `what no model should give has the same result in every form`(kind: String) throws {
    let folder = try TemporaryFolder()
    let far = [1e4, -1e4, .infinity, -.infinity, .nan, 0, 88, -104]
    let targets: [Int64] = [0, 1, -1, -2, 0, -2]
    var values: [Double] = []
    for row in targets.indices {
      // A softmax of several infinities has no limit: one to a row.
      values += kind == "softmax-focal" ? [far[row], 0.5] : [far[row], far[(row + 3) % far.count]]
    }
    let isFused = kind.hasPrefix("ce") || kind.hasPrefix("focal")
    let logits = try Tensor(values, shape: [6, 2]).to(.float32)
    let reference = try applyLoss(
      "--kind \(kind) --form reference",
      logits: logits,
      targets: targets,
      in: folder
    )
    for row in [3, 5] {
      for place in [2 * row, 2 * row + 1] {
        #expect(try reference.gradient.doubles()[place] == 0)
        #expect(try reference.loss.doubles()[place] == 0)
      }
    }
    for form in ["composed"] + (isFused ? ["fused"] : []) {
      let other = try applyLoss(
        "--kind \(kind) --form \(form)",
        logits: logits,
        targets: targets,
        in: folder
      )
      for (mine, theirs) in [(other.loss, reference.loss), (other.gradient, reference.gradient)] {
        for (place, (a, b)) in zip(try mine.doubles(), try theirs.doubles()).enumerated() {
          let isSame = a == b || a.isNaN && b.isNaN || abs(a - b) <= 2e-6 * abs(b) + 1e-37
          #expect(isSame, "\(form) \(values[place]) [\(place)]: \(a), expected \(b)")
        }
      }
    }
  }

  @Test(arguments: ["ce", "focal", "focal --gamma 1.5", "flstar", "hinge", "softmax-focal"])
  func `forms agree on random logits`(kind: String) throws {
    let folder = try TemporaryFolder()
    // Knuth's MMIX: the tests of commands have no generator of their own.
    var state: UInt64 = 3
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) * 0x1p-24
    }
    let values = (0..<64 * 9).map { _ in Float(24 * uniform() - 12) }
    let logits = try Tensor(values, shape: [64, 9]).to(.float64)
    let targets = (0..<64).map { _ in Int64(11 * uniform()) - 2 }
    let reference = try applyLoss(
      "--kind \(kind) --form reference",
      logits: logits,
      targets: targets,
      in: folder
    )
    for (dtype, tolerance) in [(DType.float64, 1e-12), (.float32, 4e-6)] {
      let outcome = try applyLoss(
        "--kind \(kind)",
        logits: logits.to(dtype),
        targets: targets,
        in: folder
      )
      // The logits are float32 by origin, so that both see the same.
      for (mine, theirs) in [
        (outcome.loss, reference.loss), (outcome.gradient, reference.gradient),
      ] {
        try expectClose(
          mine.doubles(),
          theirs.doubles(),
          absolute: 1e-12,
          relative: tolerance
        )
      }
    }
  }

  @Test(arguments: [[0, 4], [3, 0]])
  func `tensors without elements have none of loss`(shape: [Int]) throws {
    let folder = try TemporaryFolder()
    for kind in ["focal", "softmax-focal", "hinge"] {
      let outcome = try applyLoss(
        "--kind \(kind) --json",
        logits: Tensor.zeros(shape: shape),
        targets: Array(repeating: -1, count: shape[0]),
        in: folder
      )
      #expect(outcome.loss.shape == shape && outcome.gradient.shape == shape)
      #expect(try outcome.run.json()["sum"] as? Double == 0)
    }
  }

  /// The kernel sums whole blocks of background in another loop than it keeps elements in, bfloat16 by tables:
  /// both are to come to the same.
  @Test(arguments: [DType.float32, .bfloat16], ["focal", "focal --gamma 1.3", "ce"])
  func `loss, sum and gradient are right of tensors so large that training's own loops run`(
    dtype: DType,
    kind: String
  ) throws {
    let folder = try TemporaryFolder()
    let (rows, classes) = (1_000, 80)
    var state: UInt64 = 5
    let values = (0..<rows * classes).map { _ -> Float in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let uniform = Float(state >> 40) * 0x1p-24
      return 8 * uniform - 9
    }
    let targets = (0..<rows).map { row -> Int64 in
      switch row % 100 {
      case 7: Int64(row % classes)
      case 9: -2
      default: -1
      }
    }
    let logits = try Tensor(values, shape: [rows, classes]).to(dtype)
    let fused = try applyLoss(
      "--kind \(kind) --form fused --json",
      logits: logits,
      targets: targets,
      in: folder
    )
    let reference = try applyLoss(
      "--kind \(kind) --form reference",
      logits: logits.to(.float64),
      targets: targets,
      in: folder
    )
    let losses = try reference.loss.doubles()
    let sum = try #require(try fused.run.json()["sum"] as? Double)
    expectClose(sum, losses.reduce(0, +), absolute: 0, relative: 1e-6)
    try expectClose(fused.loss.doubles(), losses, absolute: 0, relative: 4e-6)
    try expectClose(
      fused.gradient.doubles(),
      reference.gradient.doubles(),
      absolute: 0,
      relative: dtype == .float32 ? 4e-6 : 0x1p-8
    )
  }

  @Test func `a sum that is no number is nan, and quiet says nothing`() throws {
    let folder = try TemporaryFolder()
    let logits = try Tensor([Float.nan, 1], shape: [1, 2])
    for form in ["composed", "fused", "reference"] {
      let outcome = try applyLoss(
        "--kind focal --form \(form)",
        logits: logits,
        targets: [0],
        in: folder
      )
      #expect(outcome.run.output.contains(": sum nan\n"), "\(outcome.run.output)")
    }
    let quiet = try applyLoss("--kind focal --quiet", logits: logits, targets: [0], in: folder)
    #expect(quiet.run.output.isEmpty)
    let json = try applyLoss(
      "--kind focal --quiet --json",
      logits: logits,
      targets: [0],
      in: folder
    )
    #expect(try json.run.json()["sum"] as? String == "NaN")
  }

  // MARK: Words

  @Test func `the summary counts rows and sums the loss`() throws {
    let folder = try TemporaryFolder()
    let logits = try Tensor([0, Self.ln3, Self.ln3, 0, 5, 5, 1, 1], shape: [4, 2])
    let targets: [Int64] = [0, -1, -2, -2]
    let json = try applyLoss("--kind ce --json", logits: logits, targets: targets, in: folder).run
      .json()
    expectClose(json["sum"] as? Double ?? 0, 2 * (Self.ln2 + Self.ln4), absolute: 1e-15 * 8)
    #expect(json["positives"] as? Int == 1 && json["background"] as? Int == 1)
    #expect(json["ignored"] as? Int == 2)
    #expect(json["rows"] as? Int == 4 && json["classes"] as? Int == 2)
    #expect(json["kind"] as? String == "ce" && json["form"] as? String == "composed")
    #expect(json["dtype"] as? String == "float64")
    let numbers = try #require(json["parameters"] as? [String: Any])
    #expect(numbers.keys.sorted() == ["alpha"] && numbers["alpha"] is NSNull)

    let fused = try applyLoss(
      "--kind focal --json",
      logits: logits.to(.float32),
      targets: targets,
      in: folder
    ).run.json()
    #expect(fused["form"] as? String == "fused")

    let text = try applyLoss("--kind flstar", logits: logits, targets: targets, in: folder).run
      .output
    #expect(text.contains(": loss and gradient of 4 x 2 logits, float64\n"))
    #expect(text.contains("\nflstar, alpha 0.25, beta 1.0, gamma 2.0, composed: sum "))
    #expect(text.hasSuffix("\n1 positives, 1 background, 2 ignored\n"))
  }

  @Test func `the file says how its numbers came about`() throws {
    let folder = try TemporaryFolder()
    let input = try writeLossInput(Tensor([0.0, 1], shape: [1, 2]), [0], to: folder)
    let output = folder.path("out.safetensors")
    let arguments = [
      "loss", "apply", "--input", input, "--output", output, "--kind", "softmax-focal", "--alpha",
      "1,2",
    ]
    #expect(try FocalProcess(arguments).status == 0)
    let file = try SafetensorsFile(contentsOf: URL(fileURLWithPath: output))
    #expect(
      file.metadata == [
        "kind": "softmax-focal", "form": "composed", "alpha": "1.0,2.0", "gamma": "2.0",
      ]
    )
    let bytes = try Data(contentsOf: URL(fileURLWithPath: output))
    #expect(try FocalProcess(arguments).status == 0)
    let isSame = try Data(contentsOf: URL(fileURLWithPath: output)) == bytes
    #expect(isSame, "written over by the same")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(names.count == 2, "nothing is left beside it: \(names)")
  }
}
