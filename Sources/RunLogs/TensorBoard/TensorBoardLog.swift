package import Foundation
import SwiftProtobuf

/// A run's events for TensorBoard: a mirror of its metrics, with pictures and curves besides.
///
/// Each event goes to the operating system in one write, so a run killed at any instant loses at most the event being
/// written. Opening the log for a resumed run removes what was written after its checkpoint, and adds what is missing of
/// the metrics: whatever became of the files, they hold the metrics as they are. Where the metrics themselves were
/// damaged, the files may be all that is left of some steps, and are kept.
package final class TensorBoardLog {
  /// The file that is written now.
  package let url: URL
  private let handle: FileHandle
  private var length: UInt64 = 0
  private let clock: () -> Double

  /// Opens the log of a run that begins or goes on.
  ///
  /// - Parameters:
  ///   - folder: The folder of the event files; made where it is not there.
  ///   - step: The step of the checkpoint that the run goes on from, 0 for a new run; later events are removed.
  ///   - lines: The run's metrics up to there.
  ///   - isDamaged: Whether some of the metrics are lost.
  ///   - clock: Seconds since 1970.
  /// - Throws: ``TensorBoardLogError`` if a file or the folder cannot be read or written.
  package init(
    resuming folder: URL,
    keepingThroughStep step: Int,
    mirroring lines: [MetricsEntry],
    isDamaged: Bool = false,
    clock: @escaping () -> Double = { Date().timeIntervalSince1970 }
  ) throws(TensorBoardLogError) {
    self.clock = clock
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw TensorBoardLogError(folder, error)
    }
    let files = TensorBoardFolder(url: folder)
    let kept = try files.cut(afterStep: step, lines: isDamaged ? nil : lines)
    url = files.file(kept.next)
    do {
      try Data().write(to: url, options: .withoutOverwriting)
      handle = try FileHandle(forWritingTo: url)
    } catch {
      throw TensorBoardLogError(url, error)
    }
    var version = TensorBoardEvent()
    version.wallTime = clock()
    version.fileVersion = "brain.Event:2"
    try write(version)
    if isDamaged, kept.lines > 0 { return }
    for line in lines.dropFirst(kept.lines) { try append(line) }
  }

  deinit { try? handle.close() }

  /// Appends every number of a metrics line.
  ///
  /// - Parameter line: The line.
  /// - Throws: ``TensorBoardLogError`` if it cannot be written, for instance on a full disk; the log then holds what it
  ///   held before.
  package func append(_ line: MetricsEntry) throws(TensorBoardLogError) {
    try write(event(line.summary, step: line.step))
  }

  /// Appends pictures and curves.
  ///
  /// - Parameters:
  ///   - figures: What to show; nothing is written of none.
  ///   - step: The step that they belong to.
  /// - Throws: ``TensorBoardLogError`` if they cannot be written; the log then holds what it held before.
  package func append(_ figures: [TensorBoardFigure], step: Int) throws(TensorBoardLogError) {
    guard !figures.isEmpty else { return }
    var summary = TensorBoardSummary()
    do { summary.value = try figures.map { try $0.value() } } catch {
      throw TensorBoardLogError(url, error)
    }
    try write(event(summary, step: step))
  }

  private func event(_ summary: TensorBoardSummary, step: Int) -> TensorBoardEvent {
    var event = TensorBoardEvent()
    event.wallTime = clock()
    event.step = Int64(step)
    event.summary = summary
    return event
  }

  private func write(_ event: TensorBoardEvent) throws(TensorBoardLogError) {
    do {
      let record = EventRecord.framed(try event.serializedData())
      try handle.write(contentsOf: record)
      length += UInt64(record.count)
    } catch {
      // Half an event would spoil the events after it.
      try? handle.truncate(atOffset: length)
      try? handle.seek(toOffset: length)
      throw TensorBoardLogError(url, error)
    }
  }
}
