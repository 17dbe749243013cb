import Foundation
import Raster

/// A folder of a test's own, removed with it.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-test-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  var path: String { url.path }

  /// The place of a file, with the folders above it made.
  func place(_ name: String) throws -> URL {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    return file
  }

  @discardableResult
  func write(_ text: String, to name: String) throws -> URL {
    let file = try place(name)
    try Data(text.utf8).write(to: file)
    return file
  }

  @discardableResult
  func writePicture(
    _ name: String,
    width: Int = 64,
    height: Int = 48,
    red: UInt8 = 90
  ) throws -> URL {
    let file = try place(name)
    try RasterImage(width: width, height: height, red: red, green: 120, blue: 150).write(to: file)
    return file
  }

  @discardableResult
  func link(_ name: String, to target: URL) throws -> URL {
    let file = try place(name)
    try FileManager.default.createSymbolicLink(at: file, withDestinationURL: target)
    return file
  }

  /// A COCO file of pictures of 64x48, each with the box (8, 8, 20, 16) of class `thing`.
  func writeCOCO(_ names: [String], to file: String = "data.json") throws -> String {
    let images = names.enumerated().map { index, name in
      #"{"id": \#(index + 1), "file_name": "\#(name)", "width": 64, "height": 48}"#
    }
    let annotations = names.indices.map { index in
      #"{"id": \#(index + 1), "image_id": \#(index + 1), "category_id": 1, "bbox": [8, 8, 20, 16]}"#
    }
    return try write(
      """
      {"images": [\(images.joined(separator: ","))],
       "categories": [{"id": 1, "name": "thing"}],
       "annotations": [\(annotations.joined(separator: ","))]}
      """,
      to: file
    ).path
  }
}
