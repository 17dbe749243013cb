import FileErrors
package import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is written piece by piece and appears under its name when it is complete, or not at all.
///
/// Until then it lies beside its place under a name of its own, and goes if nobody finishes it.
package final class StreamedFile: ByteSink {
  private static let bufferSize = 64 << 10

  private let url: URL
  private let partial: URL
  private var descriptor: Int32
  private var buffer: [UInt8] = []

  /// Begins the file.
  ///
  /// - Parameter url: The place, where there is no file or one that is replaced in the end.
  /// - Throws: ``PredictionError`` if no file can be made there.
  package init(_ url: URL) throws(PredictionError) {
    self.url = url
    partial = Self.partialName(of: url)
    descriptor = open(partial.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.unwritable(url, errno) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(partial.path)
  }

  /// The name of a file that is not yet complete: hidden, of this process, with the same ending.
  ///
  /// - Parameter url: The place.
  /// - Returns: A place beside it.
  package static func partialName(of url: URL) -> URL {
    url.deletingLastPathComponent()
      .appendingPathComponent(".partial-\(getpid())-\(url.lastPathComponent)")
  }

  package func write(_ bytes: [UInt8]) throws {
    buffer += bytes
    if buffer.count >= Self.bufferSize { try flush() }
  }

  package func finish() throws {
    try flush()
    // A file that is renamed before its bytes are on the disk may be empty after a power cut.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw Self.unwritable(url, errno) }
    let code = close(descriptor) == 0 ? 0 : errno
    descriptor = -1
    try Self.complete(url, code: code)
  }

  /// Gives a partial file its name, or removes it where something is wrong with it.
  ///
  /// - Parameters:
  ///   - url: The place.
  ///   - code: What `errno` says of the writing.
  /// - Throws: ``PredictionError`` if it cannot have its name.
  static func complete(_ url: URL, code: Int32 = 0) throws(PredictionError) {
    let partial = partialName(of: url)
    if code == 0, rename(partial.path, url.path) == 0 { return }
    let reason = code == 0 ? errno : code
    unlink(partial.path)
    throw unwritable(url, reason)
  }

  private func flush() throws(PredictionError) {
    var written = 0
    while written < buffer.count {
      let count = buffer.withUnsafeBytes { bytes in
        bytes.baseAddress.map { writeBytes($0 + written, bytes.count - written) } ?? 0
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.unwritable(url, errno)
      }
      written += count
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeBytes(_ start: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, start, count)
    #elseif canImport(Musl)
      Musl.write(descriptor, start, count)
    #else
      Darwin.write(descriptor, start, count)
    #endif
  }

  private static func unwritable(_ url: URL, _ code: Int32) -> PredictionError {
    PredictionError(
      .unwritableFile,
      file: url.path,
      message: "cannot be written: \(FileReason(errno: code))"
    )
  }
}
