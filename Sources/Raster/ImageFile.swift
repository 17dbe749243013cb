import FileErrors
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads files of pictures, within limits and never from anything but a regular file.
enum ImageFile {
  /// The bytes of a file, all or at most the first `prefix`.
  ///
  /// - Parameters:
  ///   - url: A file URL.
  ///   - limits: A larger file is refused unread.
  ///   - prefix: Bytes at most, for a look at the header.
  /// - Returns: The bytes, and whether they are the whole file.
  /// - Throws: ``RasterError`` if the file is missing, unreadable, no regular file or too large.
  static func read(
    _ url: URL,
    limits: ImageLimits,
    prefix: Int = .max
  ) throws(RasterError) -> (bytes: [UInt8], isWhole: Bool) {
    let path = url.path
    // Opening a pipe would wait for its writer; O_NONBLOCK does not, and changes nothing for files.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw unreadable(path, reason: FileReason(errno: errno).found) }
    defer { _ = close(descriptor) }

    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw unreadable(path, reason: FileReason(errno: errno).found)
    }
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFREG else {
      throw unreadable(path, reason: kind == S_IFDIR ? "it is a folder" : "it is no regular file")
    }
    let size = Int(status.st_size)
    guard size <= limits.maximumBytes else {
      throw RasterError(
        code: .limitExceeded,
        file: path,
        message: "the file has \(size) bytes; the limit is \(limits.maximumBytes). Scale it down"
      )
    }
    let bytes = read(descriptor, count: min(size, prefix))
    guard let bytes else { throw unreadable(path, reason: FileReason(errno: errno).found) }
    return (bytes, bytes.count == size)
  }

  // A file that shrinks meanwhile gives fewer bytes, which the decoder then reports.
  private static func read(_ descriptor: Int32, count: Int) -> [UInt8]? {
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      while initializedCount < count, let start = buffer.baseAddress {
        let step = systemRead(descriptor, start + initializedCount, count - initializedCount)
        if step < 0 && errno == EINTR { continue }
        failed = step < 0
        guard step > 0 else { return }
        initializedCount += step
      }
    }
    return failed ? nil : bytes
  }

  private static func systemRead(
    _ descriptor: Int32,
    _ start: UnsafeMutableRawPointer,
    _ count: Int
  ) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, start, count)
    #elseif canImport(Musl)
      Musl.read(descriptor, start, count)
    #else
      Darwin.read(descriptor, start, count)
    #endif
  }

  private static func unreadable(_ path: String, reason: String) -> RasterError {
    RasterError(
      code: .unreadableFile,
      file: path,
      message: "cannot be read: \(reason); expected a JPEG, PNG or WebP file"
    )
  }
}
