import BoxGeometry
import DetectionInference
import Foundation
import Testing

@testable import DetectionServer

@Suite struct DetectionServiceTests {
  private func service(
    _ engine: StubEngine,
    model: ServedModel = .pets(),
    _ change: (inout DetectionServerConfiguration) -> Void = { _ in }
  ) -> DetectionService {
    var configuration = DetectionServerConfiguration()
    configuration.batchWait = 0.02
    change(&configuration)
    return DetectionService(
      LoadedModel(model, engine: engine),
      configuration: configuration,
      metrics: ServerMetrics()
    )
  }

  private func job(
    _ service: DetectionService,
    _ pictures: [[UInt8]],
    query: String? = nil
  ) throws -> DetectionJob {
    DetectionJob(
      pictures.map { ReceivedPicture(fileName: nil, bytes: $0) },
      query: try DetectionQuery(query, for: service.model),
      model: service.model
    )
  }

  private func findings(_ job: DetectionJob) async throws -> [PictureFindings] {
    guard case .done(let findings) = await job.outcome() else {
      Issue.record("not done")
      return []
    }
    return findings
  }

  @Test func `pictures of a request come back in their order, with what was found`() async throws {
    let engine = StubEngine()
    let service = service(engine)
    let job = try job(service, [TestPicture.png(48, 32), TestPicture.png(64, 64)])
    try service.submit(job)
    let found = try await findings(job)
    #expect(found.map(\.width) == [48, 64] && found.map(\.height) == [32, 64])
    #expect(found.map(\.boxes) == [StubEngine.pets, StubEngine.pets])
    #expect(found.allSatisfy { $0.batch >= 1 && $0.queued >= .zero && $0.decoding > .zero })
    try await onThread { service.stop() }
  }

  @Test func `each request's own rules apply`() async throws {
    let service = service(StubEngine())
    let (high, dogs) = (
      try job(service, [TestPicture.png()], query: "threshold=0.6"),
      try job(service, [TestPicture.png()], query: "classes=dog&top_k=1")
    )
    try service.submit(high)
    try service.submit(dogs)
    #expect(try await findings(high).map(\.boxes) == [[StubEngine.pets[0]]])
    #expect(try await findings(dogs).map(\.boxes) == [[StubEngine.pets[1]]])
    try await onThread { service.stop() }
  }

  /// While the first picture is in the network the others gather; then they go together, up to the limit, sizes apart.
  @Test func `what waits goes together, up to the limit and sizes apart`() async throws {
    let engine = StubEngine()
    let service = service(engine) { $0.batch = 3 }
    engine.hold()
    let first = try job(service, [TestPicture.png()])
    try service.submit(first)
    try await onThread { engine.waitForBatches(1) }
    let wide = try job(service, [TestPicture.png(128, 64)])
    let rest = try (0..<4).map { _ in try job(service, [TestPicture.png()]) }
    for next in [rest[0], wide, rest[1], rest[2], rest[3]] { try service.submit(next) }
    engine.release()
    for next in [first, wide] + rest { #expect(try await findings(next).count == 1) }
    let small = PictureSize((64, 64))
    #expect(engine.seen.allSatisfy { Set($0).count == 1 && $0.count <= 3 })
    #expect(engine.seen.flatMap { $0 }.filter { $0 == small }.count == 5)
    #expect(engine.seen.contains { $0.count > 1 })
    try await onThread { service.stop() }
  }

  @Test func `a full queue refuses, says when to come back, and takes again later`() async throws {
    let engine = StubEngine()
    let service = service(engine) {
      $0.batch = 1
      $0.limits.queueLength = 2
    }
    engine.hold()
    let running = try job(service, [TestPicture.png()])
    try service.submit(running)
    try await onThread { engine.waitForBatches(1) }
    let waiting = try job(service, [TestPicture.png(), TestPicture.png()])
    try service.submit(waiting)
    let error = #expect(throws: ServerError.self) {
      try service.submit(job(service, [TestPicture.png()]))
    }
    #expect(error?.code == .queueFull && (1...60).contains(error?.retryAfter ?? 0))
    #expect(throws: ServerError.self) { try service.checkRoom() }
    engine.release()
    #expect(try await findings(running).count == 1)
    #expect(try await findings(waiting).count == 2)
    try service.checkRoom()
    let three = try job(service, Array(repeating: TestPicture.png(), count: 3))
    let tooMany = #expect(throws: ServerError.self) { try service.submit(three) }
    #expect(tooMany?.message.contains("send fewer") == true)
    try await onThread { service.stop() }
  }

  @Test func `what nobody waits for is not run`() async throws {
    let engine = StubEngine()
    let service = service(engine) { $0.batch = 1 }
    engine.hold()
    let running = try job(service, [TestPicture.png()])
    try service.submit(running)
    try await onThread { engine.waitForBatches(1) }
    let left = try job(service, [TestPicture.png(128, 64), TestPicture.png(128, 64)])
    try service.submit(left)
    service.abandon(left)
    guard case .abandoned = await left.outcome() else {
      Issue.record("not abandoned")
      return
    }
    engine.release()
    #expect(try await findings(running).count == 1)
    try await onThread { service.stop() }
    #expect(engine.seen == [[PictureSize((64, 64))]])
  }

