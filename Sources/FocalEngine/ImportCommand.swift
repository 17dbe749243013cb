import ArgumentParser

/// `focal import`: other programs' weights.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a model of weights that another program trained.",
    subcommands: [ImportTorchvisionCommand.self]
  )
}
