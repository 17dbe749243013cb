import Foundation

/// What a user may call a dataset, told apart by what is there and never by guessing.
enum DatasetSpecification: Hashable, Sendable {
  /// A COCO annotation file.
  case coco(URL)
  /// A Pascal VOC folder and the name of a split.
  case voc(URL, split: String?)
  /// A YOLO `data.yaml` and the name of a split.
  case yolo(URL, split: String?)
  /// So many rendered pictures of a seed.
  case synthetic(count: Int, seed: UInt64)

  private static let expected =
    "expected a COCO .json file, a VOC folder (DIR or DIR:SPLIT), a YOLO data.yaml (or "
    + "data.yaml:SPLIT, or its folder) or synth:N:SEED"

  /// Most pictures of a synthetic dataset.
  private static let mostPictures = 1_000_000

  /// Recognises a specification.
  /// - Parameter text: What the user wrote.
  /// - Throws: ``DatasetError`` that says what was expected and what is there.
  init(_ text: String) throws(DatasetError) {
    if text.hasPrefix("synth:") {
      self = try Self.synthetic(text)
    } else if Self.kind(of: text) != nil {
      self = try Self.existing(text, split: nil, written: text)
    } else if let colon = text.lastIndex(of: ":"), Self.kind(of: String(text[..<colon])) != nil {
      let split = String(text[text.index(after: colon)...])
      self = try Self.existing(String(text[..<colon]), split: split, written: text)
    } else {
      throw DatasetError(
        text.isEmpty ? .invalidSpecification : .notFound,
        file: text.isEmpty ? "\"\"" : text,
        message: "\(Self.expected), found nothing at this place"
      )
    }
  }

  private static func kind(of path: String) -> Bool? {
    var isFolder: ObjCBool = false
    guard !path.isEmpty, FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      return nil
    }
    return isFolder.boolValue
  }

  private static func synthetic(_ text: String) throws(DatasetError) -> DatasetSpecification {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let count = Int(parts[1]), let seed = UInt64(parts[2]),
      (1...mostPictures).contains(count)
    else {
      throw DatasetError(
        .invalidSpecification,
        file: text,
        message: "expected synth:N:SEED with 1 to \(mostPictures) pictures N and a whole number "
          + "SEED >= 0, as in synth:200:1"
      )
    }
    return .synthetic(count: count, seed: seed)
  }

  private static func existing(
    _ path: String,
    split: String?,
    written: String
  ) throws(DatasetError) -> DatasetSpecification {
    if kind(of: path) == true { return try folder(path, split: split, written: written) }
    let url = URL(fileURLWithPath: path)
    switch url.pathExtension.lowercased() {
    case "json" where split == nil: return .coco(url)
    case "yaml", "yml": return .yolo(url, split: split)
    case "json":
      throw DatasetError(
        .invalidSpecification,
        file: written,
        message: "a COCO file has no splits; name it without \(quoted(":" + (split ?? "")))"
      )
    case let suffix:
      throw DatasetError(
        .invalidSpecification,
        file: written,
        message: "\(expected), found a file "
          + (suffix.isEmpty ? "without an extension" : "ending in .\(url.pathExtension)")
      )
    }
  }

  private static func folder(
    _ path: String,
    split: String?,
    written: String
  ) throws(DatasetError) -> DatasetSpecification {
    let url = URL(fileURLWithPath: path, isDirectory: true)
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    func files(_ suffixes: String...) -> [String] {
      names.filter { name in suffixes.contains { name.lowercased().hasSuffix($0) } }
    }
    let isVOC =
      kind(of: url.appendingPathComponent("Annotations").path) == true || !files(".xml").isEmpty
    let yaml = files(".yaml", ".yml").map(url.appendingPathComponent).filter(YOLODataFile.isMeant)
    switch (isVOC, yaml.count) {
    case (true, 0): return .voc(url, split: split)
    case (false, 1): return .yolo(yaml[0], split: split)
    case (true, _):
      throw DatasetError(
        .invalidSpecification,
        file: written,
        message: "could be a VOC folder and a YOLO one (it holds \(yaml[0].lastPathComponent)); "
          + "name \(yaml[0].path) for YOLO, or move it away for VOC"
      )
    case (false, 2...):
      throw DatasetError(
        .invalidSpecification,
        file: written,
        message: "holds several YOLO files; name one of them: "
          + yaml.prefix(4).map(\.path).joined(separator: ", ")
      )
    default: break
    }
    let json = files(".json")
    let hint =
      json.isEmpty
      ? ""
      : "; for COCO name the file: \(json.prefix(4).map { "\(path)/\($0)" }.joined(separator: ", "))"
    throw DatasetError(
      .invalidSpecification,
      file: written,
      message: "\(expected), found a folder with neither Annotations/, .xml files nor a data.yaml"
        + hint
    )
  }
}
