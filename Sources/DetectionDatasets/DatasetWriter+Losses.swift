import COCOFormat
import Foundation
import Raster

extension DatasetWriter {
  /// What the new format cannot hold, or what was never read, a line each.
  func general() -> [String] {
    var lines: [String] = []
    var (crowds, difficult, areas, clipped, fractions) = (0, 0, 0, 0, 0)
    for (sample, dataset) in samplesOnce() {
      for annotation in sample.groundTruth {
        let box = annotation.box
        if isDifficult(annotation, of: dataset) { difficult += 1 }
        if annotation.isCrowd, dataset.format != .voc { crowds += 1 }
        if abs(annotation.area - box.area) > 1e-9 * max(annotation.area, box.area) { areas += 1 }
        let visible = box.clipped(
          imageWidth: Double(sample.width),
          imageHeight: Double(sample.height)
        )
        if visible.boundingBox != box.boundingBox { clipped += 1 }
        let sides = [box.x, box.y, box.width, box.height]
        if sides.contains(where: { $0 != $0.rounded() }) { fractions += 1 }
      }
    }
    let formats = Set(parts.map(\.dataset.format))
    if format != .coco, crowds > 0 {
      lines.append("\(Self.counted(crowds, "crowd region")): \(format.title) has none")
    }
    if format == .yolo, difficult > 0 {
      lines.append(
        "the mark `difficult` of \(Self.counted(difficult, "object")), which count like any other now"
      )
    }
    if format != .coco, areas > 0 {
      lines.append(
        "\(Self.counted(areas, "area")) of masks: \(format.title) has width times height alone"
      )
    }
    if format == .yolo, clipped > 0 {
      lines.append(
        "what \(Self.counted(clipped, "box", "boxes")) had outside the picture: clipped, as YOLO has it"
      )
    }
    if format != .coco, formats.contains(.coco) {
      lines.append("the ids of pictures, annotations and classes: \(format.title) has none")
    }
    lines += unread()
    if formats.contains(.yolo),
      parts.contains(where: { $0.dataset.problems.contains { $0.kind == .polygon } })
    {
      lines.append("outlines: the boxes around them are written")
    }
    return lines
  }

  /// What a user should know of the new dataset, a line each.
  func warnings() -> [String] {
    var lines: [String] = []
    if let first = names.changed.first {
      lines.append(
        "\(Self.counted(names.changed.count, "picture")) renamed, as names clashed or "
          + "\(format.title) cannot hold them: the first is \(quoted(first.old)), now "
          + quoted(first.new)
      )
    }
    let turned = names.order.filter { sample in
      guard case .file(let url) = sample.source else { return false }
      return (try? RasterImage.isStoredUpright(url)) == false
    }
    if let first = turned.first {
      lines.append(
        "\(Self.counted(turned.count, "picture")) with an EXIF orientation: the boxes are those of "
          + "the upright picture, and a program that passes over EXIF sees it turned; the first is "
          + quoted(names[first])
      )
    }
    let leftOut = Set(parts.flatMap(\.dataset.problems)).count { $0.kind.isPictureLeftOut }
    if leftOut > 0 {
      lines.append("\(Self.counted(leftOut, "picture")) left out, as they cannot be used")
    }
    if parts.count > 1, let rest = parts.first(where: { $0.name == nil }) {
      lines.append(
        "\(Self.counted(rest.dataset.samples.count, "picture")) in none of the splits: "
          + (format == .coco
            ? "written to \(cocoFileName(rest))" : "written, and in none of the lists")
      )
    }
    if format == .yolo, !parts.contains(where: { $0.name == "val" }) {
      lines.append("data.yaml names no val, which other trainers ask for; focal split makes one")
    }
    return lines
  }

  static func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count) \(count == 1 ? one : many ?? one + "s")"
  }
}

extension DatasetWriter.Format {
  /// What people call it.
  package var title: String {
    switch self {
    case .coco: "COCO"
    case .voc: "Pascal VOC"
    case .yolo: "YOLO"
    }
  }
}
