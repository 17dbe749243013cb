import ArgumentParser
import CommandConsole
import FocalLoss
import Foundation
import Torch

/// `focal bench loss`: the focal loss against the memory's speed.
struct BenchLossCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loss",
    abstract: "Time the focal loss, fused and composed, against one pass over the logits.",
    discussion: """
      Examples:
        focal bench loss
        focal bench loss --dtype f32 --threads 2 --json
        focal bench loss --rows 1000000 --classes 1 --gamma 1.5

      The limit is one pass that reads the logits and writes a ready buffer of their size: what a loss with its \
      gradient has to do at least. Extra memory is what a call occupies at its peak beyond logits, targets and \
      gradient; errors are relative to the same in double precision. The defaults are a RetinaNet's anchors of one \
      picture of 800 x 800 pixels and the classes of COCO.
      """
  )

  @OptionGroup
  var logits: BenchLogitsOptions

  @Option(parsing: .unconditional, help: "The weight of objects, 0 to 1, or none.")
  var alpha: AlphaOption = .one(0.25)

  @Option(
    parsing: .unconditional,
    help: "The focusing parameter, 0 to 10000; 0, 2 and others differ in speed."
  )
  var gamma: Double = 2

  @OptionGroup
  var options: BenchOptions

  func validate() throws {
    guard SigmoidFocalLoss.gammaRange.contains(gamma) else {
      throw ValidationError("--gamma \(gamma): expected 0 to 10000")
    }
    switch alpha {
    case .alike: return
    case .one(let value) where (0...1).contains(value): return
    case .one(let value): throw ValidationError("--alpha \(value): expected 0 to 1, or none")
    case .each: throw ValidationError("--alpha: expected one number, or none")
    }
  }

  func run() throws {
    let report = try logits.report("loss", alpha: weight, gamma: gamma, options) {
      inputs,
      _,
      rounds,
      observe in
      try BenchLossTrial(inputs).cases(rounds: rounds, observe: observe)
    }
    try options.json ? JSONLine.print(report) : StandardOutput.print(Self.text(report))
  }

  private var weight: Double? {
    if case .one(let value) = alpha { value } else { nil }
  }

  private static func text(
    _ report: BenchReport<BenchLossInputs.Settings, BenchLossDetails>
  ) -> String {
    let settings = report.settings
    let alpha = settings.alpha.map { "\($0)" } ?? "none"
    let table = BenchTable.text(
      heads: BenchCase<BenchLossDetails>.heads + ["extra memory", "loss error", "gradient error"],
      rows: report.cases.map { entry in
        entry.cells + [
          BenchTable.bytes(entry.details.extraBytes),
          BenchLossDetails.text(entry.details.relativeError),
          BenchLossDetails.text(entry.details.gradientError),
        ]
      }
    )
    return """
      \(settings.rows) x \(settings.classes) logits, \(settings.positives) objects, \(settings.ignored) ignored, \
      alpha \(alpha), gamma \(settings.gamma)
      \(report.machine.text), kernel \(TorchRuntime.fusedLossInstructionSet)

      \(table)

      limit: \(BenchLossTrial.bound)\(report.machine.warning)
      """
  }
}
