package import Foundation
import FileErrors

/// A run's `metrics.jsonl`, open for appending: one JSON object a line.
///
/// Each line goes to the operating system in one write, so a run killed at any instant loses at
/// most the line being written. Opening the log again removes such a torn line.
package final class MetricsLog {
  /// Where the log lies.
  package let url: URL
  /// Bytes of a torn last line that opening the log removed; 0 for a whole file.
  package let tornBytes: Int
  private let handle: FileHandle
  private var length: UInt64

  /// Opens a log for appending, creating it if it is not there.
  ///
  /// - Parameter url: The file; its folder must exist.
  /// - Throws: ``MetricsLogError`` if the file cannot be read or written.
  package init(url: URL) throws(MetricsLogError) {
    var bytes = Data()
    if FileManager.default.fileExists(atPath: url.path) {
      bytes = try Self.bytes(of: url)
    }
    let tail = bytes[((bytes.lastIndex(of: Self.newline) ?? -1) + 1)...]
    let tailIsWhole = !tail.isEmpty && (try? MetricsLine.entry(parsing: tail)) != nil
    self.url = url
    tornBytes = tailIsWhole ? 0 : tail.count
    length = UInt64(bytes.count - tornBytes)
    do {
      if bytes.isEmpty { try Self.createIfMissing(url) }
      handle = try FileHandle(forWritingTo: url)
      if tornBytes > 0 { try handle.truncate(atOffset: length) }
      try handle.seek(toOffset: length)
    } catch {
      throw Self.unwritable(url, error)
    }
    if tailIsWhole { try write(Data([Self.newline])) }
  }

  /// Opens a log for going on from a checkpoint: what was written after its step is removed.
  ///
  /// The shortened file replaces the old one at once, so a kill leaves either of the two. A damaged line stays where it
  /// is: what it said may still be found out.
  /// - Parameters:
  ///   - url: The file; it need not exist.
  ///   - isKept: Whether an entry was written before the checkpoint; all others are removed.
  /// - Throws: ``MetricsLogError`` if the file cannot be read or written.
  package convenience init(
    resuming url: URL,
    keeping isKept: (MetricsEntry) -> Bool
  ) throws(MetricsLogError) {
    if FileManager.default.fileExists(atPath: url.path) {
      var kept = Data()
      var removed = false
      Self.forEachLine(of: try Self.bytes(of: url)) { line, _, outcome in
        let stays =
          switch outcome {
          case .success(let entry): isKept(entry)
          case .failure: true
          }
        if stays {
          kept += line
          kept.append(Self.newline)
        } else {
          removed = true
        }
      }
      if removed {
        do { try kept.write(to: url, options: .atomic) } catch { throw Self.unwritable(url, error) }
      }
    }
    try self.init(url: url)
  }

  /// Appends one line.
  ///
  /// - Parameter entry: What the line says.
  /// - Throws: ``MetricsLogError`` if the line cannot be written, for instance on a full disk; the
  ///   log then holds what it held before.
  package func append(_ entry: MetricsEntry) throws(MetricsLogError) {
    var line = Data(MetricsLine.text(of: entry).utf8)
    line.append(Self.newline)
    try write(line)
  }

  /// Waits until everything appended is on the disk; called when a checkpoint is written.
  ///
  /// - Throws: ``MetricsLogError`` if the system says that it could not.
  package func synchronize() throws(MetricsLogError) {
    do { try handle.synchronize() } catch { throw Self.unwritable(url, error) }
  }

  /// Waits until everything that was appended to a log, also through another value, is on the disk.
  ///
  /// - Parameter url: The file.
  /// - Throws: ``MetricsLogError`` if the system says that it could not.
  package static func synchronize(_ url: URL) throws(MetricsLogError) {
    do {
      let handle = try FileHandle(forUpdating: url)
      try handle.synchronize()
      try handle.close()
    } catch {
      throw Self.unwritable(url, error)
    }
  }

  private func write(_ data: Data) throws(MetricsLogError) {
    do {
      try handle.write(contentsOf: data)
      length += UInt64(data.count)
    } catch {
      // Half a line would spoil the line after it.
      try? handle.truncate(atOffset: length)
      try? handle.seek(toOffset: length)
      throw Self.unwritable(url, error)
    }
  }
}

extension MetricsLog {
  /// What a log holds.
  package struct Contents: Hashable, Sendable {
    /// The entries, in the order written.
    package let entries: [MetricsEntry]
    /// The lines that are no entries, left out of them.
    package let damage: [Damage]
    /// Bytes of a torn last line, left out of the entries; 0 for a whole file.
    package let tornBytes: Int
  }

  /// A line with its line break that is no entry.
  package struct Damage: Hashable, Sendable {
    /// Counted from 1.
    package let line: Int
    /// What was expected, and where in the line.
    package let message: String
  }

  /// Reads a log, also one that is being written.
  ///
  /// - Parameter url: The file.
  /// - Returns: The entries, and what was left out: damaged lines, and a torn last one.
  /// - Throws: ``MetricsLogError`` if the file cannot be read.
  package static func contents(of url: URL) throws(MetricsLogError) -> Contents {
    var (entries, damage) = ([MetricsEntry](), [Damage]())
    let torn = forEachLine(of: try bytes(of: url)) { _, number, outcome in
      switch outcome {
      case .success(let entry): entries.append(entry)
      case .failure(let fault): damage.append(Damage(line: number, message: fault.message))
      }
    }
    return Contents(entries: entries, damage: damage, tornBytes: torn)
  }

  private static let newline = UInt8(ascii: "\n")

  /// Parses line by line; a last line without its line break counts when it is whole.
  ///
  /// - Returns: Bytes of a torn last line.
  @discardableResult
  private static func forEachLine(
    of bytes: Data,
    _ body: (Data, Int, Result<MetricsEntry, MetricsLine.Fault>) -> Void
  ) -> Int {
    var number = 0
    var start = bytes.startIndex
    while start < bytes.endIndex {
      number += 1
      let end = bytes[start...].firstIndex(of: newline)
      let line = bytes[start..<(end ?? bytes.endIndex)]
      let outcome = Result { () throws(MetricsLine.Fault) in
        try MetricsLine.entry(parsing: line)
      }
      if end == nil, case .failure = outcome { return line.count }
      body(line, number, outcome)
      guard let end else { break }
      start = end + 1
    }
    return 0
  }

  private static func bytes(of url: URL) throws(MetricsLogError) -> Data {
    // A device or a pipe may never end.
    let place = url.resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: place)
    if let type = attributes?[.type] as? FileAttributeType, type != .typeRegular {
      throw MetricsLogError(
        code: .unreadable,
        file: url.path,
        message: "a metrics log is a regular file; this is a folder or a device"
      )
    }
    do { return try Data(contentsOf: url) } catch {
      throw MetricsLogError(
        code: .unreadable,
        file: url.path,
        message: "cannot read the metrics log: \(FileReason(error))"
      )
    }
  }

  private static func createIfMissing(_ url: URL) throws {
    guard !FileManager.default.fileExists(atPath: url.path) else { return }
    try Data().write(to: url, options: .withoutOverwriting)
  }

  private static func unwritable(_ url: URL, _ error: any Error) -> MetricsLogError {
    MetricsLogError(
      code: .unwritable,
      file: url.path,
      message: "cannot write the metrics log: \(FileReason(error))"
    )
  }
}
