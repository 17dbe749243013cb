import DatasetInspection
import DetectionDatasets
import Foundation

/// The parts of a dataset that names its splits itself.
enum SplitPartition {
  /// What pictures that no split lists are called.
  private static let rest = "in no split"

  /// Sorts the pictures of a dataset into its splits.
  ///
  /// - Parameters:
  ///   - dataset: All pictures.
  ///   - splits: The names of the splits, with what loads each.
  ///   - options: Where the pictures are.
  /// - Returns: The splits that have pictures; empty if there are not two. A picture that two of them
  ///   list is in both.
  /// - Throws: What is wrong with a list.
  static func parts(
    of dataset: DetectionDataset,
    splits: [(name: String, specification: String)],
    _ options: InspectOptions
  ) throws -> [InspectedSplit] {
    guard splits.count > 1 else { return [] }
    let places = Dictionary(
      dataset.samples.enumerated().compactMap { index, sample in
        path(of: sample).map { ($0, index) }
      },
      uniquingKeysWith: { first, _ in first }
    )
    var isListed = [Bool](repeating: false, count: dataset.samples.count)
    var parts: [InspectedSplit] = []
    for split in splits {
      // What is wrong in it has been told of by the whole.
      let part: DetectionDataset
      do {
        part = try DetectionDataset.load(
          split.specification,
          images: options.images.map { URL(fileURLWithPath: $0, isDirectory: true) },
          onBadData: .skip
        )
      } catch let error as DatasetError
        where error.isAboutPlaces && dataset.problems.contains(error.problem)
      {
        continue
      }
      let indices = part.samples.compactMap { path(of: $0).flatMap { places[$0] } }
      for index in indices { isListed[index] = true }
      parts.append(InspectedSplit(name: split.name, dataset: subset(dataset, indices)))
    }
    let others = isListed.indices.filter { !isListed[$0] }
    if !others.isEmpty {
      parts.append(InspectedSplit(name: rest, dataset: subset(dataset, others)))
    }
    parts = parts.filter { !$0.dataset.samples.isEmpty }
    guard parts.count > 1 else { return [] }
    parts[0].dataset.problems = dataset.problems
    return parts
  }

  private static func subset(_ dataset: DetectionDataset, _ indices: [Int]) -> DetectionDataset {
    var part = dataset
    part.samples = indices.map { dataset.samples[$0] }
    part.problems = []
    part.leftOut = []
    return part
  }

  private static func path(of sample: DatasetSample) -> String? {
    guard case .file(let url) = sample.source else { return nil }
    return url.path
  }
}
