package import Foundation
import Raster

/// A folder in which damaged annotation files meet sound pictures.
///
/// `voc`, `yolo` and `coco` are datasets; beside them lies what no dataset may reach.
package struct TrialFolder: Sendable {
  /// The folder, with its links resolved.
  package let url: URL

  /// Makes the folder.
  ///
  /// - Parameter url: Where; nothing should be there.
  /// - Throws: What making folders and files throws.
  package init(at url: URL) throws {
    let manager = FileManager.default
    try manager.createDirectory(at: url, withIntermediateDirectories: true)
    self.url = url.resolvingSymlinksInPath()
    let picture = try Data(
      RasterImage(width: 64, height: 48, red: 90, green: 120, blue: 150).pngData()
    )
    let names = [
      "secret.png", "voc/JPEGImages/a.png", "voc/JPEGImages/b.png", "yolo/images/train/a.png",
      "yolo/images/val/b.png", "coco/images/-1.jpg", "coco/images/2.jpg", "coco/images/5.jpg",
      "coco/images/8.jpg",
    ]
    for name in names {
      let file = self.url.appendingPathComponent(name)
      try manager.createDirectory(
        at: file.deletingLastPathComponent(),
        withIntermediateDirectories: true
      )
      try picture.write(to: file)
    }
    for folder in ["voc/Annotations", "yolo/labels/train", "yolo/labels/val"] {
      try manager.createDirectory(
        at: self.url.appendingPathComponent(folder),
        withIntermediateDirectories: true
      )
    }
    try Data("0 0.5 0.5 0.5 0.5\n".utf8)
      .write(to: self.url.appendingPathComponent("yolo/labels/val/b.txt"))
    try manager.createSymbolicLink(
      at: self.url.appendingPathComponent("yolo/link"),
      withDestinationURL: self.url
    )
  }

  /// The folder of this process, removed when it ends in good order.
  package static let ofProcess: Result<TrialFolder, any Error> = Result {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-fuzz-data-\(getpid())", isDirectory: true)
    atexit {
      let path = FileManager.default.temporaryDirectory.path + "/focal-fuzz-data-\(getpid())"
      try? FileManager.default.removeItem(atPath: path)
    }
    return try TrialFolder(at: url)
  }
}
