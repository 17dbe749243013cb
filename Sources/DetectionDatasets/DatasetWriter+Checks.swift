import Foundation

extension DatasetWriter {
  /// Refuses, before anything is written, what Focal and other readers would refuse in the end.
  func checkFiles() throws(DatasetError) {
    guard format != .coco else { return }
    for sample in names.order {
      let name = names[sample]
      guard let scalar = Self.fault(inListed: name) else { continue }
      let digits = String(scalar.value, radix: 16, uppercase: true)
      let code = String(repeating: "0", count: max(4 - digits.count, 0)) + digits
      throw DatasetError(
        .unsafePath,
        file: name,
        message: "the name of the picture holds U+\(code), which lists of pictures cannot; "
          + "rename the picture first"
      )
    }
    guard format == .yolo else { return }
    let size = dataFile(splits: YOLODataFile.splitNames).utf8.count
    guard size <= YAMLDocument.maximumBytes else {
      throw DatasetError(
        .unknownCategory,
        file: parts.first?.dataset.location ?? "",
        message: "has \(categories.count) classes, whose data.yaml would take \(size) bytes, and "
          + "no more than \(YAMLDocument.maximumBytes) are read; take out classes that are not used"
      )
    }
  }

  /// A character that ends a line for some reader, or one without width at an end, which some take
  /// for space and cut off.
  private static func fault(inListed name: String) -> Unicode.Scalar? {
    let breaking = name.unicodeScalars.first {
      $0.value < 0x20 || [0x7F, 0x85, 0x2028, 0x2029].contains($0.value)
    }
    if let breaking { return breaking }
    let stem = PictureNames.stem(name).unicodeScalars
    let ends = [name.unicodeScalars.first, name.unicodeScalars.last, stem.last]
    return ends.compactMap(\.self).first { [0x200B, 0x2060, 0xFEFF].contains($0.value) }
  }

  /// Refuses a place among the pictures, which the next reading of the data would find too.
  func checkPlace(_ folder: URL) throws(DatasetError) {
    let parent = folder.standardizedFileURL.deletingLastPathComponent().resolvingSymlinksInPath()
    let place = parent.path + "/"
    var told: Set<String> = []
    for part in parts {
      for sample in part.dataset.samples {
        guard case .file(let url) = sample.source else { continue }
        let pictures = url.deletingLastPathComponent().path
        guard told.insert(pictures).inserted, place.hasPrefix(pictures + "/") else { continue }
        let annotations = URL(fileURLWithPath: sample.annotationFile).resolvingSymlinksInPath()
          .deletingLastPathComponent().path
        // Pictures beside their annotations lie where all else does.
        if part.dataset.format != .yolo, annotations == pictures { continue }
        throw DatasetError(
          .alreadyExists,
          file: folder.path,
          message: "lies in a folder of the dataset's pictures (\(pictures)); name one outside it"
        )
      }
    }
  }
}
