#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open file, closed with its last reference.
///
/// Reading and writing name the place, so that threads may share it.
final class FileDescriptor: Sendable {
  /// The system's reason for a failure.
  struct Failure: Error {
    let reason: String

    init() { reason = String(cString: strerror(errno)) }
    init(reason: String) { self.reason = reason }
  }

  private let number: Int32

  init(reading path: String) throws(Failure) {
    // Without O_NONBLOCK, opening a pipe would wait for its other end.
    number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard number >= 0 else { throw Failure() }
  }

  /// Makes a file that must not exist yet.
  init(creating path: String) throws(Failure) {
    number = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard number >= 0 else { throw Failure() }
  }

  deinit { if number >= 0 { close(number) } }

  /// The size of the file in bytes.
  func size() throws(Failure) -> Int {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw Failure() }
    guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(reason: "not a regular file") }
    return Int(status.st_size)
  }

  /// Fills a buffer from a place in the file; returns how much there was.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(Failure) -> Int {
    var done = 0
    while done < buffer.count {
      let count = pread(
        number,
        buffer.baseAddress?.advanced(by: done),
        buffer.count - done,
        off_t(offset + done)
      )
      if count == 0 { break }
      if count < 0 {
        guard errno == EINTR else { throw Failure() }
        continue
      }
      done += count
    }
    return done
  }

  /// Writes all bytes at a place in the file.
  func write(_ buffer: UnsafeRawBufferPointer, at offset: Int) throws(Failure) {
    var done = 0
    while done < buffer.count {
      let count = pwrite(
        number,
        buffer.baseAddress?.advanced(by: done),
        buffer.count - done,
        off_t(offset + done)
      )
      if count < 0 {
        guard errno == EINTR else { throw Failure() }
        continue
      }
      done += count
    }
  }

  /// Waits until the file is on the disk.
  func synchronize() throws(Failure) {
    guard fsync(number) == 0 else { throw Failure() }
  }

  /// Puts a finished file in the place of another, and waits until the folder knows.
  static func replace(
    _ path: String,
    with temporary: String,
    inFolder folder: String
  ) throws(Failure) {
    guard rename(temporary, path) == 0 else { throw Failure() }
    // Some file systems cannot synchronise a folder; the file itself is safe by then.
    if let descriptor = try? FileDescriptor(reading: folder) { try? descriptor.synchronize() }
  }

  static func remove(_ path: String) { unlink(path) }
}
