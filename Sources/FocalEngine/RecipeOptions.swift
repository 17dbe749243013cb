import ArgumentParser
import CommandConsole
import DetectionModels
import DetectionTraining
import Foundation

/// The options that make a recipe: a preset, then a file over it, then single keys over both.
struct RecipeOptions: ParsableArguments {
  @Option(
    help:
      "A named starting point: \(RecipeOptions.presetNames). The default is 1x, the paper's schedule."
  )
  var preset: String?

  @Option(
    help: ArgumentHelp(
      "A YAML recipe; keys it leaves out keep the preset's values.",
      valueName: "file"
    )
  )
  var config: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Set one key, as in schedule.epochs=50; may be given again.",
      valueName: "key=value"
    )
  )
  var assignments: [String] = []

  static let presetNames = TrainingRecipe.Preset.allCases.map(\.name).joined(separator: ", ")

  /// The recipe that the options describe.
  ///
  /// - Parameter model: A model whose own settings come between the preset and the file.
  /// - Returns: The recipe.
  /// - Throws: ``CommandFailure`` naming the option or the file and the key.
  func recipe(adopting model: RetinaNetConfiguration? = nil) throws -> TrainingRecipe {
    var recipe = TrainingRecipe(
      preset: try preset.map { try Self.preset(named: $0, written: "--preset \($0)") }
        ?? .oneTimes
    )
    if let model { recipe = recipe.adopting(model) }
    do {
      if let config {
        let text: String
        do {
          text = try String(contentsOf: URL(fileURLWithPath: config), encoding: .utf8)
        } catch {
          throw CommandFailure.failed(
            "\(config): cannot be read: expected a YAML recipe (`focal config` prints one)"
          )
        }
        recipe = try RecipeYAML.recipe(parsing: text, file: config, over: recipe)
      }
      return try RecipeYAML.recipe(setting: assignments, over: recipe)
    } catch let error as RecipeError {
      throw CommandFailure.recipe(error)
    }
  }

  /// A recipe that was written to a file.
  ///
  /// - Parameters:
  ///   - text: What the file holds.
  ///   - file: Its path.
  /// - Returns: The recipe.
  /// - Throws: ``CommandFailure`` with the keys that cannot be taken.
  static func recipe(parsing text: String, file: String) throws -> TrainingRecipe {
    do {
      return try RecipeYAML.recipe(parsing: text, file: file, over: TrainingRecipe())
    } catch { throw CommandFailure.recipe(error) }
  }

  /// - Parameters:
  ///   - name: The preset's name.
  ///   - written: The argument as the user typed it.
  /// - Returns: The preset.
  /// - Throws: ``CommandFailure`` if there is none of that name.
  static func preset(named name: String, written: String) throws -> TrainingRecipe.Preset {
    guard let preset = TrainingRecipe.Preset(rawValue: name) else {
      let known = TrainingRecipe.Preset.allCases.map(\.name)
      let nearest =
        NearestName.suggestion(for: name, among: known).map { "; did you mean \($0)?" } ?? ""
      throw CommandFailure.usage(
        "\(written): no such preset, expected one of \(known.joined(separator: ", "))\(nearest)"
      )
    }
    return preset
  }
}

extension CommandFailure {
  /// A recipe that cannot be used: wrong usage where an option says it, else a file that cannot be read.
  static func recipe(_ error: RecipeError) -> CommandFailure {
    CommandFailure(
      message: error.faults.isEmpty ? error.head : "\(error.head):",
      details: error.faults,
      status: error.place.hasPrefix("--set") ? 64 : 1
    )
  }
}
