import ArgumentParser

/// `focal model`: a network itself, apart from pictures and training.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Run a model on tensors in a file.",
    discussion: """
      Examples:
        focal model forward --model best.safetensors --input in.safetensors --output out.safetensors
      """,
    subcommands: [ModelForwardCommand.self]
  )
}
