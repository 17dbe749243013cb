import ArgumentParser

/// `focal model`: a network itself, apart from pictures and training.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "List a network's layers, or run it on tensors in a file.",
    discussion: """
      Examples:
        focal model describe --dialect torchvision-v1 --size 800x800
        focal model forward --model best.safetensors --input in.safetensors \\
          --output out.safetensors
      """,
    subcommands: [ModelDescribeCommand.self, ModelForwardCommand.self]
  )
}
