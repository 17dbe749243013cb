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
    for (name, samples) in lists {
      let lines = samples.map { "./images/\(names[$0])\n" }.joined()
      try Data(lines.utf8).write(to: folder.appendingPathComponent("\(name).txt"))
    }
    try Data(dataFile(splits: lists.map(\.0)).utf8)
      .write(to: folder.appendingPathComponent("data.yaml"))
  }

  /// The text of `data.yaml`.
  func dataFile(splits: [String]) -> String {
    var yaml = "# Written by focal convert. Classes are numbered from 0, in this order.\npath: .\n"
    for name in splits { yaml += "\(name): \(name).txt\n" }
    yaml += "nc: \(categories.count)\nnames:\n"
    for (label, category) in categories.enumerated() {
      yaml += "  \(label): \(Self.quotedYAML(category.name))\n"
    }
    return yaml
  }

  /// A text in double quotes, which YAML takes for nothing but a text.
  static func quotedYAML(_ text: String) -> String {
    "\""
      + text.replacingOccurrences(of: "\\", with: "\\\\")
      .replacingOccurrences(of: "\"", with: "\\\"") + "\""
  }
}

extension YOLORow {
  /// The row of a box, in the fewest decimals that read back as the same box.
  ///
  /// A row that was read is so written again as it stood; a box that no row can hold to its last bit
  /// keeps its corners in single precision.
  ///
  /// - Parameters:
  ///   - box: The box in pixels; what lies outside the picture is cut off.
  ///   - categoryID: The number of its class.
  ///   - imageWidth: The picture's width.
  ///   - imageHeight: The picture's height.
  init(_ box: COCOBox, categoryID: Int, imageWidth: Int, imageHeight: Int) {
    let size = (width: Double(imageWidth), height: Double(imageHeight))
    let visible = box.clipped(imageWidth: size.width, imageHeight: size.height)
    let isWhole = visible.boundingBox == box.boundingBox
    // Clipping takes the difference of the corners anew, with noise of its own.
    let wide = isWhole && box.x >= 0 && box.x + box.width <= size.width
    let high = isWhole && box.y >= 0 && box.y + box.height <= size.height
    let across = Self.shares(
      low: visible.x,
      side: wide ? box.width : visible.width,
      of: size.width
    )
    let down = Self.shares(
      low: visible.y,
      side: high ? box.height : visible.height,
      of: size.height
    )
    self.init(
      categoryID: categoryID,
      centerX: across.center,
      centerY: down.center,
      width: across.side,
      height: down.side,
      line: 0
    )
  }

  private typealias Shares = (center: Double, side: Double)

  /// Centre and side as shares of an extent.
  private static func shares(low: Double, side: Double, of extent: Double) -> Shares {
    let corners = SIMD2(Float(low), Float(low + side))
    let wanted = PixelSpan(low: low, side: side, of: extent)
    func read(_ shares: Shares) -> PixelSpan {
      PixelSpan(
        low: (shares.center - shares.side / 2) * extent,
        side: shares.side * extent,
        of: extent
      )
    }
    func keepsCorners(_ span: PixelSpan) -> Bool {
      let end = min(max(span.low + span.side, 0), extent)
      let start = min(max(span.low, 0), extent)
      // As boxes are clipped: a start, and an extent from there.
      return SIMD2(Float(start), Float(start + max(end - start, 0))) == corners
    }
    let first: Shares = (
      center: (wanted.low + wanted.side / 2) / extent, side: wanted.side / extent
    )
    var power = 1.0
    // Up to here, whole numbers and powers of ten are exact, so each quotient is the decimal.
    for _ in 1...15 {
      power *= 10
      let shares: Shares = (
        center: (first.center * power).rounded() / power,
        side: (first.side * power).rounded() / power
      )
      let span = read(shares)
      if span == wanted, keepsCorners(span) { return shares }
    }
    return neighbour(of: first) { read($0) == wanted && keepsCorners(read($0)) }
      ?? neighbour(of: first) { keepsCorners(read($0)) } ?? first
  }

  /// The closest pair of shares, in units of the last place, that does.
  ///
  /// Divided, rounded and multiplied again, a corner may come to lie on the other side of the middle
  /// between two numbers of single precision; a neighbouring share does not.
  private static func neighbour(of first: Shares, _ does: (Shares) -> Bool) -> Shares? {
    if does(first) { return first }
    for reach in 1...24 {
      let near = min(reach, 4)
      for step in -near...near {
        for (moves, more) in [(reach, step), (-reach, step), (step, reach), (step, -reach)] {
          let shares: Shares = (
            center: first.center + Double(moves) * first.center.ulp,
            side: first.side + Double(more) * first.side.ulp
          )
          if does(shares) { return shares }
        }
      }
    }
    return nil
  }
}