  @Test(arguments: [
    ([], "image 1", ServerError.Code.undecodableImage),
    (Array("GIF89a……".utf8), "GIF", .undecodableImage),
    (Array("no picture".utf8), "not a picture", .undecodableImage),
  ])
  func `a body that is no picture is told`(
    bytes: [UInt8],
    part: String,
    code: ServerError.Code
  ) async throws {
    let service = service(StubEngine())
    let job = try job(service, [bytes])
    try service.submit(job)
    guard case .failed(let error) = await job.outcome() else {
      Issue.record("not failed")
      return
    }
    #expect(error.code == code && error.message.contains(part), "\(error.message)")
    try await onThread { service.stop() }
  }

  @Test func `pictures beyond the limit of pixels are refused by their header`() async throws {
    let service = service(StubEngine()) { $0.limits.pixels = 48 * 48 }
    let (fits, large) = (
      try job(service, [TestPicture.png(48, 48)]), try job(service, [TestPicture.png(49, 48)])
    )
    try service.submit(fits)
    try service.submit(large)
    #expect(try await findings(fits).count == 1)
    guard case .failed(let error) = await large.outcome() else {
      Issue.record("not failed")
      return
    }
    #expect(error.code == .imageTooLarge && error.message.contains("49 x 48"))
    try await onThread { service.stop() }
  }

  @Test func `a batch that fails is tried one by one`() async throws {
    let engine = StubEngine(failsAbove: 1)
    let service = service(engine) { $0.batch = 4 }
    let job = try job(service, Array(repeating: TestPicture.png(), count: 4))
    try service.submit(job)
    #expect(try await findings(job).map(\.batch) == [1, 1, 1, 1])
    try await onThread { service.stop() }
  }

  @Test func `a network that fails fails the request and not the server`() async throws {
    let service = service(StubEngine(failsAbove: 0))
    for _ in 0..<2 {
      let job = try job(service, [TestPicture.png()])
      try service.submit(job)
      guard case .failed(let error) = await job.outcome() else {
        Issue.record("not failed")
        return
      }
      #expect(error.code == .inferenceFailed && error.message.contains("out of memory"))
    }
    try await onThread { service.stop() }
  }

  /// What was accepted before the change is still the old model's; the old one is let go afterwards.
  @Test func `a model is replaced between batches`() async throws {
    let (old, new) = (StubEngine(), StubEngine(boxes: []))
    let service = service(old) { $0.batch = 1 }
    old.hold()
    let before = try [job(service, [TestPicture.png()]), job(service, [TestPicture.png()])]
    for job in before { try service.submit(job) }
    try await onThread { old.waitForBatches(1) }
    service.replace(with: LoadedModel(.pets("second"), engine: new))
    #expect(service.model.name == "second")
    let after = try job(service, [TestPicture.png()])
    try service.submit(after)
    old.release()
    for job in before { #expect(try await findings(job).map(\.boxes) == [StubEngine.pets]) }
    #expect(try await findings(after).map(\.boxes) == [[]])
    try await onThread { service.stop() }
  }

  @Test func `stopping finishes what was taken in and takes nothing more`() async throws {
    let engine = StubEngine()
    let service = service(engine) { $0.batchWait = 10 }
    engine.hold()
    let jobs = try (0..<5).map { _ in try job(service, [TestPicture.png()]) }
    for job in jobs { try service.submit(job) }
    async let stopped: Void = onThread { service.stop() }
    engine.release()
    for job in jobs { #expect(try await findings(job).count == 1) }
    try await stopped
    let late = #expect(throws: ServerError.self) {
      try service.submit(job(service, [TestPicture.png()]))
    }
    #expect(late?.code == .notReady)
  }

  @Test func `a broken model file keeps the model and says why`() async throws {
    struct Unreadable: Error, CustomStringConvertible { let description = "best: no\nmodel" }
    let lines = Lines()
    let service = service(StubEngine())
    let (told, mark) = AsyncStream<Void>.makeStream()
    let logger = lines.logger { mark.yield() }
    let reloader = ModelReloader(service, logger: logger) { throw Unreadable() }
    reloader.reload()
    for await _ in told { break }
    #expect(service.model.name == "pets")
    #expect(lines.all.last?.contains("best: no model") == true)
    #expect(service.metrics.failedReloads.total == 1)
    let second = ModelReloader(service, logger: logger) {
      LoadedModel(.pets("second"), engine: StubEngine())
    }
    second.reload()
    for await _ in told { break }
    #expect(service.model.name == "second" && service.metrics.reloads.total == 1)
    try await onThread { service.stop() }
  }
}
