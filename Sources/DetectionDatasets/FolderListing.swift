import FileErrors
import Foundation

/// What lies in a folder.
enum FolderListing {
  /// The names of everything in a folder, sorted.
  /// - Parameter path: The folder.
  /// - Returns: Names without the folder.
  /// - Throws: ``DatasetError`` if the folder cannot be read.
  static func names(in path: String) throws(DatasetError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw DatasetError(
        .unreadable,
        file: path,
        message: "the folder cannot be read: \(FileReason(error))"
      )
    }
  }
}
