import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Standard output: figures and what was asked for, written in this one place.
package enum StandardOutput {
  /// Writes a text and a new line.
  ///
  /// - Throws: ``CommandFailure`` if it cannot be written: the figures are the job.
  package static func print(_ text: String, terminator: String = "\n") throws {
    try write(Array((text + terminator).utf8))
  }

  /// Writes bytes as they are.
  ///
  /// - Throws: ``CommandFailure`` if they cannot be written.
  package static func write(_ bytes: [UInt8]) throws {
    let code = FileDescriptorOutput.write(bytes, to: STDOUT_FILENO)
    if code == 0 { return }
    // Whoever read has gone, as `head` does: there is nobody left to tell.
    if code == EPIPE { throw CommandFailure.silent(status: 1) }
    throw CommandFailure.failed(
      "standard output: cannot be written: \(String(cString: strerror(code)))"
    )
  }
}

/// Bytes to a file descriptor, without a trap where they do not arrive.
package enum FileDescriptorOutput {
  /// Makes a write that fails an error code, and never a signal, nor a write to somebody else's file.
  package static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    // A write beyond the largest file allowed fails, and is told of, instead of ending the program.
    signal(SIGXFSZ, SIG_IGN)
    // A stream that was closed at the start would become the first file that is opened; this one refuses writes.
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", O_RDONLY)
    }
  }

  /// Writes all of the bytes.
  ///
  /// - Returns: 0, or the `errno` of the write that failed.
  package static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var rest = UnsafeRawBufferPointer(buffer)
      while let start = rest.baseAddress, !rest.isEmpty {
        #if canImport(Glibc)
          let count = Glibc.write(descriptor, start, rest.count)
        #elseif canImport(Musl)
          let count = Musl.write(descriptor, start, rest.count)
        #elseif canImport(Darwin)
          let count = Darwin.write(descriptor, start, rest.count)
        #endif
        if count < 0 {
          if errno == EINTR { continue }
          return errno
        }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      }
      return 0
    }
  }
}
