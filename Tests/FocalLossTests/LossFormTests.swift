import FocalLoss
import Testing
import Torch

struct LossFormTests {
  @Test func `fused is refused where it cannot be, automatic is composed there`() throws {
    let targets = try AnchorClassTargets(classIndices: [0, -1], categoryCount: 2)
    func refused(_ loss: (LossForm) throws -> Tensor) throws -> TorchError? {
      #expect(try loss(.automatic).doubles() == loss(.composed).doubles())
      return #expect(throws: TorchError.self) { try loss(.fused) }
    }
    let wide = try Tensor([0.5, -1, 2, 3] as [Double], shape: [2, 2])
    let half = try wide.to(.float16)
    for logits in [wide, half] {
      let error = try refused {
        try SigmoidFocalLoss(form: $0).sum(logits: logits, targets: targets)
      }
      #expect(error?.code == .unsupported)
      #expect(error?.message.contains("\(logits.dtype)") == true)
    }
    let truth = try Tensor([true, false, false, false], shape: [2, 2])
    let error = try refused {
      try SigmoidFocalLoss(form: $0).loss(logits: wide.to(.float32), isObject: truth)
    }
    #expect(error?.code == .unsupported)
    let unknown = #expect(throws: TorchError.self) {
      try Unknown().sum(logits: wide.to(.float32), targets: targets)
    }
    #expect(unknown?.message.contains("no fused form") == true)
  }

  @Test(arguments: [DType.float32, .bfloat16])
  func `automatic is fused where that can be`(dtype: DType) throws {
    let samples = try LossSamples(seed: 3, dtype: dtype, device: .cpu)
    func rows(_ form: LossForm) throws -> [Float] {
      try SigmoidFocalLoss(form: form).rows(logits: samples.tensor, targets: samples.targets)
        .floats()
    }
    let automatic = try rows(.automatic)
    #expect(try automatic == rows(.fused))
    // The two round differently, so this would not hold of composed rows.
    #expect(try automatic != rows(.composed))
  }

  /// A loss without a kernel that asks for it.
  private struct Unknown: SigmoidLoss {
    var alpha: Double? { nil }
    var form: LossForm { .fused }
    func value(margin: Tensor) throws -> Tensor { try -margin }
  }
}
