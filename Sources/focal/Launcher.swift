import ArgumentParser
import CommandConsole
import FileCommands

/// The command `focal`: does by itself what needs no LibTorch, and hands all else to `focal-engine`.
///
/// Loading LibTorch takes 0.3 s and 130 MiB, more than scoring a results file does.
@main
enum Launcher {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard var command = command(arguments) else { Engine.replaceProcess() }
    FileDescriptorOutput.prepare()
    CommandEnd.run { try command.run() }
  }

  /// The command if it is one of ours and well formed; the engine says what is wrong with any other.
  private static func command(_ arguments: [String]) -> (any ParsableCommand)? {
    guard !arguments.contains(where: \.isEmpty) else { return nil }
    let rest = Array(arguments.dropFirst())
    if arguments.first == "convert" { return try? ConvertCommand.parse(rest) }
    if arguments.first == "split" { return try? SplitCommand.parse(rest) }
    if arguments.first == "inspect" { return try? FileInspectCommand.parse(rest) }
    if arguments.first == "anchors" { return try? FileAnchorsCommand.parse(rest) }
    guard arguments.first == "eval" else { return nil }
    if rest.first == EvalCompareCommand.configuration.commandName {
      return try? EvalCompareCommand.parse(Array(rest.dropFirst()))
    }
    return try? FileEvalCommand.parse(rest)
  }
}
