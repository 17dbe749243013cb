import FileErrors
package import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that cannot be used, as a command tells of them.
package enum FileFailure {
  /// A line for an error of the system that nobody has put into words; `nil` for any other error.
  package static func line(for error: any Error) -> String? {
    let system = error as NSError
    guard [NSCocoaErrorDomain, NSPOSIXErrorDomain].contains(system.domain) else { return nil }
    let path =
      system.userInfo[NSFilePathErrorKey] as? String
      ?? (system.userInfo[NSURLErrorKey] as? URL)?.path
    return (path.map { "\($0): " } ?? "") + "\(FileReason(error))"
  }

  /// Why no file can be written at a path, as far as that can be told before the work; `nil` where nothing speaks
  /// against it.
  package static func obstacle(toWriting path: String) -> String? {
    let goal = goal(ofWriting: path)
    var status = stat()
    if lstat(goal.path, &status) == 0 {
      // A rename would put a file in the place of a pipe, a socket or a device.
      switch status.st_mode & S_IFMT {
      case S_IFREG: return nil
      case S_IFDIR: return "it is a folder"
      case S_IFLNK: return "its links lead nowhere"
      default: return "it is no regular file; name a file"
      }
    }
    var isFolder: ObjCBool = false
    let folder = goal.deletingLastPathComponent().path
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
      return "no such folder as \(folder)"
    }
    if !isFolder.boolValue { return "\(folder) is no folder" }
    return access(folder, W_OK) == 0 ? nil : "\(FileReason(errno: errno).found) in \(folder)"
  }

  /// The file that is written where a path names it: at the end of its links, which stay links.
  ///
  /// What is written as a whole is renamed to its place, where a link would give way to the file.
  /// - Parameter path: The file as the user wrote it; it need not exist.
  /// - Returns: No link, but where links lead in a circle.
  package static func goal(ofWriting path: String) -> URL {
    var url = URL(fileURLWithPath: path)
    // As many as the system itself follows.
    for _ in 0..<40 {
      guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: url.path) else {
        break
      }
      url = URL(fileURLWithPath: link, relativeTo: url.deletingLastPathComponent()).absoluteURL
    }
    return url
  }

  /// Writes a file as a whole, through links to their end.
  ///
  /// - Throws: ``CommandFailure`` that names the file if it cannot be written.
  package static func write(_ data: Data, to path: String) throws {
    if let obstacle = obstacle(toWriting: path) {
      throw CommandFailure.failed("\(path): cannot be written: \(obstacle)")
    }
    do {
      try data.write(to: goal(ofWriting: path), options: .atomic)
    } catch {
      throw CommandFailure.failed("\(path): cannot be written: \(FileReason(error))")
    }
  }

  /// - Throws: ``CommandFailure`` if what is nearest to a folder that shall be made is a file, or closed.
  package static func check(folder path: String) throws {
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
      : access(nearest.path, W_OK) == 0
        ? nil : "\(FileReason(errno: errno).found) in \(nearest.path)"
    if let reason {
      throw CommandFailure.failed("\(path): the folder cannot be made: \(reason)")
    }
  }
}
