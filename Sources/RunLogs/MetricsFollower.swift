package import Foundation

/// Reads a `metrics.jsonl` line by line as it grows.
package struct MetricsFollower {
  private let url: URL
  private var place: UInt64 = 0

  /// - Parameter url: The file; it need not exist yet.
  package init(_ url: URL) { self.url = url }

  /// The whole lines that were added since the last call, or since the beginning.
  ///
  /// - Returns: The lines; a last one that is still being written comes with a later call, a damaged one is passed over.
  /// - Throws: What the system says of a file that cannot be read.
  package mutating func newLines() throws -> [MetricsEntry] {
    guard FileManager.default.fileExists(atPath: url.path) else { return [] }
    let handle = try FileHandle(forReadingFrom: url)
    defer { try? handle.close() }
    try handle.seek(toOffset: place)
    guard let bytes = try handle.readToEnd(), let end = bytes.lastIndex(of: UInt8(ascii: "\n"))
    else { return [] }
    let whole = bytes[...end]
    place += UInt64(whole.count)
    return whole.split(separator: UInt8(ascii: "\n")).compactMap {
      try? MetricsLine.entry(parsing: $0)
    }
  }
}
