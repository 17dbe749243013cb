import Foundation
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix

/// A server that listens: HTTP/1.1 in front of a ``DetectionService``.
package final class HTTPDetectionServer: Sendable {
  private let configuration: DetectionServerConfiguration
  private let logger: Logger
  private let status = ServerStatus()
  private let registry = ConnectionRegistry()
  private let group: MultiThreadedEventLoopGroup
  private let server: Server<HTTPConnections>

  /// Prepares a server; nothing is listened on yet.
  ///
  /// - Parameters:
  ///   - configuration: Address, limits, token.
  ///   - service: What looks at pictures.
  ///   - logger: Where each request is told.
  ///   - listening: Called with the port once clients may come.
  package init(
    _ configuration: DetectionServerConfiguration,
    service: DetectionService,
    logger: Logger,
    listening: @escaping @Sendable (Int) -> Void
  ) {
    self.configuration = configuration
    self.logger = logger
    // Bodies are copied and answers written here; the network needs the other processors more.
    let loops = max(1, ProcessInfo.processInfo.activeProcessorCount / 4)
    group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    let (limits, registry) = (configuration.limits, registry)
    let handler = RequestHandler(
      configuration: configuration,
      service: service,
      registry: registry,
      status: status,
      logger: logger
    )
    let channel = HTTP1Channel(
      responder: { request, writer, channel in
        try await handler.respond(to: request, writer, on: channel)
      },
      configuration: HTTP1Channel.Configuration(
        additionalChannelHandlers: [
          ConnectionGuard(registry: registry, bodyLimit: limits.bodyBytes)
        ],
        idleTimeout: .nanoseconds(Int64(limits.idleSeconds * 1e9)),
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: 16 << 10,
          maxHeaderListSize: 16 << 10,
          maxHeaderFieldCount: 100
        )
      )
    )
    // The framework's own lines are about itself.
    var quiet = logger
    quiet.logLevel = .error
    server = Server(
      childChannelSetup: HTTPConnections(channel),
      configuration: ServerConfiguration(
        address: .hostname(configuration.host, port: configuration.port),
        availableConnectionsDelegate: .maximum(limits.connections, logger: quiet)
      ),
      onServerRunning: { channel in listening(channel.localAddress?.port ?? configuration.port) },
      eventLoopGroup: group,
      logger: quiet
    )
  }

  /// Whether it was told to stop.
  var isDraining: Bool { status.isDraining }

  /// Listens, until ``stop()`` and the last answer.
  ///
  /// - Throws: ``ListeningError`` if the address cannot be listened on.
  package func run() async throws {
    do {
      try await server.run()
    } catch {
      throw ListeningError(error, host: configuration.host, port: configuration.port)
    }
  }

  /// Takes no new connections, answers every request that came, and closes each connection after its last.
  ///
  /// - Returns: How many connections were still open when the grace was over; 0: all is answered.
  package func stop() async -> Int {
    status.drain()
    let (server, grace) = (server, configuration.shutdownGrace)
    let isDone = await withTaskGroup(of: Bool.self) { group in
      // Not a child task: it cannot be cancelled, and the group would wait for it.
      let (done, mark) = AsyncStream<Void>.makeStream()
      Task {
        try? await server.shutdownGracefully()
        mark.finish()
      }
      group.addTask {
        for await _ in done {}
        return !Task.isCancelled
      }
      group.addTask {
        try? await Task.sleep(for: .seconds(grace))
        return false
      }
      let first = await group.next() ?? false
      group.cancelAll()
      return first
    }
    return isDone ? 0 : max(registry.count, 1)
  }

  /// Ends the threads of the network, after ``run()`` has returned.
  package func close() async { try? await group.shutdownGracefully() }
}
