import ArgumentParser
import DetectionTraining

/// The commands, and the commands inside them, by name: `focal loss apply`.
enum CommandNames {
  /// As much of a command line as names a command: `focal loss apply`.
  static func path(of arguments: [String]) -> String {
    var (path, level): ([String], any ParsableCommand.Type) = (["focal"], Focal.self)
    for argument in arguments {
      guard let next = command(named: argument, in: level) else { break }
      path.append(argument)
      level = next
    }
    return path.joined(separator: " ")
  }

  /// What to say where a command line names a command that there is not; `nil` where it does not.
  static func unknown(in arguments: [String]) -> String? {
    var level: any ParsableCommand.Type = Focal.self
    for argument in arguments {
      let known = names(in: level)
      if known.isEmpty || argument.hasPrefix("-") { return nil }
      guard let next = command(named: argument, in: level) else {
        return unknown(argument, among: known)
      }
      level = next
    }
    return nil
  }

  private static func unknown(_ name: String, among known: [String]) -> String {
    let nearest = NearestName.suggestion(for: name, among: known).map { "; did you mean \($0)?" }
    return "\(name): no such command, expected one of \(known.joined(separator: ", "))"
      + (nearest ?? "")
  }

  private static func names(in command: any ParsableCommand.Type) -> [String] {
    command.configuration.subcommands.map { $0._commandName }
  }

  private static func command(
    named name: String,
    in level: any ParsableCommand.Type
  ) -> (any ParsableCommand.Type)? {
    level.configuration.subcommands.first { $0._commandName == name }
  }
}
