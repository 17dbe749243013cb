import BoxGeometry
import Drawing
import Foundation
import Raster

/// A folder that receives pictures with their detections drawn on them.
final class DrawingFolder {
  private let folder: URL
  /// Names written so far: pictures of two folders may share one.
  private var used: Set<String> = []
  private let categories: [String]

  /// - Throws: ``CommandFailure`` if the folder cannot be made.
  init(path: String, categories: [String]) throws {
    folder = URL(fileURLWithPath: path, isDirectory: true)
    self.categories = categories
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure.failed(
        "\(path): the folder cannot be made: \(error.localizedDescription)"
      )
    }
  }

  /// Writes one picture under its own name, numbered where two pictures share it; as JPEG, unless it was a PNG.
  func write(_ boxes: [ScoredBox], on image: RasterImage, of picture: URL) throws {
    let drawn = try DetectionOverlay.draw(boxes.map { overlay($0) }, on: image)
    let stem = picture.deletingPathExtension().lastPathComponent
    let ending = picture.pathExtension.lowercased() == "png" ? "png" : "jpg"
    var name = "\(stem).\(ending)"
    var number = 2
    while !used.insert(name).inserted {
      name = "\(stem)-\(number).\(ending)"
      number += 1
    }
    try drawn.write(to: folder.appendingPathComponent(name))
  }

  private func overlay(_ box: ScoredBox) -> OverlayBox {
    OverlayBox(
      box: box.box,
      label: "\(categories[box.label]) \(ProgressLine.decimals(Double(box.score), 2))",
      color: .palette(box.label)
    )
  }
}
