import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program that is read from and written to through pipes.
///
/// `@unchecked`: whoever owns it uses it from one thread at a time; stopping only sends a signal.
final class MediaProcess: @unchecked Sendable {
  private let process = Process()
  private let output = Pipe()
  private let input = Pipe()
  private let messages: URL

  // A program that ends while it is written to would end this one, too; as an error code it can be told.
  private static let ignoresBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

  init(_ program: URL, _ arguments: [String], readsInput: Bool) throws {
    Self.ignoresBrokenPipes
    messages = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-media-\(getpid())-\(UUID().uuidString)")
    guard FileManager.default.createFile(atPath: messages.path, contents: nil),
      let log = FileHandle(forWritingAtPath: messages.path)
    else {
      throw PredictionError(
        .video,
        file: messages.path,
        message: "cannot be written; \(program.lastPathComponent) has its messages there"
      )
    }
    process.executableURL = program
    process.arguments = arguments
    process.standardInput = readsInput ? input : FileHandle.nullDevice
    process.standardOutput = readsInput ? FileHandle.nullDevice : output
    // A file and not a pipe: nobody has to empty it.
    process.standardError = log
    do {
      try process.run()
    } catch {
      throw PredictionError(
        .video,
        file: program.path,
        message: "cannot be started: \(error.localizedDescription)"
      )
    }
    try? log.close()
    // Its own ends of the pipes are the program's.
    if readsInput { try? input.fileHandleForReading.close() }
  }

  deinit {
    if process.isRunning { process.terminate() }
    try? FileManager.default.removeItem(at: messages)
  }

  /// Fills a buffer; fewer bytes where the output ends.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let descriptor = output.fileHandleForReading.fileDescriptor
    var count = 0
    while count < buffer.count, let start = buffer.baseAddress {
      let step = systemRead(descriptor, start + count, buffer.count - count)
      if step < 0, errno == EINTR { continue }
      guard step > 0 else { break }
      count += step
    }
    return count
  }

  /// All of the output, up to a limit.
  func readToEnd(limit: Int) -> Data {
    var data = Data(count: limit)
    let count = data.withUnsafeMutableBytes { read(into: $0) }
    return data.prefix(count)
  }

  /// Writes all bytes.
  ///
  /// - Returns: 0, or the `errno` of the write that failed.
  func write(_ bytes: [UInt8]) -> Int32 {
    let descriptor = input.fileHandleForWriting.fileDescriptor
    return bytes.withUnsafeBytes { bytes in
      var count = 0
      while count < bytes.count, let start = bytes.baseAddress {
        let step = systemWrite(descriptor, start + count, bytes.count - count)
        if step < 0, errno == EINTR { continue }
        guard step > 0 else { return errno }
        count += step
      }
      return 0
    }
  }

  /// Tells the program that nothing more comes.
  func closeInput() { try? input.fileHandleForWriting.close() }

  /// Asks the program to end.
  func stop() { if process.isRunning { process.terminate() } }

  /// Waits for the end, and gives the exit status.
  func wait() -> Int32 {
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : -1
  }

  /// The last line of what it said; control characters as spaces.
  var lastWords: String {
    let text = (try? String(contentsOf: messages, encoding: .utf8)) ?? ""
    let line = text.split(whereSeparator: \.isNewline).last.map(String.init)
    return line?.trimmingCharacters(in: .whitespaces) ?? "the program gave no reason"
  }

  private func systemRead(_ file: Int32, _ start: UnsafeMutableRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.read(file, start, count)
    #elseif canImport(Musl)
      Musl.read(file, start, count)
    #else
      Darwin.read(file, start, count)
    #endif
  }

  private func systemWrite(_ file: Int32, _ start: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.write(file, start, count)
    #elseif canImport(Musl)
      Musl.write(file, start, count)
    #else
      Darwin.write(file, start, count)
    #endif
  }
}
