import ArgumentParser

/// `focal loss`: the losses themselves, and what they make of a model.
struct LossCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loss",
    abstract: "Draw the losses, apply one to tensors in a file, see what carries it in a model.",
    discussion: """
      Examples:
        focal loss curves --out curves
        focal loss apply --kind focal --input in.safetensors --output out.safetensors
        focal loss distribution --model runs/first/best.safetensors --data val.json
      """,
    subcommands: [LossCurvesCommand.self, LossDistributionCommand.self, LossApplyCommand.self]
  )
}
