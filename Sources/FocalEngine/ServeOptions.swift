import ArgumentParser
import BoxGeometry
import CommandConsole
import DetectionInference
import DetectionModels
import DetectionServer
import DetectionTraining
import FileErrors
import Foundation
import Logging
import Raster
import Torch

/// What `focal serve` is told.
struct ServeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A model file; SIGHUP reads it again.", valueName: "model"))
  var model: String

  @Option(help: "The address to listen on; 0.0.0.0 is every address of this machine.")
  var host = "127.0.0.1"

  @Option(help: "The port to listen on; 0 is any that is free.")
  var port = 8080

  @Option(help: "Pictures that go through the network together at most.")
  var batch = 4

  @Option(help: ArgumentHelp("How long a picture waits for others to go with.", valueName: "ms"))
  var batchWait = 2.0

  @Option(help: "Pictures that wait at most; beyond, requests are answered with 503.")
  var queue = 64

  @Option(help: "Threads that decode pictures.")
  var decoders = 2

  @Option(
    help: ArgumentHelp("Greatest body, in bytes; 20M is 20 MiB.", valueName: "bytes"),
    transform: ByteCount.bytes(of:)
  )
  var maxBody = 20 << 20

  @Option(help: "Pixels of a picture at most.")
  var maxPixels = 50_000_000

  @Option(help: "Pictures in one request at most.")
  var maxPictures = 16

  @Option(help: "Open connections at most; more wait until one is closed.")
  var maxConnections = 256

  @Option(
    help: ArgumentHelp("How long a body may take to arrive in full.", valueName: "seconds")
  )
  var bodyTimeout = 30.0

  @Option(
    help: ArgumentHelp(
      "How long a connection may be open without a request.",
      valueName: "seconds"
    )
  )
  var idleTimeout = 60.0

  @Option(
    help: ArgumentHelp(
      "A file with the token that requests have to show; else FOCAL_SERVE_TOKEN, else none.",
      valueName: "file"
    )
  )
  var tokenFile: String?

  @Option(
    help: ArgumentHelp(
      "Pages of this origin may ask from a browser, such as https://example.org; * is any.",
      valueName: "origin"
    )
  )
  var allowOrigin: String?

  @Option(
    help: ArgumentHelp(
      "How long accepted requests may take after SIGTERM.",
      valueName: "seconds"
    )
  )
  var shutdownGrace = 30.0

  @Option(
    parsing: .unconditional,
    help:
      "Detections that score less are left out where a request names no threshold, 0...1 (default: the model's own)."
  )
  var score: Float?

  @Option(
    help: "The arithmetic: auto, float32, bfloat16 or int8 (of a model from `focal quantize`)."
  )
  var precision: PrecisionChoice = .auto

  @Option(help: "Threads of the network (default: as many as there are processors).")
  var threads: Int?

  @Option(help: "The log on standard error: text or json, one line a request.")
  var logFormat = Choice(LineLogHandler.Format.text)

  @Flag(help: "Warnings and errors only.")
  var quiet = false

  func validate() throws {
    if let score, !(0...1).contains(score) {
      throw ValidationError("--score \(score): expected 0...1")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): expected 1...1024")
    }
    if let fault = values.fault { throw ValidationError(fault) }
  }

  private var values: DetectionServerConfiguration {
    var values = DetectionServerConfiguration()
    (values.host, values.port) = (host, port)
    (values.batch, values.batchWait, values.decoders) = (batch, batchWait / 1000, decoders)
    values.limits.queueLength = queue
    values.limits.bodyBytes = maxBody
    values.limits.pixels = maxPixels
    values.limits.picturesPerRequest = min(maxPictures, queue)
    values.limits.connections = maxConnections
    values.limits.bodySeconds = bodyTimeout
    values.limits.idleSeconds = idleTimeout
    (values.allowedOrigin, values.shutdownGrace) = (allowOrigin, shutdownGrace)
    return values
  }

  /// The checked values, with the token.
  ///
  /// - Throws: ``CommandFailure`` if the token cannot be had.
  func serverConfiguration() throws -> DetectionServerConfiguration {
    var values = values
    values.token = try token()
    return values
  }

  private func token() throws -> AccessToken? {
    let (text, place): (String, String)
    if let tokenFile {
      do {
        text = try String(contentsOf: URL(fileURLWithPath: tokenFile), encoding: .utf8)
      } catch {
        throw CommandFailure.failed("\(tokenFile): cannot be read: \(FileReason(error))")
      }
      place = tokenFile
    } else if let variable = ProcessInfo.processInfo.environment["FOCAL_SERVE_TOKEN"] {
      (text, place) = (variable, "FOCAL_SERVE_TOKEN")
    } else {
      return nil
    }
    guard let token = AccessToken(text) else {
      throw CommandFailure.failed(
        "\(place): found no token, expected one line of visible ASCII characters, such as openssl rand -hex 32 makes"
      )
    }
    return token
  }

  /// The log of the server.
  var logger: Logger {
    let (format, level): (LineLogHandler.Format, Logger.Level) = (
      logFormat.value, quiet ? .warning : .info
    )
    return Logger(label: "focal.serve") { _ in
      LineLogHandler(format: format, level: level) { Console.write($0) }
    }
  }

  /// Reads the model, and runs it once, so that what is broken is told now and the first request need not wait.
  var loader: @Sendable () throws -> sending LoadedModel {
    let url = URL(fileURLWithPath: model)
    let (precision, score) = (precision.precision, score)
    return {
      let detector = try Detector(contentsOf: url, precision: precision, scoreThreshold: score)
      let configuration = detector.model.configuration
      let side = min(configuration.input.resize.shortSide, 640)
      _ = try detector.detections(
        in: RasterImage(width: side, height: side, red: 128, green: 128, blue: 128)
      )
      let description = ServedModel(
        name: url.deletingPathExtension().lastPathComponent,
        configuration: configuration,
        precision: detector.precision.rawValue
      )
      return LoadedModel(description, engine: detector)
    }
  }

  /// Reads the model and starts what runs it.
  ///
  /// - Parameter configuration: Batches and limits.
  /// - Returns: What takes requests.
  /// - Throws: What is wrong with the model's file.
  func service(_ configuration: DetectionServerConfiguration) throws -> DetectionService {
    if let threads { try TorchRuntime.setThreads(threads) }
    let threads = threads
    return DetectionService(
      try loader(),
      configuration: configuration,
      metrics: ServerMetrics(),
      prepareThread: {
        // The number belongs to each thread that calls LibTorch.
        if let threads { try? TorchRuntime.setThreads(threads) }
      }
    )
  }
}

/// Sizes in bytes, as options have them.
enum ByteCount {
  /// Reads `1048576`, `1024K` or `1M`.
  ///
  /// - Parameter text: The option's value.
  /// - Returns: More than 0.
  /// - Throws: `ValidationError` that says what was expected.
  static func bytes(of text: String) throws -> Int {
    let factors: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
    let factor = text.last.flatMap { factors[$0] }
    let digits = factor == nil ? text[...] : text.dropLast()
    let number = Int(digits)?.multipliedReportingOverflow(by: factor ?? 1)
    guard let number, !number.overflow, number.partialValue > 0 else {
      throw ValidationError("found \(text), expected bytes such as 1048576, 512K or 20M")
    }
    return number.partialValue
  }
}
