import BoxGeometry
import DetectionInference
import DetectionModels
import Foundation
import Raster

/// Decodes pictures on several threads and runs the network over batches of them on one thread of its own.
///
/// LibTorch's calls block and its threads belong to the calling thread, so neither is the cooperative pool's.
/// `@unchecked`: everything below `condition` is read and written under it; the network is touched by its thread alone.
package final class DetectionService: @unchecked Sendable {
  private let configuration: DetectionServerConfiguration
  let metrics: ServerMetrics
  private let imageLimits: ImageLimits
  private let clock = ContinuousClock()
  private let start = ContinuousClock.now
  private let condition = NSCondition()
  private var current: ServedModel
  private var arrivals: [Handover] = []
  private var undecoded: [Waiting] = []
  private var decoding = 0
  private var ready: BatchQueue<Kind, Prepared>
  private var isStopping = false
  private var threads = 0
  /// Seconds that a picture takes the network, averaged over the last few dozen.
  private var secondsPerPicture = 0.1

  private struct Kind: Hashable {
    let model: ObjectIdentifier
    let size: PictureSize
  }

  private struct Waiting {
    let job: DetectionJob
    let index: Int
    let arrival: Duration
  }

  private struct Prepared {
    let job: DetectionJob
    let index: Int
    let picture: PreparedPicture
    let width: Int
    let height: Int
    let arrival: Duration
    let decoding: Duration
  }

  /// A model on its way to the network's thread.
  ///
  /// `@unchecked`: whoever made it gives it away whole and keeps nothing of it.
  private struct Handover: @unchecked Sendable { let model: LoadedModel }

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - model: The first model; the caller gives it away.
  ///   - configuration: Batches, decoders, limits.
  ///   - metrics: Where it counts.
  ///   - prepareThread: Called first thing on the network's thread, where the number of its threads is set.
  package init(
    _ model: sending LoadedModel,
    configuration: DetectionServerConfiguration,
    metrics: ServerMetrics,
    prepareThread: @escaping @Sendable () -> Void = {}
  ) {
    self.configuration = configuration
    self.metrics = metrics
    imageLimits = ImageLimits(
      maximumPixels: configuration.limits.pixels,
      maximumBytes: configuration.limits.bodyBytes
    )
    current = model.description
    ready = BatchQueue(limit: configuration.batch, wait: .seconds(configuration.batchWait))
    arrivals.append(Handover(model: model))
    threads = configuration.decoders + 1
    for number in 0..<configuration.decoders { begin("decoder-\(number)") { self.decode() } }
    begin("network") {
      prepareThread()
      self.runNetwork()
    }
  }

  private func begin(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread {
      body()
      self.condition.withLock {
        self.threads -= 1
        self.condition.broadcast()
      }
    }
    thread.name = name
    // The decoders of some formats keep tables on the stack.
    thread.stackSize = 8 << 20
    thread.start()
  }

  private var now: Duration { clock.now - start }

  /// The model that the next request is for.
  package var model: ServedModel { condition.withLock { current } }

  /// Pictures that wait.
  package var queueLength: Int { condition.withLock { waitingCount } }

  private var waitingCount: Int { undecoded.count + decoding + ready.count }

  /// Takes a request's pictures in.
  ///
  /// - Parameter job: The request.
  /// - Throws: ``ServerError`` if they do not fit into the queue any more.
  func submit(_ job: DetectionJob) throws(ServerError) {
    try admit(job).get()
    metrics.pictures.add(job.pictures.count)
  }

  /// Whether there is room for a picture, so that nothing is read for nothing.
  ///
  /// - Throws: ``ServerError`` where there is none.
  func checkRoom() throws(ServerError) {
    if let obstacle = condition.withLock({ obstacle(to: 1) }) { throw obstacle }
  }

  private func obstacle(to count: Int) -> ServerError? {
    if isStopping {
      return ServerError(.notReady, "the server has stopped; try again", retryAfter: 5)
    }
    let limit = configuration.limits.queueLength
    if waitingCount + count <= limit { return nil }
    let seconds = Int((Double(waitingCount) * secondsPerPicture).rounded(.up))
    return ServerError(
      .queueFull,
      "found \(waitingCount) pictures waiting, expected \(limit) at most with the \(count) of this request; "
        + (count > limit ? "send fewer in one request" : "try again later"),
      retryAfter: min(max(seconds, 1), 60)
    )
  }

  private func admit(_ job: DetectionJob) -> Result<Void, ServerError> {
    condition.withLock {
      if let obstacle = obstacle(to: job.pictures.count) { return .failure(obstacle) }
      let arrival = now
      for index in job.pictures.indices {
        undecoded.append(Waiting(job: job, index: index, arrival: arrival))
      }
      condition.broadcast()
      return .success(())
    }
  }

  /// Drops what still waits of a request that nobody waits for.
  ///
  /// - Parameter job: The request.
  func abandon(_ job: DetectionJob) {
    job.end(.abandoned)
    condition.withLock {
      undecoded.removeAll { $0.job === job }
      ready.removeAll { $0.job === job }
      condition.broadcast()
    }
  }

  /// Has the next requests, from now on, looked at by another model; those before are still looked at by theirs.
  ///
  /// - Parameter model: The model; the caller gives it away.
  package func replace(with model: sending LoadedModel) {
    let handover = Handover(model: model)
    condition.withLock {
      arrivals.append(handover)
      current = handover.model.description
      condition.broadcast()
    }
  }

  /// Takes nothing more in, finishes all that was taken in, and ends the threads; waits for it.
  package func stop() {
    condition.withLock {
      isStopping = true
      condition.broadcast()
      while threads > 0 { condition.wait() }
    }
  }
}

