import Foundation
import SwiftProtobuf

/// The event files of a run: `events.out.tfevents.000001.focal` and so on, one for each time the run was taken up.
///
/// A TensorBoard that looks on reads a file from where it stood and finds a new one by itself; a file that grew shorter
/// and then longer would be damaged to it.
struct TensorBoardFolder {
  let url: URL

  private static let (prefix, suffix) = ("events.out.tfevents.", ".focal")

  /// The numbers of the files that there are, ascending.
  func numbers() throws -> [Int] {
    guard FileManager.default.fileExists(atPath: url.path) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: url.path).compactMap { name in
      guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.suffix) else { return nil }
      let number = Int(name.dropFirst(Self.prefix.count).dropLast(Self.suffix.count))
      return number.flatMap { $0 < 1 << 40 && file($0).lastPathComponent == name ? $0 : nil }
    }.sorted()
  }

  /// The file of a number; six digits, so that names sort as numbers do.
  func file(_ number: Int) -> URL {
    let digits = String(number)
    let zeros = String(repeating: "0", count: max(0, 6 - digits.count))
    return url.appendingPathComponent("\(Self.prefix)\(zeros)\(digits)\(Self.suffix)")
  }

  /// Removes all that does not belong to a run of some metrics lines up to a step.
  ///
  /// From the first record on that is torn or damaged, belongs to a later step or is not the line of the metrics that it
  /// should be, nothing is kept. A file that keeps nothing but its first record is removed.
  /// - Parameters:
  ///   - step: The step of the checkpoint that the run goes on from.
  ///   - lines: The metrics up to there; `nil` where they are damaged, and any line is kept.
  /// - Returns: How many lines the files hold now, and the number for the next file.
  /// - Throws: ``TensorBoardLogError`` naming the file.
  func cut(
    afterStep step: Int,
    lines: [MetricsEntry]?
  ) throws(TensorBoardLogError) -> (lines: Int, next: Int) {
    let numbers: [Int]
    do { numbers = try self.numbers() } catch { throw TensorBoardLogError(url, error) }
    var held = 0
    var isCut = false
    for number in numbers {
      let file = file(number)
      do {
        var kept = 0
        if !isCut {
          let handle = try FileHandle(forUpdating: file)
          defer { try? handle.close() }
          let records = try EventRecord.read(handle) { contents in
            let isKept = Self.isKept(contents, step: step, lines: lines, held: &held)
            if isKept { kept += 1 }
            return isKept
          }
          isCut = !records.isAll
          if isCut, kept > 1 { try handle.truncate(atOffset: records.end) }
        }
        if kept < 2 { try FileManager.default.removeItem(at: file) }
      } catch {
        throw TensorBoardLogError(file, error)
      }
    }
    return (held, (numbers.last ?? 0) + 1)
  }

  private static func isKept(
    _ contents: Data,
    step: Int,
    lines: [MetricsEntry]?,
    held: inout Int
  ) -> Bool {
    guard let event = try? TensorBoardEvent(serializedBytes: contents) else { return false }
    guard case .summary(let summary) = event.what else { return event.step == 0 }
    guard event.step <= step else { return false }
    guard summary.isLine else { return true }
    if let lines {
      guard held < lines.count, lines[held].step == event.step,
        lines[held].summary.isSame(as: summary)
      else { return false }
    }
    held += 1
    return true
  }
}
