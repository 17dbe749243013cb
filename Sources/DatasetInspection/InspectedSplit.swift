import BoxGeometry
package import DetectionDatasets

/// A part of what is inspected that has a name of its own: a split, or one of several datasets.
package struct InspectedSplit: Sendable {
  /// The name: `train`, or the dataset as the user wrote it.
  package var name: String
  /// Its pictures.
  package var dataset: DetectionDataset

  /// Creates a split.
  /// - Parameters:
  ///   - name: What it is called.
  ///   - dataset: Its pictures.
  package init(name: String, dataset: DetectionDataset) {
    self.name = name
    self.dataset = dataset
  }
}

extension [InspectedSplit] {
  /// The same with one list of classes for all: labels of one name are equal everywhere.
  ///
  /// The classes of the first come first, in its order; of two classes with one name in one
  /// dataset, the first of every dataset belong together, and the second.
  package var withCommonClasses: [InspectedSplit] {
    guard let first, contains(where: { $0.dataset.categories != first.dataset.categories }) else {
      return self
    }
    var all: [DatasetCategory] = []
    var labels: [ClassKey: Int] = [:]
    var result = self
    let maps = map { split in
      var seen: [String: Int] = [:]
      return split.dataset.categories.map { category in
        let key = ClassKey(name: category.name, repetition: seen[category.name, default: 0])
        seen[category.name, default: 0] += 1
        if let known = labels[key] { return known }
        labels[key] = all.count
        all.append(category)
        return all.count - 1
      }
    }
    for (split, map) in maps.enumerated() {
      result[split].dataset.categories = all
      for sample in result[split].dataset.samples.indices {
        for box in result[split].dataset.samples[sample].boxes.indices {
          let label = result[split].dataset.samples[sample].boxes[box].label
          result[split].dataset.samples[sample].boxes[box].label = map[label]
        }
      }
    }
    return result
  }
}

/// A class of all parts: the n-th of a name.
private struct ClassKey: Hashable {
  var name: String
  var repetition: Int
}
