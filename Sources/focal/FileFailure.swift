import FileErrors
import Foundation

/// Files that cannot be used, as a command tells of them.
enum FileFailure {
  /// A line for an error of the system that nobody has put into words; `nil` for any other error.
  static func line(for error: any Error) -> String? {
    let system = error as NSError
    guard [NSCocoaErrorDomain, NSPOSIXErrorDomain].contains(system.domain) else { return nil }
    let path =
      system.userInfo[NSFilePathErrorKey] as? String
      ?? (system.userInfo[NSURLErrorKey] as? URL)?.path
    return (path.map { "\($0): " } ?? "") + "\(FileReason(error))"
  }

  /// Why no file can be written at a path, as far as that can be told before the work; `nil` where nothing speaks
  /// against it.
  static func obstacle(toWriting path: String) -> String? {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      return isFolder.boolValue ? "it is a folder" : nil
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
      return "no such folder as \(folder)"
    }
    if !isFolder.boolValue { return "\(folder) is no folder" }
    return FileManager.default.isWritableFile(atPath: folder)
      ? nil : "permission denied in \(folder)"
  }

  /// - Throws: ``CommandFailure`` if what is nearest to a folder that shall be made is a file, or closed.
  static func check(folder path: String) throws {
    let manager = FileManager.default
    var nearest = URL(fileURLWithPath: path)
    while !manager.fileExists(atPath: nearest.path), nearest.path != "/" {
      nearest.deleteLastPathComponent()
    }
    var isFolder: ObjCBool = false
    guard manager.fileExists(atPath: nearest.path, isDirectory: &isFolder) else { return }
    let reason =
      !isFolder.boolValue
      ? "\(nearest.path) is a file"
      : manager.isWritableFile(atPath: nearest.path) ? nil : "permission denied in \(nearest.path)"
    if let reason {
      throw CommandFailure.failed("\(path): the folder cannot be made: \(reason)")
    }
  }
}
