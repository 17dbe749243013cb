package import DetectionDatasets

/// Whether the classes of a network that is gone on from are those of the data.
package enum ModelClassesCheck {
  /// - Parameters:
  ///   - classes: The classes of the network, in its order.
  ///   - dataset: The data to go on with.
  /// - Returns: Classes whose rows begin afresh although the network may know them.
  package static func findings(classes: [String], dataset: DetectionDataset) -> [DoctorFinding] {
    let wanted = dataset.categories.map(\.name)
    let known = Set(classes)
    let fresh = wanted.filter { !known.contains($0) }
    guard !fresh.isEmpty else { return [] }
    let plainly = Dictionary(
      classes.map { (ClassMapCheck.plain($0), $0) },
      uniquingKeysWith: { first, _ in first }
    )
    let near = fresh.compactMap { name in
      plainly[ClassMapCheck.plain(name)].map { "\"\(name)\" is \"\($0)\" there" }
    }
    if !near.isEmpty {
      return [
        DoctorFinding(
          .modelClasses,
          .warning,
          "\(DoctorText.counted(near.count, "class")) of \(dataset.location) would be kept from the weights but for case, blanks or dashes",
          why: "rows of the class head are kept by name, letter for letter; these begin afresh",
          remedy: "name them as the weights do",
          places: Array(near.prefix(DoctorText.mostPlaces))
        )
      ]
    }
    let isAll = fresh.count == wanted.count
    return [
      DoctorFinding(
        .modelClasses,
        .note,
        isAll
          ? "none of the \(wanted.count) classes of \(dataset.location) is one of the weights' \(classes.count)"
          : "\(fresh.count) of the \(wanted.count) classes of \(dataset.location) are not the weights': \(DoctorText.quoted(fresh))",
        why: "their rows of the class head begin at the prior, all else is kept",
        remedy: "nothing to do where they are new"
      )
    ]
  }
}
