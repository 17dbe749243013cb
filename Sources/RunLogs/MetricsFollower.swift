package import Foundation

/// Reads a `metrics.jsonl` line by line as it grows.
package struct MetricsFollower {
  private let url: URL
  private var place: UInt64 = 0

  /// - Parameter url: The file; it need not exist yet.
  package init(_ url: URL) { self.url = url }

  /// The whole lines that were added since the last call, or since the beginning.
  ///
  /// - Returns: The lines; a last one that is still being written comes with a later call.
  /// - Throws: What the system says of a file that cannot be read, or ``MetricsLogError`` for a broken line.
  package mutating func newLines() throws -> [MetricsEntry] {
    guard FileManager.default.fileExists(atPath: url.path) else { return [] }
    let handle = try FileHandle(forReadingFrom: url)
    defer { try? handle.close() }
    try handle.seek(toOffset: place)
    guard let bytes = try handle.readToEnd(), let end = bytes.lastIndex(of: UInt8(ascii: "\n"))
    else { return [] }
    let whole = bytes[...end]
    let lines = try whole.split(separator: UInt8(ascii: "\n")).map(entry)
    place += UInt64(whole.count)
    return lines
  }

  private func entry(_ line: Data) throws(MetricsLogError) -> MetricsEntry {
    do { return try MetricsLine.entry(parsing: line) } catch {
      throw MetricsLogError(code: .malformed, file: url.path, line: nil, message: error.message)
    }
  }
}
