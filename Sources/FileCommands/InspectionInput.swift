import CommandConsole
import DatasetInspection
import DetectionDatasets
import Foundation

/// From what a user names to the parts that are inspected.
enum InspectionInput {
  /// Loads all that was named.
  ///
  /// - Returns: One part for each, with common classes.
  /// - Throws: What is wrong with one of them.
  static func splits(_ options: InspectOptions) throws -> [InspectedSplit] {
    let names = names(of: options.data)
    return try zip(options.data, names).flatMap { specification, name in
      let dataset = try dataset(specification, options)
      let splits = try SplitPartition.parts(
        of: dataset,
        splits: isAnnotated(dataset) ? DatasetSplits.of(specification) : [],
        options
      )
      if splits.isEmpty { return [InspectedSplit(name: name, dataset: dataset)] }
      // Of several datasets each keeps its own name before those of its splits.
      guard options.data.count > 1 else { return splits }
      return splits.map { InspectedSplit(name: "\(name):\($0.name)", dataset: $0.dataset) }
    }
    .withCommonClasses
  }

  private static func isAnnotated(_ dataset: DetectionDataset) -> Bool {
    dataset.format != .pictures && dataset.format != .synthetic
  }

  private static func dataset(
    _ specification: String,
    _ options: InspectOptions
  ) throws -> DetectionDataset {
    if isFile(specification),
      let pictures = try DetectionDataset.pictures(at: specification, onBadData: options.onBadData)
    {
      return pictures
    }
    try refuseResults(specification)
    do {
      return try DetectionDataset.load(
        specification,
        images: options.images.map { URL(fileURLWithPath: $0, isDirectory: true) },
        onBadData: options.onBadData,
        needsPictures: !options.noDecode
      )
    } catch let error as DatasetError where error.code == .invalidSpecification {
      guard !namesAnnotations(specification),
        let pictures = try DetectionDataset.pictures(
          at: specification,
          onBadData: options.onBadData
        )
      else { throw error }
      return pictures
    }
  }

  /// A list at the top is a results file, which says nothing without its annotations.
  private static func refuseResults(_ path: String) throws {
    guard isRegular(path), path.lowercased().hasSuffix(".json"),
      let handle = FileHandle(forReadingAtPath: path),
      let start = try? handle.read(upToCount: 4096)
    else { return }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = start.starts(with: mark) ? start.dropFirst(mark.count) : start
    let first = text.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    guard first == UInt8(ascii: "[") else { return }
    throw CommandFailure.failed(
      "\(path): expected an object with images, annotations and categories, found a list; a results file needs the annotations it belongs to (--ground-truth GT.json)"
    )
  }

  /// What is read from a pipe is gone for the reader.
  private static func isRegular(_ path: String) -> Bool {
    let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: resolved)
    return attributes?[.type] as? FileAttributeType == .typeRegular
  }

  private static func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && !isFolder.boolValue
  }

  /// A folder beside whose pictures annotations lie is not taken for one without.
  private static func namesAnnotations(_ folder: String) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.contains { [".json", ".yaml", ".yml", ".xml"].contains(where: $0.hasSuffix) }
  }

  /// Short names: the split after a colon or the file without its ending, where that tells all apart.
  static func names(of data: [String]) -> [String] {
    let short = data.map { text in
      guard !text.hasPrefix("synth:") else { return text }
      let exists = FileManager.default.fileExists(atPath: text)
      if !exists, let colon = text.lastIndex(of: ":") {
        return String(text[text.index(after: colon)...])
      }
      return URL(fileURLWithPath: text).deletingPathExtension().lastPathComponent
    }
    return Set(short).count == short.count ? short : data
  }
}
