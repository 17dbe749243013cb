package import Foundation

/// Writes datasets as COCO, Pascal VOC or YOLO, with their pictures.
package struct DatasetWriter {
  /// The format of annotations.
  package enum Format: String, Hashable, Sendable, CaseIterable {
    /// `annotations.json` or one file for each split, and `images/`.
    case coco
    /// `Annotations/`, `JPEGImages/`, `ImageSets/Main/` and `labels.txt`.
    case voc
    /// `data.yaml`, a list for each split, `images/` and `labels/`.
    case yolo
  }

  /// How picture files come into the new folder.
  package enum Pictures: String, Hashable, Sendable, CaseIterable {
    /// Byte for byte.
    case copy
    /// As hard links: the same file under a second name, on the same file system.
    case link
  }

  /// What became of the data.
  package struct Report: Hashable, Sendable {
    /// Pictures written.
    package var pictures = 0
    /// Boxes written.
    package var boxes = 0
    /// What the format cannot hold, a line each.
    package var lost: [String] = []
    /// What a user should know, a line each.
    package var warnings: [String] = []
    /// What loads the data again, in the order of the parts.
    package var specifications: [String] = []
  }

  let parts: [DatasetPart]
  /// By COCO file, the annotations that are marked difficult.
  let marks: [String: Set<Int>]
  let format: Format
  let names: PictureNames

  /// Prepares the writing.
  /// - Parameters:
  ///   - parts: The splits; a single one without a name is a dataset without splits.
  ///   - format: The format of annotations.
  /// - Throws: ``DatasetError`` if the format cannot hold a name.
  package init(_ parts: [DatasetPart], as format: Format) throws {
    self.parts = parts
    marks = try Self.marks(in: parts)
    self.format = format
    names = PictureNames(parts, format: format)
    try checkNames()
    try checkFiles()
  }

  /// The number of pictures that ``write(to:pictures:progress:)`` will write.
  package var pictureCount: Int { names.order.count }

  /// The classes, in the order of labels.
  var categories: [DatasetCategory] { parts.first?.dataset.categories ?? [] }

  /// The folder of pictures below the new folder.
  var pictureFolder: String { format == .voc ? "JPEGImages" : "images" }

  /// Writes pictures and annotations; the folder appears once it is complete.
  ///
  /// Equal data gives equal bytes.
  /// - Parameters:
  ///   - folder: The folder to make; nothing may be there but an empty folder.
  ///   - pictures: How picture files come into it; rendered pictures are written as PNG.
  ///   - progress: Told the number of pictures written so far.
  /// - Returns: What was written and what was lost.
  /// - Throws: ``DatasetError`` naming what cannot be read or written; what `progress` throws.
  package func write(
    to folder: URL,
    pictures: Pictures = .copy,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> Report {
    var report = Report()
    try checkPlace(folder)
    try PartialFolder.make(folder) { partial in
      let place = partial.appendingPathComponent(pictureFolder, isDirectory: true)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      for (index, sample) in names.order.enumerated() {
        try PictureTransfer.bring(
          sample,
          to: place.appendingPathComponent(names[sample]),
          pictures
        )
        try progress(index + 1)
      }
      switch format {
      case .coco: try writeCOCO(to: partial, &report)
      case .voc: try writeVOC(to: partial, &report)
      case .yolo: try writeYOLO(to: partial, &report)
      }
    }
    report.pictures = names.order.count
    report.specifications = specifications(in: folder)
    report.lost += general()
    report.warnings += warnings()
    return report
  }

  private func specifications(in folder: URL) -> [String] {
    let path = folder.path
    let splits = parts.compactMap(\.name)
    switch format {
    case .coco:
      return parts.map { "\(path)/\(cocoFileName($0))" }
    case .voc: return splits.isEmpty ? [path] : splits.map { "\(path):\($0)" }
    case .yolo:
      return splits.isEmpty ? ["\(path)/data.yaml"] : splits.map { "\(path)/data.yaml:\($0)" }
    }
  }

  /// `train.json`; `annotations.json` where there are no splits, `rest.json` beside some.
  func cocoFileName(_ part: DatasetPart) -> String {
    (part.name ?? (parts.count == 1 ? "annotations" : restName)) + ".json"
  }

  /// What pictures of no split are called: `rest`, or with a number where a split is called that.
  var restName: String {
    let taken = Set(parts.compactMap { $0.name?.lowercased() })
    var (name, number) = ("rest", 2)
    while taken.contains(name) {
      name = "rest_\(number)"
      number += 1
    }
    return name
  }

  // MARK: Names

  private func checkNames() throws(DatasetError) {
    var splits: Set<String> = []
    for name in parts.compactMap(\.name) {
      // Some file systems take names that differ in case alone for one.
      guard splits.insert(name.lowercased()).inserted else {
        throw DatasetError(
          .invalidSpecification,
          file: name,
          message: "two parts would be called \(quoted(name)), and one would replace the other; "
            + "name each dataset once, with a name of its own (NAME=DATA)"
        )
      }
      guard format != .voc || parts.count == 1 || name.lowercased() != "all" else {
        throw DatasetError(
          .invalidSpecification,
          file: name,
          message: "is the list of all pictures in VOC folders; give the part another name "
            + "(NAME=DATA)"
        )
      }
      let isPlain = !name.isEmpty && !name.contains("/") && !name.hasPrefix(".")
      guard isPlain, format != .yolo || YOLODataFile.splitNames.contains(name) else {
        throw DatasetError(
          .invalidSpecification,
          file: name,
          message: format == .yolo
            ? "a YOLO data.yaml has the splits train, val and test, and none called \(quoted(name)); "
              + "name them (train=DATA val=DATA), or convert the parts one by one"
            : "cannot be the name of a split"
        )
      }
    }
    guard format != .coco else { return }
    guard format != .yolo || !categories.isEmpty else {
      throw DatasetError(
        .unknownCategory,
        file: parts.first?.dataset.location ?? "",
        message: "has no classes, and a YOLO dataset has one at least; name them first (labels.txt)"
      )
    }
    var seen: Set<String> = []
    for category in categories {
      let name = category.name
      let isPlain =
        !name.isEmpty
        && name.unicodeScalars.allSatisfy {
          $0.value >= 0x20 && $0.value != 0x7F && !(0xFFFE...0xFFFF).contains($0.value)
            && !$0.properties.isWhitespace || $0 == " "
        }
      guard isPlain, format == .yolo || name == name.trimmingCharacters(in: .whitespaces) else {
        throw fault("the class name \(quoted(name)) holds characters that \(format) files cannot")
      }
      guard seen.insert(name).inserted || format == .yolo else {
        throw fault("two classes are called \(quoted(name)), and VOC knows classes by name alone")
      }
    }
  }

  private func fault(_ message: String) -> DatasetError {
    DatasetError(
      .unknownCategory,
      file: parts.first?.dataset.location ?? "",
      message: "\(message); rename it first"
    )
  }
}
