import COCOFormat
import Foundation

extension DatasetWriter {
  /// One XML file for each picture, a list for each split and of all, and the list of classes.
  func writeVOC(to folder: URL, _ report: inout Report) throws {
    for (sample, dataset) in samplesOnce() {
      let name = names[sample]
      let labels = labels(of: dataset)
      var text = """
        <annotation>
        \t<folder>JPEGImages</folder>
        \t<filename>\(Self.escaped(name))</filename>
        \t<size>
        \t\t<width>\(sample.width)</width>
        \t\t<height>\(sample.height)</height>
        \t\t<depth>3</depth>
        \t</size>
        \t<segmented>0</segmented>

        """
      for annotation in sample.groundTruth {
        guard let label = labels[annotation.categoryID] else { continue }
        // A crowd is neither an object nor difficult.
        if annotation.isCrowd, dataset.format != .voc { continue }
        text += object(
          annotation,
          isDifficult: isDifficult(annotation, of: dataset),
          label: label
        )
        report.boxes += 1
      }
      text += "</annotation>\n"
      try PartialFolder.write(
        Data(text.utf8),
        to: folder.appendingPathComponent("Annotations/\(PictureNames.stem(name)).xml")
      )
    }
    let lists = folder.appendingPathComponent("ImageSets/Main", isDirectory: true)
    func write(_ samples: [DatasetSample], _ name: String) throws {
      let stems = samples.map { PictureNames.stem(names[$0]) + "\n" }.joined()
      try PartialFolder.write(Data(stems.utf8), to: lists.appendingPathComponent("\(name).txt"))
    }
    try write(names.order, "all")
    for part in parts {
      if let name = part.name, name != "all" { try write(part.dataset.samples, name) }
    }
    let classes = categories.map { $0.name + "\n" }.joined()
    if !classes.isEmpty {
      try PartialFolder.write(Data(classes.utf8), to: folder.appendingPathComponent("labels.txt"))
    }
  }

  private func object(_ annotation: COCOAnnotation, isDifficult: Bool, label: Int) -> String {
    let box = annotation.box
    // A sum of decimals misses theirs: 0.1 + 0.7999999999999999 is 0.8999999999999999.
    let right = PixelSpan.clean(box.x + box.width, scale: box.x + box.width)
    let bottom = PixelSpan.clean(box.y + box.height, scale: box.y + box.height)
    return """
      \t<object>
      \t\t<name>\(Self.escaped(categories[label].name))</name>
      \t\t<pose>Unspecified</pose>
      \t\t<truncated>0</truncated>
      \t\t<difficult>\(isDifficult ? 1 : 0)</difficult>
      \t\t<bndbox>
      \t\t\t<xmin>\(Self.text(box.x))</xmin>
      \t\t\t<ymin>\(Self.text(box.y))</ymin>
      \t\t\t<xmax>\(Self.text(right))</xmax>
      \t\t\t<ymax>\(Self.text(bottom))</ymax>
      \t\t</bndbox>
      \t</object>

      """
  }

  /// The shortest text that reads back as the same number; whole numbers without a point.
  static func text(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: ">", with: "&gt;")
  }

  /// Each picture with the first dataset that holds it.
  func samplesOnce() -> [(sample: DatasetSample, dataset: DetectionDataset)] {
    var seen: Set<String> = []
    return parts.flatMap { part in
      part.dataset.samples.filter { seen.insert($0.sourceKey).inserted }
        .map { ($0, part.dataset) }
    }
  }

  /// Labels by category id.
  func labels(of dataset: DetectionDataset) -> [Int: Int] {
    Dictionary(
      dataset.categories.enumerated().map { ($1.id, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }
}
