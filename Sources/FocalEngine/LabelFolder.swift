import BoxGeometry
import CommandConsole
import DetectionPrediction
import FileErrors
import Foundation

/// A folder that receives a text of detections for each picture, as YOLO has them, and the names of the labels.
struct LabelFolder {
  private static let namesFile = "classes.txt"

  private let folder: URL
  /// The file of each picture, in their order.
  private let files: [URL]

  /// Names the file of each picture; nothing is made yet.
  ///
  /// - Throws: ``CommandFailure`` if the folder cannot be.
  init(path: String, pictures: [URL]) throws {
    try FileFailure.check(folder: path)
    let folder = URL(fileURLWithPath: path, isDirectory: true)
    self.folder = folder
    files = OutputNames.names(of: pictures, reserved: [Self.namesFile]) { _ in "txt" }
      .map { folder.appendingPathComponent($0) }
  }

  /// Makes the folder where it is absent, and writes the names of the labels, one a line.
  ///
  /// - Throws: ``CommandFailure`` if it cannot be made.
  func create(_ categories: WrittenCategories) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure.failed("\(folder.path): the folder cannot be made: \(FileReason(error))")
    }
    let names = categories.names.map { PlainText.escaped($0) + "\n" }.joined()
    try FileFailure.write(
      Data(names.utf8),
      to: folder.appendingPathComponent(Self.namesFile).path
    )
  }

  /// Writes the text of one picture.
  ///
  /// - Throws: ``CommandFailure`` naming the file.
  func write(_ picture: WrittenPicture, as index: Int) throws {
    let text = YOLORows.text(picture.boxes, width: picture.width, height: picture.height)
    try FileFailure.write(Data(text.utf8), to: files[index].path)
  }
}
