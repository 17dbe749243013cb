import Foundation

/// Writes the files of a run on a thread of its own, one after the other, while training goes on.
///
/// There is one piece of work at a time: who brings the next waits for the one before.
///
/// `@unchecked`: everything is used under the lock.
final class RunWriter: @unchecked Sendable {
  private let condition = NSCondition()
  private var work: (@Sendable () throws -> Void)?
  private var isBusy = false
  private var failure: (any Error)?
  private var isClosed = false
  private var isStarted = false

  /// Hands over a piece of work, once the one before is done.
  ///
  /// - Throws: What earlier work threw; this one is then not taken.
  func write(_ work: @escaping @Sendable () throws -> Void) throws {
    condition.lock()
    defer { condition.unlock() }
    try waitUntilIdle()
    precondition(!isClosed, "a writer that was closed takes no work")
    self.work = work
    start()
    condition.broadcast()
  }

  /// Waits until all is written.
  ///
  /// - Throws: What the work threw.
  func finish() throws {
    condition.lock()
    defer { condition.unlock() }
    try waitUntilIdle()
  }

  /// Looks whether work has failed, without waiting.
  ///
  /// - Throws: What it threw.
  func check() throws {
    condition.lock()
    defer { condition.unlock() }
    try throwFailure()
  }

  /// Waits until all is written and ends the thread; failures are nobody's any more.
  func close() {
    condition.lock()
    defer { condition.unlock() }
    while isBusy || work != nil { condition.wait() }
    isClosed = true
    condition.broadcast()
  }

  /// Starts the thread with the first work; ``close()`` ends it.
  private func start() {
    guard !isStarted else { return }
    isStarted = true
    let thread = Thread { [self] in run() }
    thread.name = "focal writer"
    thread.stackSize = 1 << 20
    thread.start()
  }

  private func waitUntilIdle() throws {
    while isBusy || work != nil { condition.wait() }
    try throwFailure()
  }

  private func throwFailure() throws {
    guard let failure else { return }
    self.failure = nil
    throw failure
  }

  private func run() {
    condition.lock()
    while true {
      guard let work else {
        if isClosed { break }
        condition.wait()
        continue
      }
      (self.work, isBusy) = (nil, true)
      condition.unlock()
      let outcome = Result { try work() }
      condition.lock()
      isBusy = false
      if case .failure(let error) = outcome, failure == nil { failure = error }
      condition.broadcast()
    }
    condition.unlock()
  }
}
