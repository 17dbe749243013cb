import CSimdJSON
import Foundation

/// Parses the pieces of a text on several threads and hands the results over in the order of the text.
///
/// One thread at a time cuts a piece or takes a result; parsing, which takes the time, goes on beside it.
final class PieceWork<Rows: Sendable>: @unchecked Sendable {
  // Sendable: everything that changes is touched under the lock alone.
  private let lock = NSLock()
  private var pieces: JSONPieces
  private var nextIndex = 0
  private var isOver = false
  private var hasFailed = false
  private var waiting: [Int: (JSONPieces.Place, Rows)] = [:]
  private var taken = 0
  private let pieceSize: Int
  private let parse: @Sendable (sj_element, JSONPieces.Place, _ bytes: Int) -> Rows?
  private var take: (Rows, JSONPieces.Place) -> Bool
  private let progress: @Sendable (_ bytesRead: Int) -> Void

  /// Work on a text.
  ///
  /// - Parameters:
  ///   - source: The text.
  ///   - pieceSize: The wanted size of a piece in bytes.
  ///   - progress: Hears how many bytes were read; called by any thread, one at a time.
  ///   - parse: Makes rows of a piece; `nil` if they are not of the usual form.
  ///   - take: Takes the rows of one piece after another; false if something is wrong with them.
  init(
    _ source: ByteSource,
    pieceSize: Int,
    progress: @escaping @Sendable (_ bytesRead: Int) -> Void,
    parse: @escaping @Sendable (sj_element, JSONPieces.Place, _ bytes: Int) -> Rows?,
    take: @escaping (Rows, JSONPieces.Place) -> Bool
  ) {
    pieces = JSONPieces(of: source, pieceSize: pieceSize)
    self.pieceSize = pieceSize
    self.progress = progress
    self.parse = parse
    self.take = take
  }

  /// Does it.
  ///
  /// - Parameter threads: How many threads take part.
  /// - Returns: Whether every piece was parsed and taken.
  func run(threads: Int) -> Bool {
    DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in work() }
    return !hasFailed
  }

  private func work() {
    let buffer = PieceBuffer(capacity: pieceSize)
    while let (index, place) = nextPiece(into: buffer) {
      let list = buffer.parse()
      let rows = list.flatMap { list -> Rows? in
        var (entries, first) = (sj_cursor(), sj_element())
        guard sj_array_cursor(list, &entries) == SJ_OK else { return nil }
        // A comma with nothing behind it leaves a piece without entries.
        guard sj_array_next(&entries, &first) || !place.needsEntry else { return nil }
        return parse(list, place, buffer.count)
      }
      finish(index, rows, place)
    }
  }

  private func nextPiece(into buffer: PieceBuffer) -> (Int, JSONPieces.Place)? {
    lock.lock()
    defer { lock.unlock() }
    if isOver || hasFailed { return nil }
    do {
      guard let place = try pieces.next(into: buffer) else {
        isOver = true
        return nil
      }
      progress(pieces.bytesRead)
      nextIndex += 1
      return (nextIndex - 1, place)
    } catch {
      hasFailed = true
      return nil
    }
  }

  private func finish(_ index: Int, _ rows: Rows?, _ place: JSONPieces.Place) {
    lock.lock()
    defer { lock.unlock() }
    guard let rows else {
      hasFailed = true
      return
    }
    waiting[index] = (place, rows)
    while !hasFailed, let (place, rows) = waiting.removeValue(forKey: taken) {
      taken += 1
      if !take(rows, place) { hasFailed = true }
    }
  }
}
