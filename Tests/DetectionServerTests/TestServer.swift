import Foundation
import Logging

@testable import DetectionServer

/// A server on a free port of this machine.
struct TestServer: Sendable {
  let port: Int
  let engine: StubEngine
  let service: DetectionService
  let server: HTTPDetectionServer
  let lines: Lines
  private let running: Task<Void, any Error>

  init(
    _ engine: StubEngine = StubEngine(),
    _ change: (inout DetectionServerConfiguration) -> Void = { _ in }
  ) async throws {
    var configuration = DetectionServerConfiguration()
    configuration.port = 0
    configuration.batchWait = 0
    change(&configuration)
    let lines = Lines()
    let service = DetectionService(
      LoadedModel(.pets(), engine: engine),
      configuration: configuration,
      metrics: ServerMetrics()
    )
    let (ports, mark) = AsyncStream<Int>.makeStream()
    let server = HTTPDetectionServer(
      configuration,
      service: service,
      logger: lines.logger(),
      listening: { mark.yield($0) }
    )
    running = Task {
      defer { mark.finish() }
      try await server.run()
    }
    (self.engine, self.service, self.server, self.lines) = (engine, service, server, lines)
    var port = 0
    for await first in ports {
      port = first
      break
    }
    self.port = port
    if port == 0 { try await running.value }
  }

  /// Ends it.
  ///
  /// - Returns: Connections that were not done.
  @discardableResult func stop() async throws -> Int {
    let unfinished = await server.stop()
    if unfinished == 0 {
      try await running.value
      try await onThread { [service] in service.stop() }
      await server.close()
    }
    return unfinished
  }

  /// Talks to it over one connection, on a thread.
  func client<Value: Sendable>(
    _ body: @escaping @Sendable (LoopbackClient) throws -> Value
  ) async throws -> Value {
    try await onThread { [port] in try body(try LoopbackClient(port: port)) }
  }
}
