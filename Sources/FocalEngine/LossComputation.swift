import ArgumentParser
import CommandConsole
import FocalLoss
import FocalLossReference
import Torch

/// How a loss is computed.
enum LossFormOption: String, ExpressibleByArgument, CaseIterable {
  /// Fused where there is a kernel for it, else composed.
  case automatic
  /// By the kernel of one pass.
  case fused
  /// Of LibTorch's operations.
  case composed
  /// By closed forms in double precision, one logit at a time.
  case reference
}

/// The loss of each logit, and the gradient of their sum.
struct LossComputation {
  /// Shape [N, K], float64 where the logits are, else float32.
  let loss: Tensor
  /// Shape and dtype of the loss.
  let gradient: Tensor
  /// The loss of all, as the form sums it.
  let sum: Double
  /// How it was computed; never automatic.
  let form: LossFormOption

  /// Computes a loss.
  ///
  /// The gradient is of the summed loss, as training takes it, and not of the elements.
  /// Logits shorter than float32 are made float32 first, but for those that the fused form is asked to
  /// take as they are.
  /// - Parameters:
  ///   - function: The loss.
  ///   - form: How to compute it.
  ///   - input: What to compute it of.
  /// - Throws: ``CommandFailure`` if the form cannot take these logits or the weights do not fit
  ///   them; `TorchError` if memory runs out.
  init(_ function: LossFunction, form: LossFormOption, of input: LossApplyInput) throws {
    self.form = try function.resolved(form, for: input)
    try function.checkWeights(for: input)
    let dtype: DType = input.logits.dtype == .float64 ? .float64 : .float32
    if input.logits.count == 0 {
      loss = try Tensor.zeros(shape: input.logits.shape, dtype: dtype)
      gradient = loss
      sum = 0
    } else if self.form == .reference {
      (loss, gradient) = try function.reference(of: input, dtype: dtype)
      sum = try loss.to(.float64).sum().item()
    } else {
      let isTakenAsItIs = form == .fused && input.logits.dtype == .bfloat16
      let logits = try isTakenAsItIs ? input.logits : input.logits.to(dtype)
      let isFused = self.form == .fused
      loss = try withoutGradient {
        try function.tensor(.elements, of: logits, input: input, isFused: isFused).to(dtype)
      }
      try logits.setRequiresGradient(true)
      let total = try function.tensor(.sum, of: logits, input: input, isFused: isFused)
      try total.backward()
      sum = try total.item()
      gradient = try logits.gradient()?.to(dtype) ?? Tensor.zeros(shape: loss.shape, dtype: dtype)
    }
  }
}

extension LossFunction {
  /// The form that a request comes to.
  fileprivate func resolved(
    _ form: LossFormOption,
    for input: LossApplyInput
  ) throws -> LossFormOption {
    switch form {
    case .automatic: return hasKernel && input.logits.dtype != .float64 ? .fused : .composed
    case .fused where input.logits.dtype == .float64:
      throw TensorFile.failure(
        input.path,
        "logits",
        "found dtype float64, which the fused form does not take; use --form composed or reference"
      )
    case .fused, .composed, .reference: return form
    }
  }

  /// Whether there is a fused form.
  var hasKernel: Bool {
    switch self {
    case .crossEntropy, .focal: true
    case .focalStar, .hinge, .softmaxFocal: false
    }
  }

  /// - Throws: ``CommandFailure`` if there are weights of classes, and not as many as classes.
  fileprivate func checkWeights(for input: LossApplyInput) throws {
    if case .softmaxFocal(_, let weights) = self { _ = try classWeights(weights, for: input) }
  }

  /// The weights of the classes of a softmax, where they differ from 1.
  private func classWeights(_ weights: AlphaOption, for input: LossApplyInput) throws -> [Double]? {
    switch weights {
    case .alike: return nil
    case .one(let weight): return Array(repeating: weight, count: input.classes)
    case .each(let values):
      guard values.count == input.classes else {
        throw TensorFile.failure(
          input.path,
          "logits",
          "has \(input.classes) classes, --alpha \(values.count) weights"
        )
      }
      return values
    }
  }

