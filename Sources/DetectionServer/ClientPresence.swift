import Foundation

/// Whether the client at the other end of a connection is still there.
///
/// `@unchecked`: everything below `lock` is read and written under it.
final class ClientPresence: @unchecked Sendable {
  private let lock = NSLock()
  private var isGone = false
  private var departure: (@Sendable () -> Void)?

  /// Names what to do when the client goes; at once where it has gone.
  ///
  /// - Parameter body: Called once at most, on any thread; takes the place of what was named before.
  func whenGone(_ body: @escaping @Sendable () -> Void) {
    let wasGone = lock.withLock {
      if !isGone { departure = body }
      return isGone
    }
    if wasGone { body() }
  }

  /// Nothing is to be done any more.
  func forget() { lock.withLock { departure = nil } }

  /// The client has gone.
  func leave() {
    let departure = lock.withLock {
      defer { self.departure = nil }
      isGone = true
      return self.departure
    }
    departure?()
  }
}

/// The open connections.
///
/// `@unchecked`: `present` is read and written under the lock.
final class ConnectionRegistry: @unchecked Sendable {
  private let lock = NSLock()
  private var present: [ObjectIdentifier: ClientPresence] = [:]

  /// Open connections.
  var count: Int { lock.withLock { present.count } }

  /// The client at the other end.
  ///
  /// - Parameter channel: The connection.
  /// - Returns: `nil` if it was closed.
  func presence(on channel: AnyObject) -> ClientPresence? {
    lock.withLock { present[ObjectIdentifier(channel)] }
  }

  /// A connection was opened, or closed.
  ///
  /// - Parameters:
  ///   - presence: The client; `nil`: closed.
  ///   - channel: The connection.
  func set(_ presence: ClientPresence?, on channel: AnyObject) {
    lock.withLock { present[ObjectIdentifier(channel)] = presence }
  }
}
