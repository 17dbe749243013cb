import ArgumentParser
import DatasetInspection
import FileCommands

/// `focal anchors`: anchors that fit a dataset.
struct AnchorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "anchors",
    abstract: "Look for anchors that fit a dataset, and say what they gain.",
    discussion: """
      Examples:
        focal anchors train.json --val val.json --out anchors.yaml
        focal anchors data.yaml --preset small
        focal anchors VOC:train --scales 2 --ratios 5 --json

      An object is covered where an anchor overlaps it by the foreground threshold (IoU 0.5). The search is seeded and \
      fits few numbers, so that it holds for other pictures of the same kind, too; --val shows it.
      """
  )

  @OptionGroup
  var options: AnchorsOptions

  @OptionGroup
  var recipe: RecipeOptions

  func run() throws {
    try AnchorsJob(options, settings: AnchorSettings(recipe.recipe())).run()
  }
}
