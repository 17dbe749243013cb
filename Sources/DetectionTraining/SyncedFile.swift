import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes that are on the disk when they return.
enum SyncedFile {
  /// Writes bytes to a new file and waits for the disk.
  static func write(_ data: Data, to url: URL) throws {
    try data.write(to: url)
    let handle = try FileHandle(forWritingTo: url)
    try handle.synchronize()
    try handle.close()
  }

  /// Waits until a folder's entries are on the disk, so that a rename survives a power cut.
  static func synchronizeFolder(_ url: URL) throws {
    let descriptor = open(url.path, O_RDONLY)
    guard descriptor >= 0 else {
      throw CocoaError(.fileReadUnknown, userInfo: [NSFilePathErrorKey: url.path])
    }
    defer { close(descriptor) }
    _ = fsync(descriptor)
  }
}
