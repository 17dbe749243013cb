package import DetectionDatasets

/// Pictures that cannot be used, and pictures that are not as large as their annotations say.
package enum PicturesCheck {
  package static func findings(_ dataset: DetectionDataset) -> [DoctorFinding] {
    var findings: [DoctorFinding] = []
    let leftOut = dataset.problems.filter(\.kind.isPictureLeftOut)
    if !leftOut.isEmpty {
      findings.append(
        DoctorFinding(
          .pictures,
          .warning,
          "\(dataset.location): \(DoctorText.counted(leftOut.count, "picture")) cannot be used",
          why: "what is in them is not learned, and counts as missed where it is validated",
          remedy: "mend or remove them; focal inspect --all lists every one with its reason",
          places: BoxesCheck.places(leftOut)
        )
      )
    }
    let sizes = dataset.problems.filter { $0.kind == .sizeMismatch }
    if !sizes.isEmpty {
      findings.append(
        DoctorFinding(
          .pictures,
          .warning,
          "\(dataset.location): \(DoctorText.counted(sizes.count, "picture has", "pictures have")) another size than annotated",
          why:
            "boxes were drawn on pictures of other sizes, or before a rotation by EXIF, and may lie beside their objects",
          remedy:
            "look at them: focal inspect --report page.html; annotate the pictures as they are",
          places: BoxesCheck.places(sizes)
        )
      )
    }
    return findings
  }
}
