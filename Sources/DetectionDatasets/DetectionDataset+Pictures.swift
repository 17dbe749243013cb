import Foundation

extension DetectionDataset {
  /// Endings of the names that a folder's pictures have; what they hold is told by their content.
  private static let endings: Set<String> = [
    "jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff",
  ]

  /// Pictures without annotations: one file, or all that lie in a folder and the folders in it.
  ///
  /// - Parameters:
  ///   - path: A picture file or a folder.
  ///   - onBadData: What to do about a file that is no picture.
  /// - Returns: The pictures in the order of their names; `nil` if the path is neither a file with
  ///   the ending of a picture nor a folder that holds one.
  /// - Throws: ``DatasetError`` naming a file that cannot be used, unless it may be skipped.
  package static func pictures(
    at path: String,
    onBadData: BadDataPolicy = .stop
  ) throws -> DetectionDataset? {
    var isFolder: ObjCBool = false
    guard !path.isEmpty, FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    else { return nil }
    let url = URL(fileURLWithPath: path, isDirectory: isFolder.boolValue)
    let names = isFolder.boolValue ? names(in: path) : isPicture(path) ? [""] : []
    guard !names.isEmpty else { return nil }
    var dataset = DetectionDataset(format: .pictures, location: path, categories: [], samples: [])
    let contained = isFolder.boolValue ? try PictureFolder.open(url) : nil
    let located = try inParallel(count: names.count, workers: PictureFolder.readers) { index in
      PictureFolder.located { () throws(DatasetError) in
        guard let contained else { return url }
        return try contained.file(named: names[index], in: path, at: "")
      }
    }
    for (index, located) in located.enumerated() {
      switch located {
      case .failure(let error):
        guard onBadData == .skip else { throw error }
        dataset.problems.append(error.problem)
      case .success(let picture):
        dataset.samples.append(
          DatasetSample(
            imageID: dataset.samples.count + 1,
            name: isFolder.boolValue ? names[index] : url.lastPathComponent,
            source: .file(picture.url),
            width: picture.width,
            height: picture.height
          )
        )
      }
    }
    return dataset
  }

  private static func isPicture(_ name: String) -> Bool {
    endings.contains((name as NSString).pathExtension.lowercased())
  }

  private static func names(in folder: String) -> [String] {
    // The user named it, so a link to a folder is that folder; the enumerator would not enter it.
    let place = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    let all = FileManager.default.enumerator(atPath: place)?.compactMap { $0 as? String } ?? []
    return all.filter { isPicture($0) && !isHidden($0) }.sorted()
  }

  private static func isHidden(_ name: String) -> Bool {
    name.split(separator: "/").contains { $0.hasPrefix(".") }
  }
}
