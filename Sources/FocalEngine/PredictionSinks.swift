import CommandConsole
import DetectionPrediction
import FileErrors
import Foundation

/// Standard output, as it comes.
struct StandardOutputSink: ByteSink {
  func write(_ bytes: [UInt8]) throws { try StandardOutput.write(bytes) }

  func finish() {}
}

/// Standard output, all at once in the end: where the work fails, nothing is printed.
///
/// Meanwhile it lies in a file without a name, so that it takes no memory.
final class SpooledOutput: ByteSink {
  private let file: FileHandle
  private var buffer: [UInt8] = []

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-output-\(UUID().uuidString)")
    let failure = CommandFailure.failed(
      "\(url.path): cannot be written; what is printed in the end is kept there, or where TMPDIR says"
    )
    guard FileManager.default.createFile(atPath: url.path, contents: nil),
      let file = FileHandle(forUpdatingAtPath: url.path)
    else { throw failure }
    try? FileManager.default.removeItem(at: url)
    self.file = file
  }

  func write(_ bytes: [UInt8]) throws {
    buffer += bytes
    if buffer.count >= 64 << 10 { try flush() }
  }

  func finish() throws {
    try flush()
    try file.seek(toOffset: 0)
    while let data = try file.read(upToCount: 1 << 20), !data.isEmpty {
      try StandardOutput.write(Array(data))
    }
    try file.close()
  }

  private func flush() throws {
    do {
      try file.write(contentsOf: buffer)
    } catch {
      throw CommandFailure.failed(
        "the temporary folder: cannot be written: \(FileReason(error)); set TMPDIR to another one"
      )
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
