import FileErrors
import Foundation
import Raster

/// Brings the picture of a sample into another folder.
enum PictureTransfer {
  /// Copies or links a file; a rendered picture is written as PNG.
  /// - Parameters:
  ///   - sample: The sample.
  ///   - target: The new file; the folders above it are made.
  ///   - pictures: Whether to copy or to link.
  /// - Throws: ``DatasetError`` naming the picture.
  static func bring(
    _ sample: DatasetSample,
    to target: URL,
    _ pictures: DatasetWriter.Pictures
  ) throws {
    let manager = FileManager.default
    try manager.createDirectory(
      at: target.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    switch sample.source {
    case .synthetic(let scene, let index):
      try Data(scene.render(index: index).image.pngData()).write(to: target)
    case .file(let url) where pictures == .link:
      guard link(url.path, target.path) == 0 else {
        let reason = FileReason(errno: errno)
        throw DatasetError(
          .notWritable,
          file: url.path,
          message: "cannot be linked: \(reason); use --pictures copy"
        )
      }
    case .file(let url):
      do {
        try manager.copyItem(at: url, to: target)
      } catch {
        throw DatasetError(
          .notWritable,
          file: url.path,
          message: "cannot be copied: \(FileReason(error))"
        )
      }
    }
  }
}
