import ArgumentParser
import CommandConsole
import DetectionTraining
import Foundation

/// `focal config`: a complete, commented recipe.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Print a complete, commented YAML recipe.",
    discussion: """
      Examples:
        focal config small > recipe.yaml
        focal config --set schedule.epochs=50
        focal config small --json
        focal train --config recipe.yaml --train train.json --val val.json \\
          --out runs/mine

      With --json the same keys as one JSON object, without comments; train --config reads that too.
      """
  )

  @Argument(help: "A named starting point: \(RecipeOptions.presetNames).")
  var preset: String = TrainingRecipe.Preset.oneTimes.name

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Set one key, as in schedule.epochs=50; may be given again.",
      valueName: "key=value"
    )
  )
  var assignments: [String] = []

  @Flag(help: "Print the recipe as one JSON object.")
  var json = false

  @Flag(help: "Errors and warnings only; the recipe is printed all the same.")
  var quiet = false

  func run() throws {
    let base = TrainingRecipe(preset: try RecipeOptions.preset(named: preset, written: preset))
    do {
      let recipe = try RecipeYAML.recipe(setting: assignments, over: base)
      if json {
        try JSONLine.print(recipe)
      } else {
        try StandardOutput.print(RecipeYAML.text(recipe), terminator: "")
      }
    } catch let error as RecipeError {
      throw CommandFailure.recipe(error)
    }
  }
}
