import BoxGeometry
import COCOFormat
import Foundation

extension DatasetWriter {
  /// A label file for each picture, a list for each split, and `data.yaml`.
  ///
  /// Boxes are clipped to their picture: other readers refuse shares above 1.
  func writeYOLO(to folder: URL, _ report: inout Report) throws {
    for (sample, dataset) in samplesOnce() {
      let labels = labels(of: dataset)
      var text = ""
      for annotation in sample.groundTruth {
        guard let label = labels[annotation.categoryID] else { continue }
        if annotation.isCrowd, dataset.format != .voc { continue }
        let row = YOLORow(
          annotation.box,
          categoryID: label,
          imageWidth: sample.width,
          imageHeight: sample.height
        )
        text += "\(label) \(row.centerX) \(row.centerY) \(row.width) \(row.height)\n"
        report.boxes += 1
      }
      let name = YOLOFolder.labelName(of: "images/\(names[sample])")
      try PartialFolder.write(Data(text.utf8), to: folder.appendingPathComponent(name))
    }
    let named = parts.filter { $0.name != nil }
    // Pictures of no split lie in the folders, and in no list.
    let lists =
      named.isEmpty
      ? parts.map { ("train", $0.dataset.samples) }
      : named.map { ($0.name ?? "", $0.dataset.samples) }
    var yaml = "# Written by focal convert. Classes are numbered from 0, in this order.\npath: .\n"
    for (name, samples) in lists {
      yaml += "\(name): \(name).txt\n"
      let lines = samples.map { "./images/\(names[$0])\n" }.joined()
      try Data(lines.utf8).write(to: folder.appendingPathComponent("\(name).txt"))
    }
    yaml += "nc: \(categories.count)\nnames:\n"
    for (label, category) in categories.enumerated() {
      yaml += "  \(label): \(Self.quotedYAML(category.name))\n"
    }
    try Data(yaml.utf8).write(to: folder.appendingPathComponent("data.yaml"))
  }

  /// A text in double quotes, which YAML takes for nothing but a text.
  static func quotedYAML(_ text: String) -> String {
    "\""
      + text.replacingOccurrences(of: "\\", with: "\\\\")
      .replacingOccurrences(of: "\"", with: "\\\"") + "\""
  }
}

extension YOLORow {
  /// The row of a box: what is read back has the same corners in single precision.
  ///
  /// - Parameters:
  ///   - box: The box in pixels; what lies outside the picture is cut off.
  ///   - categoryID: The number of its class.
  ///   - imageWidth: The picture's width.
  ///   - imageHeight: The picture's height.
  init(_ box: COCOBox, categoryID: Int, imageWidth: Int, imageHeight: Int) {
    let size = (width: Double(imageWidth), height: Double(imageHeight))
    let visible = box.clipped(imageWidth: size.width, imageHeight: size.height)
    let across = Self.shares(low: visible.x, side: visible.width, of: size.width)
    let down = Self.shares(low: visible.y, side: visible.height, of: size.height)
    self.init(
      categoryID: categoryID,
      centerX: across.center,
      centerY: down.center,
      width: across.side,
      height: down.side,
      line: 0
    )
  }

  /// Centre and side as shares of an extent.
  ///
  /// Divided, rounded and multiplied again, a corner may come to lie on the other side of the middle
  /// between two numbers of single precision; a neighbouring share does not.
  private static func shares(
    low: Double,
    side: Double,
    of extent: Double
  ) -> (center: Double, side: Double) {
    let wanted = SIMD2(Float(low), Float(low + side))
    func corners(_ center: Double, _ share: Double) -> SIMD2<Float> {
      let row = YOLORow(
        categoryID: 0,
        centerX: center,
        centerY: 0.5,
        width: share,
        height: 1,
        line: 0
      )
      let read = row.box(imageWidth: Int(extent), imageHeight: 1)
        .clipped(imageWidth: extent, imageHeight: 1).boundingBox
      return SIMD2(read.x1, read.x2)
    }
    let first = (center: (low + side / 2) / extent, side: side / extent)
    if corners(first.center, first.side) == wanted { return first }
    for reach in 1...8 {
      for (moves, more) in [
        (reach, 0), (-reach, 0), (0, reach), (0, -reach), (reach, reach), (-reach, reach),
      ] {
        let center = first.center + Double(moves) * first.center.ulp
        let share = first.side + Double(more) * first.side.ulp
        if corners(center, share) == wanted { return (center, share) }
      }
    }
    return first
  }
}
