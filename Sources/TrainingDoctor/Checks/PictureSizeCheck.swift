package import BoxGeometry
package import DetectionDatasets

/// Pictures that are enlarged for nothing.
package enum PictureSizeCheck {
  package static func findings(
    _ dataset: DetectionDataset,
    resize: ResizeRule
  ) -> [DoctorFinding] {
    let scales = dataset.samples.map { resize.scale(width: $0.width, height: $0.height) }.sorted()
    guard !scales.isEmpty else { return [] }
    let median = scales[scales.count / 2]
    guard median > 3 else { return [] }
    return [
      DoctorFinding(
        .pictureSize,
        .warning,
        "\(dataset.location): pictures are enlarged \(DoctorText.number(median)) times to a short side of \(resize.shortSide)",
        why: "time and memory grow by the square of it, and no detail is gained",
        remedy:
          "set input.shortSide and input.longSideCap nearer to the pictures' own sizes, unless objects are small"
      )
    ]
  }
}