  // MARK: On tensors

  /// What is asked of a loss.
  fileprivate enum Gathering { case elements, sum }

  /// The loss of each logit or of all, joined to differentiation.
  fileprivate func tensor(
    _ gathering: Gathering,
    of logits: Tensor,
    input: LossApplyInput,
    isFused: Bool
  ) throws -> Tensor {
    let targets = try AnchorClassTargets(
      classIndices: Tensor(input.targets, shape: [input.rows]),
      categoryCount: input.classes
    )
    let form: LossForm = isFused ? .fused : .composed
    func gathered(_ loss: some SigmoidLoss) throws -> Tensor {
      switch gathering {
      case .elements: try loss.elements(logits: logits, targets: targets)
      case .sum: try loss.sum(logits: logits, targets: targets)
      }
    }
    switch self {
    case .crossEntropy(let loss):
      return try gathered(SigmoidCrossEntropyLoss(alpha: loss.alpha, form: form))
    case .focal(let loss):
      return try gathered(SigmoidFocalLoss(alpha: loss.alpha, gamma: loss.gamma, form: form))
    case .focalStar(let loss):
      return try gathered(
        FocalStarLoss(alpha: loss.alpha, gamma: loss.gamma, beta: loss.beta)
      )
    case .hinge(let loss):
      let score: HingeLoss.Score = loss.score == .logit ? .logit : .probability
      return try gathered(HingeLoss(alpha: loss.alpha, margin: loss.margin, score: score))
    case .softmaxFocal(let gamma, let weights):
      let loss = SoftmaxFocalLoss(gamma: gamma, classWeights: try classWeights(weights, for: input))
      switch gathering {
      case .elements: return try loss.elements(logits: logits, targets: targets)
      case .sum: return try loss.sum(logits: logits, targets: targets)
      }
    }
  }

  // MARK: In double precision

  fileprivate func reference(
    of input: LossApplyInput,
    dtype: DType
  ) throws -> (loss: Tensor, gradient: Tensor) {
    let logits = try input.logits.doubles()
    var loss = [Double](repeating: 0, count: logits.count)
    var gradient = loss
    let classes = input.classes
    let (closedForm, softmax) = (closedForm, try softmax(for: input))
    for (row, target) in input.targets.enumerated() where target != -2 {
      let places = row * classes..<(row + 1) * classes
      if let closedForm {
        for place in places {
          let isObject = place - places.lowerBound == Int(target)
          loss[place] = closedForm.value(logit: logits[place], isObject: isObject)
          gradient[place] = closedForm.gradient(logit: logits[place], isObject: isObject)
        }
      } else if let softmax, target >= 0 {
        let scores = Array(logits[places])
        loss[places.lowerBound + Int(target)] = softmax.value(logits: scores, target: Int(target))
        gradient.replaceSubrange(
          places,
          with: softmax.gradient(logits: scores, target: Int(target))
        )
      }
    }
    return (
      try Tensor(loss, shape: input.logits.shape).to(dtype),
      try Tensor(gradient, shape: input.logits.shape).to(dtype)
    )
  }

  /// The loss of one logit, where it is one of margins.
  private var closedForm: (any MarginLossReference)? {
    switch self {
    case .crossEntropy(let loss): return loss
    case .focal(let loss): return loss
    case .focalStar(let loss): return loss
    case .hinge(let loss): return loss
    case .softmaxFocal: return nil
    }
  }

  private func softmax(for input: LossApplyInput) throws -> SoftmaxFocalReference? {
    guard case .softmaxFocal(let gamma, let weights) = self else { return nil }
    return SoftmaxFocalReference(gamma: gamma, classWeights: try classWeights(weights, for: input))
  }
}
