import BoxGeometry
import COCOFormat

extension DetectionDataset {
  /// The dataset with the classes of another one, matched by name: labels and category ids become
  /// those of `target`.
  ///
  /// The training set defines the classes; a validation set that lacks some of them, numbers them
  /// otherwise or lists them in another order is brought in line with it.
  /// - Parameter target: The classes to have.
  /// - Returns: The same pictures and boxes, with the labels and ids of `target`.
  /// - Throws: ``DatasetError`` naming a class of this dataset that `target` lacks, or a name that
  ///   stands for two classes.
  package func aligned(to target: [DatasetCategory]) throws(DatasetError) -> DetectionDataset {
    guard target != categories else { return self }
    var labels: [String: Int] = [:]
    // A name of two classes matters where it is asked for: COCO's ids have gaps that all have the same one.
    var ambiguous: Set<String> = []
    for (label, category) in target.enumerated()
    where labels.updateValue(label, forKey: category.name) != nil {
      ambiguous.insert(category.name)
    }
    if let category = categories.first(where: { ambiguous.contains($0.name) }) {
      throw DatasetError(
        .unknownCategory,
        file: location,
        message: "cannot be matched by name: two classes are called \(quoted(category.name))"
      )
    }
    let isUsed = Set(groundTruth().annotations.map(\.categoryID))
    var newLabels: [Int?] = []
    for category in categories {
      guard let label = labels[category.name] else {
        // A class that is declared and never used is nothing to be found, and forgotten.
        guard isUsed.contains(category.id) else {
          newLabels.append(nil)
          continue
        }
        let known = target.map { quoted($0.name) }.joined(separator: ", ")
        throw DatasetError(
          .unknownCategory,
          file: location,
          place: "class \(quoted(category.name))",
          message: "is not among the classes it is held against (\(known)); names must be equal "
            + "letter for letter"
        )
      }
      newLabels.append(label)
    }
    let ids = Dictionary(
      zip(categories, newLabels).compactMap { old, label in label.map { (old.id, target[$0].id) } },
      uniquingKeysWith: { $1 }
    )
    var result = self
    result.categories = target
    for sample in result.samples.indices {
      for box in result.samples[sample].boxes.indices {
        let old = samples[sample].boxes[box].label
        result.samples[sample].boxes[box].label = newLabels[old] ?? old
      }
      for annotation in result.samples[sample].groundTruth.indices {
        let old = samples[sample].groundTruth[annotation].categoryID
        result.samples[sample].groundTruth[annotation].categoryID = ids[old] ?? old
      }
    }
    for picture in result.leftOut.indices {
      for annotation in result.leftOut[picture].groundTruth.indices {
        let old = leftOut[picture].groundTruth[annotation].categoryID
        result.leftOut[picture].groundTruth[annotation].categoryID = ids[old] ?? old
      }
    }
    return result
  }
}
