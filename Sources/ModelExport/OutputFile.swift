import FileErrors
import Torch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is written beside its goal, from its start to its end, and then takes the goal's place.
final class OutputFile {
  /// What the file is going to be.
  let goal: String
  private let path: String
  private let descriptor: Int32
  private var offset: off_t = 0

  init(_ path: String, goal: String) throws {
    (self.path, self.goal) = (path, goal)
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.failure(goal) }
  }

  deinit { close(descriptor) }

  func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

  /// Writes a tensor's elements, row by row.
  func write(_ tensor: Tensor) throws {
    try tensor.withUnsafeBytes { bytes in Result { try write(bytes) } }.get()
  }

  /// Puts the file in the place of its goal, once it is on the disk.
  func finish() throws {
    guard fsync(descriptor) == 0, rename(path, goal) == 0 else { throw Self.failure(goal) }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      let start = bytes.baseAddress?.advanced(by: done)
      let count = pwrite(descriptor, start, bytes.count - done, offset)
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.failure(goal)
      }
      done += count
      offset += off_t(count)
    }
  }

  private static func failure(_ path: String) -> ModelExportError {
    ModelExportError(place: path, message: "cannot be written: \(FileReason(errno: errno))")
  }
}
