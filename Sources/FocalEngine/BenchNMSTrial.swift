import BoxGeometry
import DetectionAnalysis
import DetectionModels
import Foundation
import Torch
import TorchNN

/// What is said of a case besides its times.
struct BenchNMSDetails: Encodable {
  /// Boxes that it began with; of post-processing, logits above the threshold.
  let boxes: Int
  /// Boxes that are left.
  let kept: Int
  /// Threads that took part.
  let threadsUsed: Int
}

/// Suppression and post-processing, each beside what cannot be done without.
struct BenchNMSTrial {
  static let sorting = "sorting the scores on one thread, before which nothing can be kept"
  static let reading = "memory: reading the logits by as many threads"

  private let inputs: BenchNMSInputs
  private let threads: Int
  private let decoder: DetectionDecoder

  init(_ inputs: BenchNMSInputs, threads: Int) {
    self.inputs = inputs
    self.threads = threads
    var configuration = DetectionConfiguration()
    configuration.detectionsPerImage = 300
    decoder = DetectionDecoder(
      configuration: configuration,
      coder: BoxCoder(),
      categoryCount: inputs.settings.classes,
      threads: threads
    )
  }

  /// Times the cases in turns with their limits.
  ///
  /// - Parameters:
  ///   - rounds: How many rounds are timed.
  ///   - observe: Told of each round's end; may throw to stop.
  /// - Returns: The cases.
  /// - Throws: What `observe` throws.
  func cases(
    rounds: Int,
    observe: (_ round: Int) throws -> Void
  ) throws -> [BenchCase<BenchNMSDetails>] {
    var jobs: [BenchJob] = []
    var details: [(name: String, bound: String, BenchNMSDetails)] = []
    for scene in inputs.scenes {
      let name = "nms-\(scene.name)"
      jobs.append(BenchJob(name: name) { _ = kept(scene.boxes) })
      jobs.append(BenchJob(name: "limit \(name)") { sort(scene.boxes) })
      let count = kept(scene.boxes).count
      details.append(
        (name, Self.sorting, .init(boxes: scene.boxes.count, kept: count, threadsUsed: 1))
      )
    }
    let outputs = inputs.outputs
    jobs.append(BenchJob(name: "postprocess") { _ = detections() })
    jobs.append(
      BenchJob(name: "limit postprocess") {
        outputs.logits.withUnsafeBytes {
          _ = MarginHistogram.readingPass(over: $0, threads: threads)
        }
      }
    )
    details.append(
      (
        "postprocess", Self.reading,
        .init(
          boxes: inputs.settings.candidates,
          kept: detections().count,
          threadsUsed: threads
        )
      )
    )
    let times = try BenchTiming.interleaved(jobs, rounds: rounds, observe: observe)
    return details.compactMap { name, bound, details in
      guard let time = times[name], let limit = times["limit \(name)"] else { return nil }
      return BenchCase(name, times: time, limit: limit, bound: bound, details: details)
    }
  }

  /// Writes boxes, scores and head outputs, and what we make of them.
  ///
  /// - Parameter url: A safetensors file: `SCENE.boxes` [N, 4], `SCENE.scores` [N], `SCENE.kept` [k]; `anchors` [R, 4],
  ///   `logits` [R, K], `deltas` [R, 4], `levels` [5]; `detections` [D, 6]: corners, label, score.
  /// - Throws: `SafetensorsError` if it cannot be written.
  func save(to url: URL) throws {
    var tensors: [NamedTensor] = []
    func add(_ name: String, _ tensor: Tensor) {
      tensors.append(NamedTensor(name: name, tensor: tensor))
    }
    for scene in inputs.scenes {
      add("\(scene.name).boxes", try Self.tensor(scene.boxes.map(\.box)))
      add("\(scene.name).scores", try Tensor(scene.boxes.map(\.score)))
      add("\(scene.name).kept", try Tensor(kept(scene.boxes).map { Int64($0) }))
    }
    let outputs = inputs.outputs
    let found = detections()
    let rows = found.flatMap { entry in
      (0..<4).map { entry.box.corners[$0] } + [Float(entry.label), entry.score]
    }
    add("anchors", try Self.tensor(outputs.anchors))
    add(
      "logits",
      try Tensor(outputs.logits, shape: [outputs.anchors.count, inputs.settings.classes])
    )
    add("deltas", try Tensor(outputs.deltas, shape: [outputs.anchors.count, 4]))
    add("levels", try Tensor(outputs.levelSizes.map { Int64($0) }))
    add("detections", try Tensor(rows, shape: [found.count, 6]))
    try SafetensorsFile.write(tensors, to: url)
  }

  private static func tensor(_ boxes: [BoundingBox]) throws -> Tensor {
    try Tensor(boxes.flatMap { box in (0..<4).map { box.corners[$0] } }, shape: [boxes.count, 4])
  }

  private func kept(_ boxes: [ScoredBox]) -> [Int] {
    NonMaximumSuppression.indices(of: boxes, iouThreshold: 0.5, limit: .max)
  }

  private func sort(_ boxes: [ScoredBox]) {
    var keys = boxes.indices.map { DescendingOrder.key(boxes[$0].score, at: $0) }
    DescendingOrder.sort(&keys)
    precondition(keys.count == boxes.count, "nothing was sorted")
  }

  private func detections() -> [ScoredBox] {
    inputs.outputs.logits.withUnsafeBufferPointer { logits in
      inputs.outputs.deltas.withUnsafeBufferPointer { deltas in
        decoder.detections(
          logits: logits,
          deltas: deltas,
          anchors: inputs.outputs.anchors,
          levelSizes: inputs.outputs.levelSizes,
          width: Float(inputs.settings.width),
          height: Float(inputs.settings.height)
        )
      }
    }
  }
}
