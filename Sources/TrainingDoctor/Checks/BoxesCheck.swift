package import DetectionDatasets

/// Boxes that cannot be used as they are written: how many, and where the first stand.
package enum BoxesCheck {
  package static func findings(_ dataset: DetectionDataset) -> [DoctorFinding] {
    func of(_ kinds: DatasetProblem.Kind...) -> [DatasetProblem] {
      dataset.problems.filter { kinds.contains($0.kind) }
    }
    let boxes = dataset.boxCount
    let lost = of(.emptyBox, .boxOutsidePicture, .badAnnotation, .unknownCategory, .unknownImage)
    let clipped = of(.boxClipped)
    var findings: [DoctorFinding] = []
    if !lost.isEmpty {
      let share = Double(lost.count) / Double(max(1, boxes + lost.count))
      findings.append(
        DoctorFinding(
          .boxes,
          share > 0.01 ? .warning : .note,
          "\(dataset.location): \(DoctorText.counted(lost.count, "box is", "boxes are")) left out (\(DoctorText.percent(share))): "
            + kinds(lost),
          why: "their objects are taught as background",
          remedy: "mend the annotations; focal inspect --all lists every one",
          places: places(lost)
        )
      )
    }
    if !clipped.isEmpty {
      let share = Double(clipped.count) / Double(max(1, boxes))
      findings.append(
        DoctorFinding(
          .boxes,
          share > 0.1 ? .warning : .note,
          "\(dataset.location): \(DoctorText.counted(clipped.count, "box reaches", "boxes reach")) past the picture and \(clipped.count == 1 ? "is" : "are") clipped (\(DoctorText.percent(share)))",
          why: "many of them are a sign that boxes belong to other pictures or sizes",
          remedy: "look at some: focal inspect --report page.html",
          places: places(clipped)
        )
      )
    }
    return findings
  }

  private static func kinds(_ problems: [DatasetProblem]) -> String {
    let words: [(DatasetProblem.Kind, String)] = [
      (.emptyBox, "without area"), (.boxOutsidePicture, "outside their picture"),
      (.unknownCategory, "of unknown classes"), (.unknownImage, "of unlisted pictures"),
      (.badAnnotation, "that cannot be read"),
    ]
    return words.compactMap { kind, text in
      let count = problems.count { $0.kind == kind }
      return count > 0 ? "\(count) \(text)" : nil
    }.joined(separator: ", ")
  }

  static func places(_ problems: [DatasetProblem]) -> [String] {
    problems.prefix(DoctorText.mostPlaces).map {
      $0.place.isEmpty ? $0.file : "\($0.file): \($0.place)"
    }
  }
}
