import BoxGeometry
import DetectionInference
import DetectionModels
import Foundation
import Raster

@testable import DetectionServer

/// An engine that sees, in every picture, what it is told to, and notes what it was given.
///
/// `@unchecked`: everything below `lock` is read and written under it.
final class StubEngine: DetectionEngine, @unchecked Sendable {
  struct Broken: Error, CustomStringConvertible { let description = "out of\nmemory" }

  private let condition = NSCondition()
  private var batches: [[PictureSize]] = []
  private var isHeld = false
  private var started = 0
  let boxes: [ScoredBox]
  let failsAbove: Int

  /// - Parameters:
  ///   - boxes: What is seen in every picture.
  ///   - failsAbove: Larger batches fail.
  init(boxes: [ScoredBox] = StubEngine.pets, failsAbove: Int = .max) {
    (self.boxes, self.failsAbove) = (boxes, failsAbove)
  }

  /// A cat in one corner and a dog in the other.
  static let pets = [
    ScoredBox(box: BoundingBox(x1: 0, y1: 0, x2: 8.5, y2: 4), label: 0, score: 0.75),
    ScoredBox(box: BoundingBox(x1: 1, y1: 2, x2: 3, y2: 4), label: 1, score: 0.5),
  ]

  /// The sizes of the pictures of each batch so far.
  var seen: [[PictureSize]] { condition.withLock { batches } }

  /// From now on every batch waits.
  func hold() { condition.withLock { isHeld = true } }

  /// What waits goes on.
  func release() {
    condition.withLock {
      isHeld = false
      condition.broadcast()
    }
  }

  /// Waits until so many batches have begun.
  func waitForBatches(_ count: Int) {
    condition.withLock { while started < count { condition.wait() } }
  }

  func detections(
    inBatch pictures: [PreparedPicture],
    rules: [DetectionConfiguration]
  ) throws -> [[ScoredBox]] {
    try condition.withLock {
      started += 1
      condition.broadcast()
      while isHeld { condition.wait() }
      if pictures.count > failsAbove { throw Broken() }
      batches.append(pictures.map(\.inputSize))
    }
    return rules.map { rules in
      Array(
        boxes.filter { $0.score > rules.scoreThreshold }.prefix(rules.detectionsPerImage)
      )
    }
  }
}

/// Pictures as clients send them.
enum TestPicture {
  /// A PNG of one colour.
  static func png(_ width: Int = 48, _ height: Int = 48) throws -> [UInt8] {
    [UInt8](
      try RasterImage(width: width, height: height, red: 200, green: 30, blue: 90).pngData()
    )
  }
}

/// Work that blocks, on a thread of its own: the cooperative pool may have no thread to spare.
func onThread<Value: Sendable>(
  _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Result { try body() }) }
    thread.start()
  }
}
