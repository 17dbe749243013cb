import ArgumentParser
import FocalLossReference

/// Which loss.
enum LossKind: String, ExpressibleByArgument, CaseIterable {
  case crossEntropy = "ce"
  case focal
  case focalStar = "flstar"
  case softmaxFocal = "softmax-focal"
  case hinge
}

/// What `--alpha` says.
enum AlphaOption: ExpressibleByArgument, Equatable {
  /// `none`: all weigh 1.
  case alike
  /// One number.
  case one(Double)
  /// A number for each class.
  case each([Double])

  init?(argument: String) {
    if argument == "none" {
      self = .alike
      return
    }
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0)
    }
    let values = numbers.compactMap { $0 }
    guard values.count == numbers.count, let first = values.first else { return nil }
    self = values.count == 1 ? .one(first) : .each(values)
  }

  /// As it is written on a command line.
  var defaultValueDescription: String {
    switch self {
    case .alike: "none"
    case .one(let value): "\(value)"
    case .each(let values): values.map { "\($0)" }.joined(separator: ",")
    }
  }
}

/// What `--score` says.
enum HingeScoreOption: String, ExpressibleByArgument, CaseIterable {
  case logit, probability

  var score: HingeReference.Score { self == .logit ? .logit : .probability }
}

/// A loss with all of its numbers.
enum LossFunction {
  case crossEntropy(CrossEntropyReference)
  case focal(SigmoidFocalReference)
  case focalStar(FocalStarReference)
  case hinge(HingeReference)
  /// How many classes there are is for the file to say.
  case softmaxFocal(gamma: Double, weights: AlphaOption)
}

/// The options that choose a loss and its numbers.
struct LossOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Which loss.",
      valueName: "kind"
    )
  )
  var kind: LossKind

  @Option(
    parsing: .unconditional,
    help:
      "The weight of objects, 0 to 1, background weighing 1 - alpha; none weighs all alike. (default: 0.25 for focal and flstar, else none) For softmax-focal a weight for each class, as in 1,0.5,2."
  )
  var alpha: AlphaOption?

  @Option(
    parsing: .unconditional,
    help:
      "The focusing parameter of focal and softmax-focal, 0 to 10000, or the steepness of flstar, 1e-9 to 1e9. (default: 2)"
  )
  var gamma: Double?

  @Option(parsing: .unconditional, help: "The shift of flstar, -1e9 to 1e9. (default: 1)")
  var beta: Double?

  @Option(
    parsing: .unconditional,
    help:
      "Where hinge becomes 0, -1e9 to 1e9. (default: 1 on the logit, 0.5 on the probability)"
  )
  var margin: Double?

  @Option(help: "What hinge measures. (default: logit)")
  var score: HingeScoreOption?

  func validate() throws {
    let foreign: [(String, Bool, [LossKind])] = [
      ("--gamma", gamma != nil, [.focal, .softmaxFocal, .focalStar]),
      ("--beta", beta != nil, [.focalStar]),
      ("--margin", margin != nil, [.hinge]),
      ("--score", score != nil, [.hinge]),
    ]
    for (name, isGiven, kinds) in foreign where isGiven && !kinds.contains(kind) {
      let names = kinds.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\(name): only with --kind \(names), found \(kind.rawValue)")
    }
    let isStar = kind == .focalStar
    try Self.check(
      "--gamma",
      gamma,
      in: isStar ? FocalStarReference.gammaRange : SigmoidFocalReference.gammaRange,
      isStar ? "1e-9 to 1e9" : "0 to 10000"
    )
    try Self.check("--beta", beta, in: FocalStarReference.betaRange, "-1e9 to 1e9")
    try Self.check("--margin", margin, in: HingeReference.marginRange, "-1e9 to 1e9")
    try validateAlpha()
  }

  private static func check(
    _ name: String,
    _ value: Double?,
    in range: ClosedRange<Double>,
    _ words: String
  ) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError("\(name) \(value): expected \(words)")
  }

  private func validateAlpha() throws {
    switch alpha {
    case nil, .alike: return
    case .one(let value) where kind != .softmaxFocal:
      guard (0...1).contains(value) else {
        throw ValidationError("--alpha \(value): expected 0 to 1, or none")
      }
    case .each(let values) where kind != .softmaxFocal:
      throw ValidationError(
        "--alpha: found \(values.count) numbers, expected one; only softmax-focal has one for each class"
      )
    case .one(let value): try Self.checkWeights([value])
    case .each(let values): try Self.checkWeights(values)
    }
  }

  private static func checkWeights(_ values: [Double]) throws {
    for value in values {
      try check("--alpha", value, in: SoftmaxFocalReference.weightRange, "weights from 0 to 1e9")
    }
  }

  /// The loss that the options describe; what they leave out is as in the paper.
  var function: LossFunction {
    switch kind {
    case .crossEntropy: .crossEntropy(CrossEntropyReference(alpha: binaryAlpha(or: nil)))
    case .focal:
      .focal(SigmoidFocalReference(alpha: binaryAlpha(or: 0.25), gamma: gamma ?? 2))
    case .focalStar:
      .focalStar(
        FocalStarReference(alpha: binaryAlpha(or: 0.25), gamma: gamma ?? 2, beta: beta ?? 1)
      )
    case .hinge:
      .hinge(
        HingeReference(alpha: binaryAlpha(or: nil), margin: margin, score: score?.score ?? .logit)
      )
    case .softmaxFocal: .softmaxFocal(gamma: gamma ?? 2, weights: alpha ?? .alike)
    }
  }

  private func binaryAlpha(or preset: Double?) -> Double? {
    switch alpha {
    case nil: preset
    case .one(let value): value
    case .alike, .each: nil
    }
  }
}
