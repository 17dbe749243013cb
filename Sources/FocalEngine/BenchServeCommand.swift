import ArgumentParser
import CommandConsole
import DetectionInference
import DetectionModels
import DetectionServer
import DetectionTraining
import Dispatch
import Foundation
import Raster
import Torch

/// `focal bench serve`: what a server could answer at most, HTTP left out.
struct BenchServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract:
      "Time the server's work without HTTP: network alone, one after the other, side by side.",
    discussion: """
      Examples:
        focal bench serve --model best.safetensors --images pictures
        focal bench serve --model best.safetensors --images pictures --batch 8 --seconds 30 --json

      In turns: the network over batches of prepared pictures; decoding and the network one after the other, as a loop would; and
      the server's own threads, decoding beside the network, for as many requests at a time as --clients. What \
      Scripts/load-server measures over HTTP is held against the best of the last two.
      """
  )

  @Option(help: ArgumentHelp("A model file.", valueName: "model"))
  var model: String

  @Option(help: ArgumentHelp("A folder of pictures.", valueName: "dir"))
  var images: String

  @Option(help: "Pictures at most; the first by name.")
  var count = 32

  @Option(help: "Pictures that go through the network together at most.")
  var batch = 4

  @Option(help: ArgumentHelp("How long a picture waits for others to go with.", valueName: "ms"))
  var batchWait = 2.0

  @Option(help: "Threads that decode pictures.")
  var decoders = 2

  @Option(help: "Requests at a time.")
  var clients = 64

  @Option(help: "How long all of it takes.")
  var seconds = 18.0

  @Option(
    help: "The arithmetic: auto, float32, bfloat16 or int8 (of a model from `focal quantize`)."
  )
  var precision: PrecisionChoice = .auto

  @Option(help: "Threads of the network (default: as many as there are processors).")
  var threads: Int?

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  func validate() throws {
    if let fault = configuration.fault { throw ValidationError(fault) }
    guard (1...100_000).contains(count) else {
      throw ValidationError("--count \(count): expected 1...100000")
    }
    guard (1...10_000).contains(clients) else {
      throw ValidationError("--clients \(clients): expected 1...10000")
    }
    guard seconds > 0, seconds <= 86_400 else {
      throw ValidationError("--seconds \(seconds): expected more than 0, a day at most")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): expected 1...1024")
    }
  }

  private var configuration: DetectionServerConfiguration {
    var values = DetectionServerConfiguration()
    (values.batch, values.batchWait, values.decoders) = (batch, batchWait / 1000, decoders)
    values.limits.queueLength = max(clients, 1)
    return values
  }

  func run() throws {
    Interruption.endAtOnce(isQuiet: false)
    if let threads { try TorchRuntime.setThreads(threads) }
    let files = try PictureList.pictures(in: [images]).prefix(count)
    let encoded = try files.map { [UInt8](try Data(contentsOf: $0.url)) }
    let detector = try loaded()
    let input = detector.model.configuration.input
    // One after the other, the batches of a folder are of whatever sizes follow each other; here of the first's.
    let prepared = try zip(files, encoded).map { file, bytes in
      PreparedPicture(try RasterImage(decoding: bytes, name: file.name), for: input)
    }
    let usable = prepared.indices.filter { prepared[$0].inputSize == prepared[0].inputSize }
    let names = usable.map { files[$0].name }
    let (pictures, ready) = (usable.map { encoded[$0] }, usable.map { prepared[$0] })
    let service = try service()
    var figures = Figures(pictures: pictures.count, batch: batch, clients: clients)
    _ = try detector.detections(in: batches(of: ready)[0])
    let rounds = 3
    let turn = Duration.seconds(seconds / Double(3 * rounds))
    for _ in 0..<rounds {
      figures.network += try rate(turn, batches(of: ready)) { _ = try detector.detections(in: $0) }
      let loop = batches(of: Array(zip(names, pictures)))
      figures.loop += try rate(turn, loop) { batch in
        let prepared = try batch.map {
          PreparedPicture(try RasterImage(decoding: $0.1, name: $0.0), for: input)
        }
        _ = try detector.detections(in: prepared)
      }
      figures.service += try served(service, pictures, turn)
    }
    service.stop()
    figures.divide(by: Double(rounds))
    try json ? JSONLine.print(figures) : StandardOutput.print(figures.text)
  }

  private func loaded() throws -> Detector {
    try Detector(contentsOf: URL(fileURLWithPath: model), precision: precision.precision)
  }

  private func service() throws -> DetectionService {
    let detector = try loaded()
    let description = ServedModel(
      name: "bench",
      configuration: detector.model.configuration,
      precision: detector.precision.rawValue
    )
    let threads = threads
    return DetectionService(
      LoadedModel(description, engine: detector),
      configuration: configuration,
      metrics: ServerMetrics(),
      prepareThread: { if let threads { try? TorchRuntime.setThreads(threads) } }
    )
  }

  private func batches<Item>(of items: [Item]) -> [[Item]] {
    stride(from: 0, to: items.count, by: batch).map {
      Array(items[$0..<min($0 + batch, items.count)])
    }
  }

  /// Pictures a second of one thread that does batch after batch.
  private func rate<Item>(
    _ duration: Duration,
    _ batches: [[Item]],
    _ body: ([Item]) throws -> Void
  ) throws -> Double {
    let (clock, begin) = (ContinuousClock(), ContinuousClock.now)
    var (count, index) = (0, 0)
    while clock.now - begin < duration {
      let batch = batches[index % batches.count]
      try body(batch)
      count += batch.count
      index += 1
    }
    return Double(count) / ((clock.now - begin) / .seconds(1))
  }

  private func served(
    _ service: DetectionService,
    _ pictures: [[UInt8]],
    _ duration: Duration
  ) throws -> Double {
    let (end, result) = (DispatchSemaphore(value: 0), Outcome())
    let clients = clients
    Task {
      do {
        let rate = try await ServiceTrial.picturesPerSecond(
          service,
          pictures: pictures,
          clients: clients,
          for: duration
        )
        result.value = .success(rate)
      } catch {
        result.value = .failure(error)
      }
      end.signal()
    }
    end.wait()
    return try result.value.get()
  }

  /// `@unchecked`: written before the semaphore is signalled, read after it was waited for.
  private final class Outcome: @unchecked Sendable {
    var value: Result<Double, any Error> = .success(0)
  }

  /// Pictures a second.
  struct Figures: Encodable {
    let pictures: Int
    let batch: Int
    let clients: Int
    /// The network over prepared pictures.
    var network = 0.0
    /// Decoding, then the network, on one thread.
    var loop = 0.0
    /// The server's threads.
    var service = 0.0

    mutating func divide(by rounds: Double) {
      network /= rounds
      loop /= rounds
      service /= rounds
    }

    var text: String {
      func line(_ name: String, _ value: Double) -> String {
        "\(name)  \(ProgressLine.decimals(value, 1)) pictures/s"
      }
      return """
        \(pictures) pictures, batches of \(batch), \(clients) requests at a time
        \(line("network alone, pictures prepared ", network))
        \(line("decoding, then the network       ", loop))
        \(line("the server's threads, no HTTP    ", service))
        """
    }
  }
}
