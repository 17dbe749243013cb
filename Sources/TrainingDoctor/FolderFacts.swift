package import DetectionTraining
import FileErrors
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is to be known of a run's folder before it is made.
package struct FolderFacts: Hashable, Sendable {
  package var path: String
  /// Why it cannot be made or written to; `nil` where it can.
  package var obstacle: String?
  /// Whether another trainer is at work in it.
  package var isInUse: Bool
  /// Whether there is a run in it.
  package var holdsRun: Bool
  /// Whether its file system keeps locks; `nil` where nothing could be tried.
  package var hasLocks: Bool?
  /// Bytes that are free there; `nil` where the system does not tell.
  package var freeBytes: Int?

  package init(
    path: String,
    obstacle: String? = nil,
    isInUse: Bool = false,
    holdsRun: Bool = false,
    hasLocks: Bool? = true,
    freeBytes: Int?
  ) {
    (self.path, self.obstacle, self.isInUse) = (path, obstacle, isInUse)
    (self.holdsRun, self.hasLocks, self.freeBytes) = (holdsRun, hasLocks, freeBytes)
  }

  /// Looks at a folder that exists or is to be made; nothing stays behind.
  ///
  /// - Parameter folder: The run's folder.
  package init(of folder: RunFolder) {
    let manager = FileManager.default
    var nearest = folder.url.standardizedFileURL
    while !manager.fileExists(atPath: nearest.path), nearest.path != "/" {
      nearest.deleteLastPathComponent()
    }
    var isFolder: ObjCBool = false
    _ = manager.fileExists(atPath: nearest.path, isDirectory: &isFolder)
    path = folder.url.path
    obstacle =
      !isFolder.boolValue
      ? "\(nearest.path) is a file"
      : access(nearest.path, W_OK) == 0
        ? nil : "\(FileReason(errno: errno).found) in \(nearest.path)"
    isInUse = folder.isInUse
    holdsRun =
      manager.fileExists(atPath: folder.last.path)
      || ((try? manager.contentsOfDirectory(atPath: folder.checkpoints.path)) ?? []).contains {
        $0.hasPrefix("step-")
      }
    hasLocks = obstacle == nil ? Self.locks(in: nearest) : nil
    freeBytes =
      (try? manager.attributesOfFileSystem(forPath: nearest.path))?[.systemFreeSize]
      .flatMap { ($0 as? NSNumber)?.intValue }
  }

  /// Whether a lock that one holds is refused to another.
  private static func locks(in folder: URL) -> Bool? {
    let path = folder.appendingPathComponent(".focal-doctor-\(getpid())").path
    let first = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard first >= 0 else { return nil }
    defer {
      close(first)
      unlink(path)
    }
    let second = open(path, O_RDWR | O_CLOEXEC)
    guard second >= 0 else { return nil }
    defer { close(second) }
    return flock(first, LOCK_EX | LOCK_NB) == 0 && flock(second, LOCK_EX | LOCK_NB) != 0
  }
}
