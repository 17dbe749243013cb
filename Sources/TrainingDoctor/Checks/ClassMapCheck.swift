package import DetectionDatasets

/// Whether classes are what they seem, and the same on both sides.
package enum ClassMapCheck {
  private static let backgroundNames: Set<String> = [
    "background", "__background__", "_background_", "bg", "none", "unlabeled", "__ignore__",
  ]

  /// - Parameters:
  ///   - training: What is learned from; its classes become the model's.
  ///   - validation: What is scored by, with its own classes.
  /// - Returns: Classes that are lost, split in two, or learned by mistake.
  package static func findings(
    training: DetectionDataset,
    validation: DetectionDataset?
  ) -> [DoctorFinding] {
    let used = training.categoryCounts.filter { $0.boxes > 0 }
    return background(used, training) + lookalikes(training) + gaps(training)
      + (validation.map { differences(training: training, validation: $0) } ?? [])
  }

  private static func background(
    _ used: [CategoryCount],
    _ dataset: DetectionDataset
  ) -> [DoctorFinding] {
    used.filter { backgroundNames.contains($0.name.lowercased()) }.map { category in
      DoctorFinding(
        .classMap,
        .warning,
        "\(dataset.location): class \"\(category.name)\" (id \(category.id)) has \(DoctorText.counted(category.boxes, "box", "boxes"))",
        why: "it is learned as a kind of object; background needs no class here",
        remedy: "take the class and its boxes out of the annotations"
      )
    }
  }

  /// Names that differ by case and blanks alone.
  private static func lookalikes(_ dataset: DetectionDataset) -> [DoctorFinding] {
    Dictionary(grouping: dataset.categoryCounts.filter { $0.boxes > 0 }) { plain($0.name) }
      .filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
      .map { _, group in
        DoctorFinding(
          .classMap,
          .warning,
          "\(dataset.location): classes \(DoctorText.quoted(group.map(\.name))) differ by case or blanks alone, or not at all",
          why: "the objects of one kind are learned as \(group.count) classes that compete",
          remedy: "give them one name in the annotations"
        )
      }
  }

  private static func gaps(_ dataset: DetectionDataset) -> [DoctorFinding] {
    let ids = dataset.categories.map(\.id).sorted()
    guard let first = ids.first, let last = ids.last, last - first + 1 > ids.count else {
      return []
    }
    return [
      DoctorFinding(
        .classMap,
        .note,
        "\(dataset.location): the ids of its \(ids.count) classes run from \(first) to \(last), with gaps",
        why:
          "the network numbers them 0 to \(ids.count - 1) and writes results with the ids of the data",
        remedy: "nothing to do; compare results by id or by name, never by place"
      )
    ]
  }

  private static func differences(
    training: DetectionDataset,
    validation: DetectionDataset
  ) -> [DoctorFinding] {
    var findings: [DoctorFinding] = []
    let known = Set(training.categories.map(\.name))
    let scored = validation.categoryCounts.filter { $0.boxes > 0 }
    for category in scored where !known.contains(category.name) {
      let near = training.categories.first { plain($0.name) == plain(category.name) }
      findings.append(
        DoctorFinding(
          .classMap,
          .error,
          "\(validation.location): class \"\(category.name)\" has \(DoctorText.counted(category.boxes, "box", "boxes")) and is no class of \(training.location)",
          why: "nothing learns it, so every one of its objects would count as missed",
          remedy: near.map {
            "call it \"\($0.name)\" as the training data do; names are matched letter for letter"
          } ?? "give both data the same classes, or leave it out of the validation data"
        )
      )
    }
    let names = Set(scored.map(\.name))
    let unscored = training.categoryCounts.filter { $0.boxes > 0 && !names.contains($0.name) }
    if !unscored.isEmpty {
      findings.append(
        DoctorFinding(
          .classMap,
          .warning,
          "\(validation.location): no box of \(DoctorText.counted(unscored.count, "class", "classes")) that are learned: "
            + DoctorText.quoted(unscored.map(\.name)),
          why: "they count for nothing in AP, so the best weights are chosen without them",
          remedy: "divide the data anew: focal split keeps every class in every part"
        )
      )
    }
    return findings
  }

  static func plain(_ name: String) -> String {
    name.lowercased().filter { !$0.isWhitespace && $0 != "_" && $0 != "-" }
  }
}
