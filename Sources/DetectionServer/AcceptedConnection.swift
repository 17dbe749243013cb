import Foundation
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes

/// HTTP/1.1 on connections of which none is lost sight of.
///
/// A connection that is accepted while the server stops is taken up by nobody, and the framework ends the whole process
/// when it lets go of one that was never closed. Here such a connection is closed.
struct HTTPConnections: ServerChildChannel {
  private let connections: HTTP1Channel

  init(_ connections: HTTP1Channel) { self.connections = connections }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<AcceptedConnection> {
    connections.setup(channel: channel, logger: logger).map { AcceptedConnection($0) }
  }

  func handle(value: AcceptedConnection, logger: Logger) async {
    guard let connection = value.take() else { return }
    await connections.handle(value: connection, logger: logger)
  }
}

/// A connection that somebody takes up, or that is closed.
///
/// `@unchecked`: `isWaiting` is read and written under the lock.
final class AcceptedConnection: ServerChildChannelValue, @unchecked Sendable {
  private let connection: HTTP1Channel.Value
  private let lock = NSLock()
  private var isWaiting = true

  init(_ connection: HTTP1Channel.Value) { self.connection = connection }

  var channel: any Channel { connection.channel }

  /// The connection, for the first who asks.
  func take() -> HTTP1Channel.Value? {
    let isFirst = lock.withLock {
      defer { isWaiting = false }
      return isWaiting
    }
    return isFirst ? connection : nil
  }

  deinit {
    guard isWaiting else { return }
    let connection = connection
    Task { try? await connection.executeThenClose { _, _ in } }
  }
}
