import BoxGeometry
import Drawing
import Foundation
import Raster

/// A folder that receives pictures with their detections drawn on them.
struct DrawingFolder {
  private let folder: URL
  private let categories: [String]

  /// - Throws: ``CommandFailure`` if the folder cannot be made.
  init(path: String, categories: [String]) throws {
    folder = URL(fileURLWithPath: path, isDirectory: true)
    self.categories = categories
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure.failed("\(path): the folder cannot be made: \(error.localizedDescription)")
    }
  }

  /// Writes one picture under its own name; as JPEG, unless it was a PNG.
  func write(_ boxes: [ScoredBox], on image: RasterImage, of picture: URL) throws {
    let drawn = try DetectionOverlay.draw(boxes.map { overlay($0) }, on: image)
    let name = picture.pathExtension.lowercased() == "png"
      ? picture.lastPathComponent : picture.deletingPathExtension().lastPathComponent + ".jpg"
    try drawn.write(to: folder.appendingPathComponent(name))
  }

  private func overlay(_ box: ScoredBox) -> OverlayBox {
    OverlayBox(
      box: box.box,
      label: "\(categories[box.label]) \(ProgressLine.decimals(Double(box.score), 2))",
      color: .palette(box.label))
  }
}
