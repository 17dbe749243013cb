import FocalLoss
import FocalLossReference
import Testing
import Torch

/// A sigmoid loss on tensors beside its closed form in double precision.
struct LossCase: Sendable, CustomTestStringConvertible {
  let name: String
  let reference: any MarginLossReference
  /// Whether the fused kernel knows the loss.
  let hasKernel: Bool
  /// What the loss adds to the margin, in units of the margin: its rounding is that of a margin so
  /// great.
  let shift: Double
  /// What the loss subtracts from: the loss is rounded as a number so great.
  let offset: Double
  let make: @Sendable (LossForm) -> any SigmoidLoss

  var testDescription: String { name }

  static let all: [LossCase] = crossEntropies + focals + focalStars + hinges

  private static let crossEntropies = [nil, 0.75].map { alpha in
    LossCase(
      name: "cross entropy, alpha \(alpha.map { "\($0)" } ?? "none")",
      reference: CrossEntropyReference(alpha: alpha),
      hasKernel: true,
      shift: 0,
      offset: 0,
      make: { SigmoidCrossEntropyLoss(alpha: alpha, form: $0) }
    )
  }

  private static let focals = [0, 1e-3, 0.5, 1, 2, 5].flatMap { gamma in
    [nil, 0.25].map { alpha in
      LossCase(
        name: "focal, gamma \(gamma), alpha \(alpha.map { "\($0)" } ?? "none")",
        reference: SigmoidFocalReference(alpha: alpha, gamma: gamma),
        hasKernel: true,
        shift: 0,
        offset: 0,
        make: { SigmoidFocalLoss(alpha: alpha, gamma: gamma, form: $0) }
      )
    }
  }

  private static let focalStars = [(2.0, 1.0), (4, 0), (0.5, -2)].map { gamma, beta in
    LossCase(
      name: "FL*, gamma \(gamma), beta \(beta)",
      reference: FocalStarReference(gamma: gamma, beta: beta),
      hasKernel: false,
      shift: abs(beta / gamma),
      offset: 0,
      make: { _ in FocalStarLoss(gamma: gamma, beta: beta) }
    )
  }

  private static let hinges = [
    hinge(HingeReference()), hinge(HingeReference(alpha: 0.25, margin: 0.5)),
    hinge(HingeReference(score: .probability)),
    hinge(HingeReference(margin: 1, score: .probability)),
    hinge(HingeReference(margin: 0.9, score: .probability)),
    hinge(HingeReference(margin: 0.3, score: .probability)),
  ]

  private static func hinge(_ reference: HingeReference) -> LossCase {
    let score: HingeLoss.Score = reference.score == .logit ? .logit : .probability
    return LossCase(
      name: "hinge, margin \(reference.margin) on the \(reference.score)",
      reference: reference,
      hasKernel: false,
      shift: 0,
      // Only on the probability is a corner rounded, and none at 0 or nowhere.
      offset: score == .probability && ![0.5, 1].contains(reference.margin) ? 0.25 : 0,
      make: { _ in HingeLoss(alpha: reference.alpha, margin: reference.margin, score: score) }
    )
  }
}

/// In which numbers, how and where a loss is computed.
struct LossVariant: Sendable, CustomTestStringConvertible {
  let dtype: DType
  let form: LossForm
  let device: Device

  var testDescription: String { "\(dtype) \(form) on \(device)" }

  /// All that can be computed on the devices that are there.
  static let all: [LossVariant] = {
    let composed = [DType.float64, .float32, .bfloat16, .float16].flatMap { dtype in
      devices.map { LossVariant(dtype: dtype, form: .composed, device: $0) }
    }
    let fused = [DType.float32, .bfloat16].map {
      LossVariant(dtype: $0, form: .fused, device: .cpu)
    }
    return composed + fused
  }()

  static let devices: [Device] = TorchRuntime.isCUDAAvailable ? [.cpu, .cuda()] : [.cpu]

  /// Which losses are computed in which ways.
  static let ofLosses: [(LossCase, LossVariant)] = LossCase.all.flatMap { loss in
    all.filter { $0.form != .fused || loss.hasKernel }.map { (loss, $0) }
  }

  /// How far a value may be off that an exact formula gives for the same logits.
  ///
  /// - Float64: a relative 10⁻¹².
  /// - Float32, in which bfloat16 and float16 logits are computed, too: 4 ulp (2⁻²³) of the natural
  ///   scale |f| + |x f′|, by which the loss changes when it is rounded, or when a logit is.
  func bound(_ value: Double, conditioned amplification: Double, offset: Double) -> Double {
    switch dtype {
    case .float64: 1e-12 * abs(value) + 0x1p-50 * offset + 1e-300
    default: 4 * 0x1p-23 * (abs(value) + amplification + offset) + 0x1p-126
    }
  }

  /// What rounding a gradient to the dtype of the logits adds to it.
  func rounding(_ gradient: Double) -> Double {
    switch dtype {
    case .bfloat16: 0x1p-8 * abs(gradient) + 0x1p-133
    case .float16: 0x1p-11 * abs(gradient) + 0x1p-24
    default: 0
    }
  }
}
