import FileErrors
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Keeps a second trainer out of a run's folder; the system gives it back when the process ends, however it ends.
final class RunLock {
  private let descriptor: Int32

  /// Takes the lock.
  ///
  /// - Parameter folder: The run's folder.
  /// - Throws: ``TrainingError`` if another trainer holds it, or the file cannot be made.
  init(_ folder: RunFolder) throws {
    descriptor = open(folder.lock.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw TrainingError(
        code: .folderInUse,
        message: "\(folder.lock.path): cannot be made: \(FileReason(errno: errno))"
      )
    }
    // A process that is being started shares all open files with this one until it runs its own program: for that moment a
    // lock that was given back is still held.
    for _ in 0..<20 {
      guard Self.isRefused(descriptor) else { return }
      Thread.sleep(forTimeInterval: 0.05)
    }
    close(descriptor)
    throw Self.held(folder)
  }

  deinit { close(descriptor) }

  /// Whether a trainer is at work in a folder; nothing is made there.
  static func isHeld(_ folder: RunFolder) -> Bool {
    let descriptor = open(folder.lock.path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return isRefused(descriptor)
  }

  static func held(_ folder: RunFolder) -> TrainingError {
    TrainingError(
      code: .folderInUse,
      message: "\(folder.url.path): another process trains in this folder now (it holds "
        + "\(folder.lock.lastPathComponent)); wait for its end, or stop it with Ctrl-C"
    )
  }

  /// A file system without locks refuses nobody.
  private static func isRefused(_ descriptor: Int32) -> Bool {
    flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }
}
