import Foundation

/// Bytes that pictures in the making may take together.
///
/// `@unchecked`: everything below `condition` is read and written under it.
final class MemoryBudget: @unchecked Sendable {
  private let limit: Int
  private let condition = NSCondition()
  private var used = 0
  private var isClosed = false

  /// - Parameter limit: Bytes; what wants more is let in alone.
  init(limit: Int) { self.limit = limit }

  /// Takes bytes, and waits until they are free.
  ///
  /// - Parameters:
  ///   - bytes: How many.
  ///   - isAwaited: Whether somebody waits for just this: then it goes on whatever is in use, as nothing else would be
  ///     given back before.
  /// - Returns: What gives them back when it is released; `nil` after ``close()``.
  func take(_ bytes: Int, unless isAwaited: () -> Bool) -> MemoryReservation? {
    condition.lock()
    defer { condition.unlock() }
    while !isClosed, used > 0, used + bytes > limit, !isAwaited() { condition.wait() }
    if isClosed { return nil }
    used += bytes
    return MemoryReservation(bytes: bytes, of: self)
  }

  /// Has those who wait look again whether they are awaited.
  func wake() {
    condition.lock()
    condition.broadcast()
    condition.unlock()
  }

  /// Ends all waiting.
  func close() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    condition.unlock()
  }

  fileprivate func give(_ bytes: Int) {
    condition.lock()
    used -= bytes
    condition.broadcast()
    condition.unlock()
  }
}

/// Bytes of a budget, given back when nobody holds this any more.
package final class MemoryReservation: Sendable {
  private let bytes: Int
  private let budget: MemoryBudget

  fileprivate init(bytes: Int, of budget: MemoryBudget) {
    (self.bytes, self.budget) = (bytes, budget)
  }

  deinit { budget.give(bytes) }
}
