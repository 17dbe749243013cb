import Foundation

/// What a user may call a dataset, told apart by what is there and never by guessing.
enum DatasetSpecification: Hashable, Sendable {
  /// A COCO annotation file.
  case coco(URL)
  /// A Pascal VOC folder and the name of a split.
  case voc(URL, split: String?)
  /// So many rendered pictures of a seed.
  case synthetic(count: Int, seed: UInt64)

  private static let expected =
    "expected a COCO .json file, a VOC folder (DIR or DIR:SPLIT) or synth:N:SEED"

  /// Most pictures of a synthetic dataset.
  private static let mostPictures = 1_000_000

  /// Recognises a specification.
  /// - Parameter text: What the user wrote.
  /// - Throws: ``DatasetError`` that says what was expected and what is there.
  init(_ text: String) throws(DatasetError) {
    if text.hasPrefix("synth:") {
      self = try Self.synthetic(text)
    } else if let kind = Self.kind(of: text) {
      self = try Self.existing(text, isFolder: kind)
    } else if let colon = text.lastIndex(of: ":"), Self.kind(of: String(text[..<colon])) == true {
      let split = String(text[text.index(after: colon)...])
      self = try Self.voc(String(text[..<colon]), split: split, written: text)
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
    _ text: String,
    isFolder: Bool
  ) throws(DatasetError) -> DatasetSpecification {
    if isFolder { return try voc(text, split: nil, written: text) }
    let url = URL(fileURLWithPath: text)
    guard url.pathExtension.lowercased() == "json" else {
      let suffix = url.pathExtension
      throw DatasetError(
        .invalidSpecification,
        file: text,
        message: "\(expected), found a file "
          + (suffix.isEmpty ? "without an extension" : "ending in .\(suffix)")
      )
    }
    return .coco(url)
  }

  private static func voc(
    _ path: String,
    split: String?,
    written: String
  ) throws(DatasetError) -> DatasetSpecification {
    let url = URL(fileURLWithPath: path, isDirectory: true)
    if kind(of: url.appendingPathComponent("Annotations").path) == true {
      return .voc(url, split: split)
    }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    if names.contains(where: { $0.lowercased().hasSuffix(".xml") }) {
      return .voc(url, split: split)
    }
    let json = names.filter { $0.lowercased().hasSuffix(".json") }
    let hint =
      json.isEmpty
      ? ""
      : "; for COCO name the file: \(json.prefix(4).map { "\(path)/\($0)" }.joined(separator: ", "))"
    throw DatasetError(
      .invalidSpecification,
      file: written,
      message: "\(expected), found a folder with neither Annotations/ nor .xml files\(hint)"
    )
  }
}
