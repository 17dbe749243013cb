import Foundation

/// Whether a server runs or stops.
///
/// `@unchecked`: `draining` is read and written under the lock.
final class ServerStatus: @unchecked Sendable {
  /// When the server started.
  let start = Date()
  private let lock = NSLock()
  private var draining = false

  /// Whether it was told to stop.
  var isDraining: Bool { lock.withLock { draining } }

  /// It was told to stop.
  func drain() { lock.withLock { draining = true } }
}
