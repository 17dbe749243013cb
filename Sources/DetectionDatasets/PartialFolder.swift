import FileErrors
import Foundation

/// A folder that appears under its name once it is complete, or not at all.
enum PartialFolder {
  /// Fills a folder beside its place, and renames it.
  /// - Parameters:
  ///   - folder: The folder to make; nothing may be there but an empty folder.
  ///   - fill: Writes into the folder it is given.
  /// - Throws: ``DatasetError`` if the folder is in the way or cannot be written; what `fill` throws.
  static func make(_ folder: URL, fill: (URL) throws -> Void) throws {
    let manager = FileManager.default
    let target = folder.standardizedFileURL
    try check(target)
    let prefix = ".\(target.lastPathComponent).partial-"
    let parent = target.deletingLastPathComponent()
    removeAbandoned(prefix, in: parent)
    let partial = parent.appendingPathComponent("\(prefix)\(getpid())", isDirectory: true)
    try? manager.removeItem(at: partial)
    do {
      try manager.createDirectory(at: partial, withIntermediateDirectories: true)
      try fill(partial)
      // Unlike FileManager, rename(2) replaces an empty folder, and does so in one step.
      guard rename(partial.path, target.path) == 0 else {
        throw DatasetError(
          .notWritable,
          file: target.path,
          message: "cannot be made: \(FileReason(errno: errno))"
        )
      }
    } catch {
      try? manager.removeItem(at: partial)
      throw naming(target, error)
    }
  }

  /// Removes what processes that were killed have left of the same folder.
  private static func removeAbandoned(_ prefix: String, in parent: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
    for name in names where name.hasPrefix(prefix) {
      guard let process = pid_t(name.dropFirst(prefix.count)), process > 0,
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      try? FileManager.default.removeItem(at: parent.appendingPathComponent(name))
    }
  }

  /// Whether a folder may be made at a place.
  /// - Parameter folder: The folder to make.
  /// - Throws: ``DatasetError`` if something is there that is not an empty folder.
  static func check(_ folder: URL) throws(DatasetError) {
    let path = folder.standardizedFileURL.path
    if let goal = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
      // A folder cannot be renamed to the place of a link.
      throw DatasetError(
        .alreadyExists,
        file: path,
        message: "is a link to \(quoted(goal)); remove it, or name the folder it is to lead to"
      )
    }
    guard FileManager.default.fileExists(atPath: path) else { return }
    guard (try? FileManager.default.contentsOfDirectory(atPath: path))?.isEmpty == true else {
      throw DatasetError(
        .alreadyExists,
        file: path,
        message: "is there and not an empty folder; remove it or name another one"
      )
    }
  }

  /// Writes a file and makes the folders above it.
  static func write(_ data: Data, to file: URL) throws {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try data.write(to: file)
  }

  /// System errors come without the name of the folder; ours have theirs.
  private static func naming(_ folder: URL, _ error: any Error) -> any Error {
    guard let system = error as? CocoaError else { return error }
    return DatasetError(
      .notWritable,
      file: folder.path,
      message: "cannot be written: \(FileReason(system))"
    )
  }
}
