import BoxGeometry
import CommandConsole
import Drawing
import FileErrors
import Foundation
import Raster

/// A folder that receives pictures with their detections drawn on them.
struct DrawingFolder {
  private let path: String
  /// The file of each picture, in their order.
  private let files: [URL]

  /// Names the file of each picture: its own name, numbered where two pictures share it; JPEG, unless it was a PNG.
  ///
  /// Nothing is made yet.
  /// - Throws: ``CommandFailure`` if the folder cannot be, or if a drawing would take the place of one of the pictures.
  init(path: String, pictures: [URL]) throws {
    try FileFailure.check(folder: path)
    self.path = path
    let folder = URL(fileURLWithPath: path, isDirectory: true)
    files = OutputNames.names(of: pictures) {
      $0.pathExtension.lowercased() == "png" ? "png" : "jpg"
    }
    .map { folder.appendingPathComponent($0) }
    let originals = Set(pictures.compactMap { FileIdentity(path: $0.path) })
    let isThere = FileManager.default.fileExists(atPath: path)
    for file in files {
      if isThere, let obstacle = FileFailure.obstacle(toWriting: file.path) {
        throw CommandFailure.failed("\(file.path): cannot be written: \(obstacle)")
      }
      if let identity = FileIdentity(path: file.path), originals.contains(identity) {
        throw CommandFailure.failed(
          "\(file.path): is one of the pictures, and its drawing would take its place; name another folder with --draw"
        )
      }
    }
  }

  /// Makes the folder where it is absent.
  ///
  /// - Throws: ``CommandFailure`` if it cannot be made.
  func create() throws {
    do {
      try FileManager.default.createDirectory(
        at: URL(fileURLWithPath: path, isDirectory: true),
        withIntermediateDirectories: true
      )
    } catch {
      throw CommandFailure.failed(
        "\(path): the folder cannot be made: \(FileReason(error))"
      )
    }
  }

  /// Writes the drawing of one picture.
  ///
  /// - Parameters:
  ///   - boxes: The detections.
  ///   - image: The picture.
  ///   - index: Its place in the list.
  ///   - categories: The name of each label.
  /// - Throws: `RasterError` naming the file.
  func write(
    _ boxes: [ScoredBox],
    on image: RasterImage,
    as index: Int,
    categories: [String]
  ) throws {
    try Self.drawing(of: boxes, on: image, categories: categories).write(
      to: FileFailure.goal(ofWriting: files[index].path)
    )
  }

  /// A picture with its detections drawn on it.
  static func drawing(
    of boxes: [ScoredBox],
    on image: RasterImage,
    categories: [String]
  ) throws -> RasterImage {
    let overlays = boxes.map { box in
      OverlayBox(
        box: box.box,
        label: "\(categories[box.label]) \(ProgressLine.decimals(Double(box.score), 2))",
        color: .palette(box.label)
      )
    }
    return try DetectionOverlay.draw(overlays, on: image)
  }
}
