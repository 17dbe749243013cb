import ArgumentParser
import CommandConsole
import DetectionInference
import DetectionServer
import DetectionTraining
import Foundation
import Logging
import Torch

/// `focal serve`: detections over HTTP.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Find objects in pictures that come over HTTP.",
    discussion: """
      Examples:
        focal serve --model best.safetensors
        focal serve --model best.safetensors --host 0.0.0.0 --port 8000 --token-file token.txt
        curl --data-binary @photo.jpg -H 'Content-Type: image/jpeg' \\
          'http://127.0.0.1:8080/v1/detections?threshold=0.4'

      GET / is a page for people, GET /openapi.json tells programs the rest. The address is printed on standard output once
      clients may come; every request is one line on standard error. SIGHUP reads the model file again, SIGTERM and Ctrl-C
      finish what was accepted and end with status 0; a second one ends at once.
      """
  )

  @OptionGroup var options: ServeOptions

  func run() throws {
    let configuration = try options.serverConfiguration()
    let logger = options.logger
    let service = try options.service(configuration)
    let reloader = ModelReloader(service, logger: logger, load: options.loader)
    let end = ServeEnd()
    let (host, isOpen) = (configuration.host, configuration.token == nil)
    let server = HTTPDetectionServer(configuration, service: service, logger: logger) { port in
      let shown = host.contains(":") ? "[\(host)]" : host
      try? StandardOutput.print("http://\(shown):\(port)")
      logger.notice("listening", metadata: ["host": "\(host)", "port": "\(port)"])
      if isOpen, !["127.0.0.1", "localhost", "::1"].contains(host) {
        logger.warning("any machine that reaches this address may ask: no --token-file was given")
      }
    }
    let signals = ServeSignals(
      reload: { reloader.reload() },
      stop: { name in
        logger.notice("stopping after what was accepted", metadata: ["signal": "\(name)"])
        Task { end.set(unfinished: await server.stop()) }
      }
    )
    Task {
      do {
        try await server.run()
        end.set(unfinished: 0)
      } catch {
        end.set(failure: error)
      }
    }
    let unfinished = try end.wait()
    signals.end()
    if unfinished > 0 {
      throw CommandFailure.failed(
        "\(unfinished) connections were not done \(configuration.shutdownGrace) s after the signal; "
          + "expected all answered, give them more with --shutdown-grace"
      )
    }
    service.stop()
    logger.notice("stopped")
  }
}

/// How a server ended, told by one of several tasks to the thread that waits.
///
/// `@unchecked`: `result` is read and written under the lock.
private final class ServeEnd: @unchecked Sendable {
  private let lock = NSLock()
  private let told = DispatchSemaphore(value: 0)
  private var result: Result<Int, any Error>?

  func set(unfinished: Int) { set(.success(unfinished)) }
  func set(failure: any Error) { set(.failure(failure)) }

  private func set(_ result: Result<Int, any Error>) {
    let isFirst = lock.withLock {
      if self.result != nil { return false }
      self.result = result
      return true
    }
    if isFirst { told.signal() }
  }

  func wait() throws -> Int {
    told.wait()
    return try lock.withLock { result }?.get() ?? 0
  }
}
