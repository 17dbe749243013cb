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
    guard let command = command(arguments) else { Engine.replaceProcess() }
    FileDescriptorOutput.prepare()
    CommandEnd.run { try command.run() }
  }

  /// The command if it is one of ours and well formed; the engine says what is wrong with any other.
  private static func command(_ arguments: [String]) -> FileEvalCommand? {
    guard arguments.first == "eval", !arguments.contains(where: \.isEmpty) else { return nil }
    return try? FileEvalCommand.parse(Array(arguments.dropFirst()))
  }
}
