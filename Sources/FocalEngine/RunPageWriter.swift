import DetectionReport
import Foundation

/// Writes a run's page in the background, so that training waits for it at the end alone.
///
/// While one page is being written the next one waits, and only the newest of those: a slow disk costs freshness.
final class RunPageWriter: @unchecked Sendable {
  // `waiting`, `isBusy` and `failure` are touched under the lock alone; pages are values.
  private let lock = NSLock()
  private let queue = DispatchQueue(label: "run page", qos: .utility)
  private let url: URL
  private var waiting: RunPage?
  private var isBusy = false
  private var failure: (any Error)?

  /// - Parameter url: The page's file; its folder must exist.
  init(_ url: URL) { self.url = url }

  /// Has a page written soon.
  ///
  /// - Parameter page: The page.
  /// - Throws: What kept an earlier page from being written.
  func write(_ page: RunPage) throws {
    let mustStart = try lock.withLock {
      if let failure { throw failure }
      waiting = page
      defer { isBusy = true }
      return !isBusy
    }
    if mustStart { queue.async { self.work() } }
  }

  /// Writes a page after those that wait, and returns when it is on its place.
  ///
  /// - Parameter page: The page.
  /// - Throws: What kept it or an earlier one from being written.
  func finish(_ page: RunPage) throws {
    try write(page)
    queue.sync {}
    if let failure = lock.withLock({ failure }) { throw failure }
  }

  private func work() {
    while let page = next() {
      do { try page.report(now: Date()).write(to: url) } catch {
        lock.withLock { failure = error }
      }
    }
  }

  private func next() -> RunPage? {
    lock.withLock {
      defer { waiting = nil }
      if waiting == nil { isBusy = false }
      return waiting
    }
  }
}
