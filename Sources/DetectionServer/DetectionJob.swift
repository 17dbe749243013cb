import BoxGeometry
import DetectionInference
import Foundation

/// What became of one picture of a request.
struct PictureFindings: Sendable {
  var width: Int
  var height: Int
  /// Best first, in the picture's own pixels.
  var boxes: [ScoredBox]
  /// How long it waited for a decoder and for the network.
  var queued: Duration
  var decoding: Duration
  var inference: Duration
  /// How many pictures went through the network with it.
  var batch: Int
}

/// The pictures of one request on their way through the server.
///
/// `@unchecked`: everything below `lock` is read and written under it.
final class DetectionJob: @unchecked Sendable {
  /// How the way ended.
  enum Outcome: Sendable {
    case done([PictureFindings])
    case failed(ServerError)
    /// Nobody waits for an answer any more.
    case abandoned
  }

  let model: ServedModel
  let query: DetectionQuery
  let pictures: [ReceivedPicture]
  private let lock = NSLock()
  private var findings: [PictureFindings?]
  private var missing: Int
  private var ended: Outcome?
  private var waiter: CheckedContinuation<Outcome, Never>?

  /// - Parameters:
  ///   - pictures: At least one.
  ///   - query: What is asked for.
  ///   - model: What looks at them.
  init(_ pictures: [ReceivedPicture], query: DetectionQuery, model: ServedModel) {
    precondition(!pictures.isEmpty, "a job has a picture")
    (self.pictures, self.query, self.model) = (pictures, query, model)
    findings = Array(repeating: nil, count: pictures.count)
    missing = pictures.count
  }

  /// Whether there is nothing left to do for it.
  var isOver: Bool { lock.withLock { ended != nil } }

  /// Waits for the end; for one caller.
  ///
  /// - Returns: How it ended.
  func outcome() async -> Outcome {
    await withCheckedContinuation { continuation in
      let ended = lock.withLock {
        if self.ended == nil { waiter = continuation }
        return self.ended
      }
      if let ended { continuation.resume(returning: ended) }
    }
  }

  /// One picture is done.
  ///
  /// - Parameters:
  ///   - index: Its place in the request.
  ///   - found: What was found.
  func finish(_ index: Int, _ found: PictureFindings) {
    let all = lock.withLock { () -> [PictureFindings]? in
      guard ended == nil, findings[index] == nil else { return nil }
      findings[index] = found
      missing -= 1
      return missing == 0 ? findings.compactMap { $0 } : nil
    }
    if let all { end(.done(all)) }
  }

  /// Ends it without findings; the first end counts.
  ///
  /// - Parameter outcome: How.
  func end(_ outcome: Outcome) {
    let waiter = lock.withLock { () -> CheckedContinuation<Outcome, Never>? in
      if ended != nil { return nil }
      ended = outcome
      return takeWaiter()
    }
    waiter?.resume(returning: outcome)
  }

  private func takeWaiter() -> CheckedContinuation<Outcome, Never>? {
    defer { waiter = nil }
    return waiter
  }
}
