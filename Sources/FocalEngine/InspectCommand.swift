import ArgumentParser
import DatasetInspection
import FileCommands

/// `focal inspect`: what is in a dataset, and what is wrong with it.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Look into a dataset: counts, classes, and everything that is wrong with it.",
    discussion: """
      Examples:
        focal inspect train.json
        focal inspect train.json val.json test.json --images pictures/
        focal inspect VOC:train --json
        focal inspect pictures/
        focal inspect results.json --ground-truth instances.json

      Every picture is decoded, so that one that would end a training is named now. Exit status: 0 if the data can be \
      used, whatever is listed; 1 if it cannot.
      """
  )

  @OptionGroup
  var options: InspectOptions

  @OptionGroup
  var recipe: RecipeOptions

  func run() throws {
    try InspectionJob(
      options,
      settings: AnchorSettings(recipe.recipe()),
      environment: ReportFacts.environment
    )
    .run()
  }
}
