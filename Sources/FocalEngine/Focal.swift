import ArgumentParser
import CommandConsole
import FileCommands
import Foundation
import Torch

/// The command: parses, runs one subcommand, and turns whatever goes wrong into one line and an exit status.
@main
enum FocalMain {
  static func main() {
    FileDescriptorOutput.prepare()
    let arguments = Array(CommandLine.arguments.dropFirst())
    CommandEnd.run {
      try check(arguments)
      try run(arguments)
    }
  }

  private static func run(_ arguments: [String]) throws {
    // A subcommand whose options are named like those of the command before it, which would take them.
    let isComparison = arguments.starts(with: ["eval", EvalCompareCommand._commandName])
    let root: any ParsableCommand.Type = isComparison ? EvalCompareCommand.self : Focal.self
    do {
      var command = try root.parseAsRoot(isComparison ? Array(arguments.dropFirst(2)) : arguments)
      // Fresh memory is dear: a training step's tensors are mapped, faulted in and unmapped again without this.
      TorchRuntime.keepFreedMemory()
      try command.run()
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      let status = root.exitCode(for: error)
      if status == .success {
        // Help and version are asked for, so they go to standard output.
        try StandardOutput.print(root.fullMessage(for: error))
        return
      }
      if status == .validationFailure {
        if let unknown = CommandNames.unknown(in: arguments) {
          throw CommandFailure.usage(unknown)
        }
        let message = Console.oneLine(root.message(for: error))
        throw CommandFailure.usage("\(message); see \(CommandNames.path(of: arguments)) --help")
      }
      throw error
    }
  }

  /// What the parser lets pass: values that are empty, and help on a command that is none.
  private static func check(_ arguments: [String]) throws {
    if arguments.first == "help",
      let unknown = CommandNames.unknown(in: Array(arguments.dropFirst()))
    {
      throw CommandFailure.usage(unknown)
    }
    for (index, argument) in arguments.enumerated() {
      if argument.isEmpty {
        let before = index > 0 ? arguments[index - 1] : ""
        throw CommandFailure.usage(
          before.hasPrefix("-")
            ? "\(before): its value is empty" : "argument \(index + 1) is empty"
        )
      }
      if argument.hasPrefix("--"), argument.firstIndex(of: "=") == argument.indices.last {
        throw CommandFailure.usage("\(argument.dropLast()): its value is empty")
      }
    }
  }
}

/// The root of the subcommands.
struct Focal: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "focal",
    abstract: "Train, evaluate and use dense object detectors with the focal loss.",
    discussion: """
      Start here:
        focal demo                       render sample pictures, train on them, write a report
        focal train --train train.json --val val.json --preset small --out runs/first
        focal eval --model runs/first/best.safetensors --data test.json
        focal predict --model runs/first/best.safetensors pictures/ --draw drawn/

      Figures go to standard output (with --json as one JSON object), progress and logs to standard error.
      Exit status: 0 done, 1 failed, 64 wrong usage, 130 stopped by Ctrl-C.
      """,
    version: FocalVersion.text,
    subcommands: [
      DemoCommand.self, TrainCommand.self, ReportCommand.self, EvalCommand.self,
      PredictCommand.self, ServeCommand.self,
      InspectCommand.self, AnchorsCommand.self, ConvertCommand.self, SplitCommand.self,
      ImportCommand.self, ExportCommand.self, QuantizeCommand.self,
      SynthCommand.self, LossCommand.self,
      ModelCommand.self, BenchCommand.self, DoctorCommand.self, ConfigCommand.self,
      InfoCommand.self,
    ]
  )
}
