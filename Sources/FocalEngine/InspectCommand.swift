import ArgumentParser
import CommandConsole
import DatasetInspection
import DetectionDatasets
import DetectionTraining
import FileCommands
import Foundation

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
        focal inspect train.json --augmented sheet/ --preset small \\
          --set augmentation.mosaic=0.5

      Every picture is decoded, so that one that would end a training is named now. Exit status: 0 if the data can be \
      used, whatever is listed; 1 if it cannot.

      With --augmented, the pictures that a training by the recipe would begin with are drawn, too: as the network gets \
      them, with their boxes and all that was done to each.
      """
  )

  @OptionGroup
  var options: InspectOptions

  @OptionGroup
  var sheet: AugmentedSheetOptions

  @OptionGroup
  var recipe: RecipeOptions

  func run() throws {
    var recipe = try recipe.recipe()
    recipe.onBadData = options.onBadData
    if sheet.augmented != nil, options.groundTruth != nil {
      throw CommandFailure.usage("--augmented: takes annotated pictures, not a results file")
    }
    // What keeps a sheet from being made is said before the work, and not after it.
    let datasets = try datasets()
    try InspectionJob(
      options,
      settings: AnchorSettings(recipe),
      environment: ReportFacts.environment
    )
    .run()
    guard let folder = sheet.augmented else { return }
    for (index, dataset) in datasets.enumerated() {
      let path = options.data.count == 1 ? folder : "\(folder)/\(index + 1)"
      let files = try AugmentedSheet(dataset: dataset, recipe: recipe, count: sheet.count)
        .write(to: path)
      if !options.quiet, let page = files.first { Console.note("contact sheet: \(page.path)") }
    }
  }

  /// What sheets are made of.
  private func datasets() throws -> [DetectionDataset] {
    guard let folder = sheet.augmented else { return [] }
    try InspectionOutput.check(sheets: folder, count: options.data.count)
    return try options.data.map { data in
      do {
        return try DatasetLoading.load(
          data,
          images: options.images,
          onBadData: options.onBadData
        )
      } catch let error as DatasetError where error.code == .invalidSpecification {
        throw CommandFailure.failed("--augmented: takes pictures with annotations: \(error)")
      }
    }
  }
}
