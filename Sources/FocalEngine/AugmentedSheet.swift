import ArgumentParser
import CommandConsole
import DetectionDatasets
import DetectionReport
import DetectionTraining
import FileErrors
import Foundation
import Raster

/// The options of a contact sheet of training pictures.
struct AugmentedSheetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write a contact sheet of training pictures as the recipe varies them: index.html and PNG files.",
      valueName: "dir"
    )
  )
  var augmented: String?

  @Option(
    help: ArgumentHelp(
      "Pictures of the contact sheet, 1 to 500; without it 24.",
      valueName: "n"
    )
  )
  var augmentedCount: Int?

  /// How many pictures a sheet has.
  var count: Int { augmentedCount ?? 24 }

  func validate() throws {
    guard (1...500).contains(count) else {
      throw ValidationError("--augmented-count: found \(count), expected 1 to 500")
    }
    guard augmented != nil || augmentedCount == nil else {
      throw ValidationError("--augmented-count: counts the pictures of --augmented DIR: give both")
    }
  }
}

/// Shows the first pictures that a training by a recipe would get.
struct AugmentedSheet {
  let dataset: DetectionDataset
  let recipe: TrainingRecipe
  let count: Int

  /// Writes the sheet to a folder, which is made where it is absent.
  ///
  /// - Parameter path: The folder.
  /// - Returns: The files, the page first.
  /// - Throws: `DatasetError` for a picture that cannot be used, ``CommandFailure`` or `ReportError` for the folder.
  func write(to path: String) throws -> [URL] {
    try FileFailure.check(folder: path)
    let sheet = try sheet()
    let folder = URL(fileURLWithPath: path, isDirectory: true)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure.failed("\(path): the folder cannot be made: \(FileReason(error))")
    }
    return try sheet.write(to: folder)
  }

  private func sheet() throws -> ContactSheet {
    let (items, skipped) = try items()
    for problem in skipped.prefix(10) { Console.warning(problem.description) }
    let places = dataset.placesPerEpoch(repeatThreshold: recipe.sampling.repeatThreshold)
    return ContactSheet(
      title: "Training pictures of \(URL(fileURLWithPath: dataset.location).lastPathComponent)",
      summary: "The first \(items.count) of the \(places) places of epoch 1, as the network gets "
        + "them: made from the normalised values of its batches, with the boxes to be found.",
      categories: dataset.categories.map(\.name),
      settings: try settings(),
      items: items
    )
  }

  private func items() throws -> (items: [ContactSheet.Item], skipped: [DatasetProblem]) {
    let model = recipe.configuration(
      categories: dataset.categories.map(\.name),
      categoryIDs: dataset.categories.map(\.id)
    )
    var configuration = recipe.batches(for: model)
    // No more is made ahead than is shown.
    let batches = count / configuration.batchSize + 1
    configuration.queueDepth = min(configuration.queueDepth, batches)
    let loader = BatchLoader(dataset: dataset, configuration: configuration, epoch: 0)
    defer { loader.cancel() }
    var items: [ContactSheet.Item] = []
    while items.count < count, let batch = try loader.next() {
      for number in 0..<min(batch.count, count - items.count) {
        let origin = batch.origins[number]
        items.append(
          ContactSheet.Item(
            name: origin.name,
            image: batch.picture(
              number,
              mean: configuration.mean,
              standardDeviation: configuration.standardDeviation
            ),
            boxes: batch.boxes[number],
            ignoredRegions: batch.ignoreRegions[number],
            steps: origin.steps.map { step in
              step.text { label in
                dataset.categories.indices.contains(label)
                  ? dataset.categories[label].name : "class \(label)"
              }
            }
          )
        )
      }
    }
    return (items, loader.skipped)
  }

  /// The keys of the recipe that decide what the pictures look like.
  private func settings() throws -> [ContactSheet.Setting] {
    try RecipeYAML.values(of: recipe)
      .filter { path, _ in
        path.hasPrefix("augmentation.") || path.hasPrefix("sampling.") || path == "seed"
          || path == "input.shortSide" || path == "input.longSideCap"
          || path == "schedule.batchSize"
      }
      .map { ContactSheet.Setting(name: $0.path, value: $0.value) }
  }
}
