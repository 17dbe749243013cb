import Foundation
package import Logging

/// A log of one line an event: readable, or one JSON object.
package struct LineLogHandler: LogHandler {
  /// How a line is written.
  package enum Format: String, Sendable, CaseIterable {
    case text, json
  }

  package var logLevel: Logger.Level
  package var metadata: Logger.Metadata = [:]
  private let format: Format
  private let write: @Sendable (String) -> Void

  /// - Parameters:
  ///   - format: How a line is written.
  ///   - level: What is less is left out.
  ///   - write: Takes each line with its end.
  package init(
    format: Format,
    level: Logger.Level,
    write: @escaping @Sendable (String) -> Void
  ) {
    (self.format, logLevel, self.write) = (format, level, write)
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes an event.
  ///
  /// - Parameter event: The event.
  package func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted {
      Self.rank($0.key) < Self.rank($1.key)
    }
    let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    switch format {
    case .text:
      let pairs = all.map { " \($0.key)=\(Self.quoted("\($0.value)"))" }.joined()
      write("\(time) \(event.level.rawValue) \(ServerError.oneLine("\(event.message)"))\(pairs)\n")
    case .json:
      var text = JSONText()
      text.raw("{\"time\":")
      text.string(time)
      text.raw(",\"level\":")
      text.string(event.level.rawValue)
      text.raw(",\"message\":")
      text.string("\(event.message)")
      for (key, value) in all {
        text.raw(",")
        text.string(key)
        text.raw(":")
        // Numbers as such, so that a log can be summed up.
        if let number = Float("\(value)"), number.isFinite, Self.numeric.contains(key) {
          text.number(number)
        } else {
          text.string("\(value)")
        }
      }
      text.raw("}\n")
      write(String(decoding: text.bytes, as: UTF8.self))
    }
  }

  private static let order = [
    "id", "method", "route", "status", "ms", "bytes", "pictures", "queue_ms", "batch",
  ]
  private static let numeric: Set = [
    "status", "ms", "bytes", "pictures", "queue_ms", "batch", "port", "unfinished", "seconds",
  ]

  private static func rank(_ key: String) -> (Int, String) {
    (order.firstIndex(of: key) ?? order.count, key)
  }

  private static func quoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D && $0 != 0x7F }
    if isPlain { return text }
    var json = JSONText()
    json.string(text)
    return String(decoding: json.bytes, as: UTF8.self)
  }
}
