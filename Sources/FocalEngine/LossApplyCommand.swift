import ArgumentParser
import CommandConsole
import FocalLossReference
import Foundation
import Torch
import TorchNN

/// `focal loss apply`: a loss and its gradient on tensors of a file.
struct LossApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Apply a loss to logits in a file, and write loss and gradient to another.",
    discussion: """
      Examples:
        focal loss apply --kind focal --input in.safetensors --output out.safetensors
        focal loss apply --kind flstar --gamma 4 --beta 0 --alpha none \\
          --input in.safetensors --output out.safetensors
        focal loss apply --kind softmax-focal --alpha 1,0.5,2 --form reference \\
          --input in.safetensors --output out.safetensors --json

      The input holds logits [N, K] (float64, float32, bfloat16 or float16) and targets [N] (int64): the index of a \
      class, -1 for background, -2 for a row that counts for nothing. The output holds loss [N, K], not divided by \
      anything, and gradient [N, K] of its sum as training sums it: float64 where the logits are, else float32. Under softmax-focal a \
      row of background has no loss, and a row's loss stands at its class.

      Logits shorter than float32 are computed with as float32. Only --form fused takes bfloat16 as it is, and rounds \
      its gradient to it.
      """
  )

  @OptionGroup var loss: LossOptions

  @Option(help: ArgumentHelp("A file with logits and targets.", valueName: "safetensors"))
  var input: String

  @Option(help: ArgumentHelp("The file to write.", valueName: "safetensors"))
  var output: String

  @Option(
    help:
      "How: fused (focal and ce, one pass), composed (of LibTorch's operations), reference (double precision, one logit at a time)."
  )
  var form: LossFormOption = .automatic

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "No summary; errors and what --json asks for only.")
  var quiet = false

  func validate() throws {
    if form == .fused, !loss.function.hasKernel {
      throw ValidationError("--form fused: only with --kind ce, focal, found \(loss.kind.rawValue)")
    }
  }

  func run() throws {
    if let obstacle = FileFailure.obstacle(toWriting: output) {
      throw CommandFailure.failed("\(output): cannot be written: \(obstacle)")
    }
    if let file = FileIdentity(path: output), FileIdentity(path: input) == file {
      throw CommandFailure.failed(
        "\(output): is the input itself; name another file with --output"
      )
    }
    let tensors = try LossApplyInput(path: input)
    let result = try LossComputation(loss.function, form: form, of: tensors)
    var words = loss.function.parameters.mapValues(\.text)
    words["kind"] = loss.kind.rawValue
    words["form"] = result.form.rawValue
    try SafetensorsFile.write(
      [
        NamedTensor(name: "loss", tensor: result.loss),
        NamedTensor(name: "gradient", tensor: result.gradient),
      ],
      metadata: words,
      to: FileFailure.goal(ofWriting: output)
    )
    let figures = Figures(
      kind: loss.kind.rawValue,
      parameters: loss.function.parameters,
      form: result.form.rawValue,
      dtype: "\(result.loss.dtype)",
      rows: tensors.rows,
      classes: tensors.classes,
      positives: tensors.targets.count { $0 >= 0 },
      background: tensors.targets.count { $0 == -1 },
      ignored: tensors.targets.count { $0 == -2 },
      sum: result.sum,
      output: output
    )
    if json {
      try JSONLine.print(figures)
    } else if !quiet {
      try StandardOutput.print(figures.text)
    }
  }

  private struct Figures: Encodable {
    let kind: String
    let parameters: [String: LossParameter]
    let form: String
    let dtype: String
    let rows: Int
    let classes: Int
    let positives: Int
    let background: Int
    let ignored: Int
    let sum: Double
    let output: String

    var text: String {
      let numbers = parameters.sorted { $0.key < $1.key }.map { ", \($0.key) \($0.value.text)" }
      return """
        \(output): loss and gradient of \(rows) x \(classes) logits, \(dtype)
        \(kind)\(numbers.joined()), \(form): sum \(sum.isNaN ? "nan" : "\(sum)")
        \(positives) positives, \(background) background, \(ignored) ignored
        """
    }
  }
}

/// One number of a loss, or one for each class, or none, or a word.
enum LossParameter: Encodable {
  case number(Double?)
  case numbers([Double])
  case word(String)

  /// As it is written on a command line.
  var text: String {
    switch self {
    case .number(let value): value.map { "\($0)" } ?? "none"
    case .numbers(let values): values.map { "\($0)" }.joined(separator: ",")
    case .word(let word): word
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let value): try container.encode(value)
    case .numbers(let values): try container.encode(values)
    case .word(let word): try container.encode(word)
    }
  }
}

extension LossFunction {
  /// The numbers of the loss by their options' names.
  var parameters: [String: LossParameter] {
    switch self {
    case .crossEntropy(let loss): ["alpha": .number(loss.alpha)]
    case .focal(let loss): ["alpha": .number(loss.alpha), "gamma": .number(loss.gamma)]
    case .focalStar(let loss):
      [
        "alpha": .number(loss.alpha), "gamma": .number(loss.gamma), "beta": .number(loss.beta),
      ]
    case .hinge(let loss):
      [
        "alpha": .number(loss.alpha), "margin": .number(loss.margin),
        "score": .word(loss.score.rawValue),
      ]
    case .softmaxFocal(let gamma, .alike): ["alpha": .number(nil), "gamma": .number(gamma)]
    case .softmaxFocal(let gamma, .one(let weight)):
      ["alpha": .number(weight), "gamma": .number(gamma)]
    case .softmaxFocal(let gamma, .each(let weights)):
      ["alpha": .numbers(weights), "gamma": .number(gamma)]
    }
  }
}
