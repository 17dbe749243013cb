package import Foundation

/// A dataset, or one of its splits, with the classes that all splits share.
package struct DatasetPart: Sendable {
  /// The name of the split; `nil` for pictures that are in none.
  package var name: String?
  /// Its pictures and annotations.
  package var dataset: DetectionDataset

  /// Creates a part.
  /// - Parameters:
  ///   - name: The name of the split; `nil` for pictures that are in none.
  ///   - dataset: Its pictures and annotations.
  package init(name: String?, dataset: DetectionDataset) {
    self.name = name
    self.dataset = dataset
  }

  /// Loads datasets with their splits.
  ///
  /// One specification becomes all the splits that it names, and what is in none of them; several
  /// are the splits of one dataset, called as the caller says.
  /// - Parameters:
  ///   - specifications: What the user wrote, each with the name of the split it is.
  ///   - isNamed: Whether one specification, too, is the split that it is called.
  ///   - images: The folder of pictures, where given.
  ///   - onBadData: What to do about what cannot be used.
  /// - Returns: The parts, with equal categories.
  /// - Throws: As `DetectionDataset.load`, and ``DatasetError`` if classes cannot be brought together.
  package static func load(
    _ specifications: [(name: String, specification: String)],
    isNamed: Bool = false,
    images: URL?,
    onBadData: BadDataPolicy
  ) throws -> [DatasetPart] {
    func load(_ specification: String) throws -> DetectionDataset {
      try DetectionDataset.load(specification, images: images, onBadData: onBadData)
    }
    var parts: [DatasetPart] = []
    var lost: [DatasetProblem] = []
    if !isNamed, specifications.count == 1, let (_, specification) = specifications.first {
      let splits = try DatasetSplits.of(specification)
      guard !splits.isEmpty else {
        return [DatasetPart(name: nil, dataset: try load(specification))]
      }
      let whole = try load(specification)
      for split in splits {
        do {
          parts.append(DatasetPart(name: split.name, dataset: try load(split.specification)))
        } catch let error as DatasetError where onBadData == .skip && error.isAboutPlaces {
          // The whole, which can be used without it, lists it among its problems.
          let told = whole.problems.filter { $0 == error.problem }
          guard !told.isEmpty else { throw error }
          lost += told
        }
      }
      let known = Set(parts.flatMap { $0.dataset.samples.map(\.sourceKey) })
      var rest = whole
      rest.samples.removeAll { known.contains($0.sourceKey) }
      let told = Set(parts.flatMap(\.dataset.problems))
      rest.problems.removeAll { told.contains($0) }
      if !parts.isEmpty { parts[0].dataset.problems += lost }
      rest.problems.removeAll { lost.contains($0) }
      if !rest.samples.isEmpty { parts.append(DatasetPart(name: nil, dataset: rest)) }
      return try withCommonCategories(parts, first: whole.categories)
    }
    for (name, specification) in specifications {
      parts.append(DatasetPart(name: name, dataset: try load(specification)))
    }
    return try withCommonCategories(parts, first: parts.first?.dataset.categories ?? [])
  }

  /// Brings parts in line with one list of classes, matched by name.
  private static func withCommonCategories(
    _ parts: [DatasetPart],
    first: [DatasetCategory]
  ) throws(DatasetError) -> [DatasetPart] {
    var all = first
    var names = Set(all.map(\.name))
    for category in parts.flatMap(\.dataset.categories)
    where names.insert(category.name).inserted {
      let isTaken = all.contains { $0.id == category.id }
      let id = isTaken ? (all.map(\.id).max() ?? 0) &+ 1 : category.id
      all.append(DatasetCategory(id: id, name: category.name))
    }
    var result = parts
    for index in parts.indices {
      result[index].dataset = try parts[index].dataset.aligned(to: all)
    }
    return result
  }
}

extension DatasetSample {
  /// What tells two entries of a dataset apart.
  ///
  /// The picture, with its links resolved, and where its annotations stand: one that is in two splits
  /// is the same entry.
  var sourceKey: String {
    let picture =
      switch source {
      case .file(let url): url.path
      case .synthetic(_, let index): "synth:\(index):\(name)"
      }
    // A COCO file holds the entries of all its pictures, each under a number.
    let isOfMany = annotationFile.lowercased().hasSuffix(".json")
    return "\(picture)\n\(annotationFile)" + (isOfMany ? "\n\(imageID)" : "")
  }
}
