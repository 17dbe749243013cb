import Foundation

/// The splits of a dataset that holds several.
package enum DatasetSplits {
  /// Lists that repeat what others list.
  private static let unions: Set<String> = ["all", "trainval"]

  /// The named parts of a dataset, each with the specification that loads it alone.
  ///
  /// For YOLO those that the `data.yaml` names; for Pascal VOC the lists in `ImageSets/Main`, without
  /// `all` and `trainval`, which repeat others, and without lists of one class (`car_train`).
  /// - Parameter specification: What the user wrote, as for `DetectionDataset.load`.
  /// - Returns: The splits, train, val and test first; empty for COCO, for synthetic data, and where a
  ///   split is named already.
  /// - Throws: ``DatasetError`` if the specification is none, or its `data.yaml` cannot be read.
  package static func of(
    _ specification: String
  ) throws(DatasetError) -> [(name: String, specification: String)] {
    let names: [String]
    switch try DatasetSpecification(specification) {
    case .coco, .synthetic, .voc(_, split: _?), .yolo(_, split: _?): return []
    case .yolo(let file, split: nil):
      names = try YOLODataFile(contentsOf: file).splits.map(\.name)
    case .voc(let root, split: nil): names = lists(of: root)
    }
    return names.map { ($0, "\(specification):\($0)") }
  }

  private static func lists(of root: URL) -> [String] {
    guard case .folder(let folder) = ContainedFolder(root)?.entry(named: "ImageSets/Main") else {
      return []
    }
    let lists = ((try? FolderListing.names(in: folder.path)) ?? [])
      .filter { $0.hasSuffix(".txt") && !$0.hasPrefix(".") }.map { String($0.dropLast(4)) }
    let known = Set(lists)
    let splits = lists.filter { name in
      guard !unions.contains(name) else { return false }
      // aeroplane_train lists the pictures of train once more, class by class.
      guard let mark = name.lastIndex(of: "_") else { return true }
      return !known.contains(String(name[name.index(after: mark)...]))
    }
    func rank(_ name: String) -> Int {
      YOLODataFile.splitNames.firstIndex(of: name) ?? YOLODataFile.splitNames.count
    }
    return splits.sorted { (rank($0), $0) < (rank($1), $1) }
  }
}
