#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of a checkpoint: an open file, or memory.
///
/// Ranges are read when asked for and never mapped: a mapped file that another process cuts short
/// ends this one with a signal, where a read ends in an error.
final class CheckpointFile: Sendable {
  private enum Contents: Sendable {
    case descriptor(Int32)
    case memory([UInt8])
  }

  let path: String
  let byteCount: Int
  private let contents: Contents

  init(reading path: String) throws(TorchCheckpointError) {
    // Without O_NONBLOCK, opening a pipe would wait for its other end.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.unreadable(path, String(cString: strerror(errno))) }
    var status = stat()
    let failed = fstat(descriptor, &status) != 0
    guard !failed, status.st_mode & S_IFMT == S_IFREG else {
      let reason = failed ? String(cString: strerror(errno)) : "it is not a regular file"
      close(descriptor)
      throw Self.unreadable(path, reason)
    }
    self.path = path
    byteCount = Int(status.st_size)
    contents = .descriptor(descriptor)
  }

  init(bytes: [UInt8], name: String) {
    path = name
    byteCount = bytes.count
    contents = .memory(bytes)
  }

  deinit { if case .descriptor(let number) = contents { close(number) } }

  /// Fills a buffer with the bytes from an offset on.
  func read(
    into buffer: UnsafeMutableRawBufferPointer,
    at offset: Int,
    place: String
  ) throws(TorchCheckpointError) {
    let done =
      switch contents {
      case .descriptor(let number): try read(number, into: buffer, at: offset, place: place)
      case .memory(let bytes): copy(bytes, into: buffer, at: offset)
      }
    guard done == buffer.count else {
      throw fault(
        .truncated,
        place,
        "the file ends at byte \(offset + done), \(buffer.count - done) bytes too early; "
          + "copy or download it anew"
      )
    }
  }

  /// The bytes of a range.
  func bytes(in range: Range<Int>, place: String) throws(TorchCheckpointError) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw fault(
        .truncated,
        place,
        "it lies in bytes \(range.lowerBound)..<\(range.upperBound), the file has \(byteCount); "
          + "copy or download it anew"
      )
    }
    var bytes = [UInt8](repeating: 0, count: range.count)
    try bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(TorchCheckpointError) in
        try read(into: buffer, at: range.lowerBound, place: place)
      }
    }.get()
    return bytes
  }

  /// A fault of the whole file.
  func fault(_ code: TorchCheckpointError.Code, _ message: String) -> TorchCheckpointError {
    fault(code, "", message)
  }

  func fault(
    _ code: TorchCheckpointError.Code,
    _ place: String,
    _ message: String
  ) -> TorchCheckpointError {
    TorchCheckpointError(code: code, file: path, place: place, message: message)
  }

  private func read(
    _ number: Int32,
    into buffer: UnsafeMutableRawBufferPointer,
    at offset: Int,
    place: String
  ) throws(TorchCheckpointError) -> Int {
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
        guard errno == EINTR else {
          throw fault(.unreadable, place, "cannot be read: \(String(cString: strerror(errno)))")
        }
        continue
      }
      done += count
    }
    return done
  }

  private func copy(
    _ bytes: [UInt8],
    into buffer: UnsafeMutableRawBufferPointer,
    at offset: Int
  ) -> Int {
    let start = min(max(offset, 0), bytes.count)
    let part = bytes[start..<min(start + buffer.count, bytes.count)]
    buffer.copyBytes(from: part)
    return part.count
  }

  private static func unreadable(_ path: String, _ reason: String) -> TorchCheckpointError {
    TorchCheckpointError(
      code: .unreadable,
      file: path,
      place: "",
      message: "cannot be read: \(reason)"
    )
  }
}
