package import DetectionDatasets

/// Whether there is enough of each class to be learned.
package enum ClassCountsCheck {
  /// Fewer boxes than these are hardly learned; as many pictures are counted.
  static let few = 20

  package static func findings(_ dataset: DetectionDataset) -> [DoctorFinding] {
    let counts = dataset.categoryCounts
    var findings: [DoctorFinding] = []
    let empty = counts.filter { $0.boxes == 0 }
    if !empty.isEmpty, empty.count < counts.count {
      findings.append(
        DoctorFinding(
          .classCounts,
          .warning,
          "\(dataset.location): no box of \(DoctorText.counted(empty.count, "class", "classes")): \(DoctorText.quoted(empty.map(\.name)))",
          why: "nothing can be learned of them, and each costs outputs",
          remedy:
            "look whether the annotations lost them (focal inspect), or take them out of the list"
        )
      )
    }
    let rare = counts.filter { $0.boxes > 0 && $0.images < few }.sorted { $0.images < $1.images }
    if !rare.isEmpty {
      findings.append(
        DoctorFinding(
          .classCounts,
          .warning,
          "\(dataset.location): \(DoctorText.counted(rare.count, "class is", "classes are")) in fewer than \(few) pictures",
          why: "a class that is seen so seldom is learned by heart or not at all",
          remedy: "set sampling.repeatThreshold=0.1, augmentation.copyPaste=0.5, or annotate more",
          places: rare.prefix(DoctorText.mostPlaces).map {
            "\"\($0.name)\": \(DoctorText.counted($0.boxes, "box", "boxes")) in \(DoctorText.counted($0.images, "picture"))"
          }
        )
      )
    }
    let present = counts.filter { $0.boxes > 0 }.map(\.boxes)
    if let most = present.max(), let least = present.min(), most >= 100 * least {
      findings.append(
        DoctorFinding(
          .classCounts,
          .note,
          "\(dataset.location): \(most / least) boxes of the most frequent class for one of the rarest",
          why: "the rarest is seen in few steps",
          remedy:
            "set sampling.repeatThreshold=0.1, and look at AP by class: focal eval --per-class"
        )
      )
    }
    return findings
  }
}
