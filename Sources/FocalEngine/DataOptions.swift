import CommandConsole
import DetectionDatasets
import DetectionModels
import Foundation

/// Loads a dataset for a command, and tells of what was left out.
enum DatasetLoading {
  /// The most problems shown one by one; the rest is counted.
  private static let shownProblems = 10

  /// - Parameters:
  ///   - specification: As the user wrote it.
  ///   - images: The folder of pictures, where given.
  ///   - onBadData: Whether a picture that cannot be used is left out or ends the command.
  ///   - isQuiet: Whether another worker tells of what was left out.
  /// - Returns: The dataset.
  /// - Throws: `DatasetError` or `COCOFormatError`, naming the file.
  static func load(
    _ specification: String,
    images: String?,
    onBadData: BadDataPolicy,
    isQuiet: Bool = false
  ) throws -> DetectionDataset {
    let dataset = try DetectionDataset.load(
      specification,
      images: images.map { URL(fileURLWithPath: $0, isDirectory: true) },
      onBadData: onBadData
    )
    if isQuiet { return dataset }
    for problem in dataset.problems.prefix(shownProblems) { Console.warning(problem.description) }
    if dataset.problems.count > shownProblems {
      Console.warning(
        "\(dataset.location): \(dataset.problems.count - shownProblems) more problems like these"
      )
    }
    return dataset
  }
}

extension DatasetCategory {
  /// The categories of a model, in the order of its labels.
  static func categories(of configuration: RetinaNetConfiguration) -> [DatasetCategory] {
    zip(configuration.categoryIDs, configuration.categories).map {
      DatasetCategory(id: $0, name: $1)
    }
  }
}