// MARK: - Decoding

extension DetectionService {
  private func decode() {
    while let next = takeUndecoded() {
      let begin = now
      let result: Result<Prepared, ServerError>? = next.job.isOver ? nil : prepare(next, begin)
      switch result {
      case .failure(let error): next.job.end(.failed(error))
      default: break
      }
      condition.withLock {
        decoding -= 1
        if case .success(let prepared) = result, !next.job.isOver {
          metrics.decodeSeconds.observe(prepared.decoding)
          let kind = Kind(
            model: ObjectIdentifier(next.job.model),
            size: prepared.picture.inputSize
          )
          ready.append(prepared, kind: kind, at: now)
        }
        condition.broadcast()
      }
    }
  }

  /// Waits for a picture, as long as there is room for prepared ones: they are larger than encoded ones.
  private func takeUndecoded() -> Waiting? {
    condition.withLock {
      while true {
        if undecoded.isEmpty {
          if isStopping { return nil }
        } else if ready.count < 2 * configuration.batch + configuration.decoders {
          decoding += 1
          return undecoded.removeFirst()
        }
        condition.wait()
      }
    }
  }

  private func prepare(_ next: Waiting, _ begin: Duration) -> Result<Prepared, ServerError> {
    let received = next.job.pictures[next.index]
    let place =
      "image \(next.index + 1)" + (received.fileName.map { " (\(ServerError.shown($0)))" } ?? "")
    do throws(RasterError) {
      let image = try RasterImage(decoding: received.bytes, name: place, limits: imageLimits)
      let picture = PreparedPicture(image, for: next.job.model.configuration.input)
      return .success(
        Prepared(
          job: next.job,
          index: next.index,
          picture: picture,
          width: image.width,
          height: image.height,
          arrival: next.arrival,
          decoding: now - begin
        )
      )
    } catch {
      let code: ServerError.Code =
        switch error.code {
        case .limitExceeded: .imageTooLarge
        case .outOfMemory: .outOfMemory
        default: .undecodableImage
        }
      return .failure(
        ServerError(code, error.description, retryAfter: code == .outOfMemory ? 5 : nil)
      )
    }
  }
}

// MARK: - The network

extension DetectionService {
  /// A model that some request may still be for.
  private struct Slot {
    weak var description: ServedModel?
    let engine: any DetectionEngine
  }

  private enum Step {
    case run([Prepared])
    case install([Handover])
    case stop
  }

  private func runNetwork() {
    var slots: [ObjectIdentifier: Slot] = [:]
    while true {
      switch nextStep() {
      case .stop: return
      case .install(let handovers):
        for handover in handovers {
          let description = handover.model.description
          slots[ObjectIdentifier(description)] = Slot(
            description: description,
            engine: handover.model.engine
          )
        }
      case .run(let batch):
        if let engine = slots[ObjectIdentifier(batch[0].job.model)]?.engine {
          run(batch, engine)
        } else {
          for prepared in batch {
            prepared.job.end(.failed(ServerError(.inferenceFailed, "the model is gone; try again")))
          }
        }
      }
      slots = slots.filter { $0.value.description != nil }
    }
  }

  private func nextStep() -> Step {
    condition.withLock {
      while true {
        if !arrivals.isEmpty {
          defer { arrivals = [] }
          return .install(arrivals)
        }
        let isLast = isStopping && undecoded.isEmpty && decoding == 0
        switch ready.next(at: now, isLast: isLast) {
        case .run(let batch):
          // Room for the decoders.
          condition.broadcast()
          return .run(batch)
        case .wait(let deadline):
          _ = condition.wait(until: Date(timeIntervalSinceNow: (deadline - now) / .seconds(1)))
        case .idle:
          if isLast { return .stop }
          condition.wait()
        }
      }
    }
  }

  private func run(_ batch: [Prepared], _ engine: any DetectionEngine) {
    let live = batch.filter { !$0.job.isOver }
    if live.isEmpty { return }
    let begin = now
    do {
      let found = try engine.detections(
        inBatch: live.map(\.picture),
        rules: live.map { $0.job.query.networkRules }
      )
      let seconds = now - begin
      metrics.inferenceSeconds.observe(seconds)
      metrics.batchSizes.observe(live.count)
      condition.withLock {
        let each = seconds / .seconds(1) / Double(live.count)
        secondsPerPicture += (each - secondsPerPicture) / 32
      }
      for (prepared, boxes) in zip(live, found) {
        let queued = begin - prepared.arrival - prepared.decoding
        metrics.queueSeconds.observe(queued)
        prepared.job.finish(
          prepared.index,
          PictureFindings(
            width: prepared.width,
            height: prepared.height,
            boxes: prepared.job.query.chosen(boxes),
            queued: queued,
            decoding: prepared.decoding,
            inference: seconds,
            batch: live.count
          )
        )
      }
    } catch {
      if live.count > 1 {
        // What failed together may fit one by one, and one picture's failure is none of the others'.
        for prepared in live { run([prepared], engine) }
        return
      }
      live[0].job.end(
        .failed(
          ServerError(
            .inferenceFailed,
            "the network failed: \(ServerError.oneLine("\(error)")); expected memory for \(live[0].picture.inputSize.width) x "
              + "\(live[0].picture.inputSize.height) pixels; try again, or send a smaller picture"
          )
        )
      )
    }
  }
}
