import COCOEvaluation
import COCOFormat
import Foundation

/// What is said of a case besides its times.
struct BenchEvalDetails: Encodable {
  /// The text's size; absent where none is read.
  let bytes: Int?
  /// Objects and detections that go through it.
  let boxes: Int
}

/// Reading and evaluating, each beside what cannot be done without.
struct BenchEvalTrial {
  private let inputs: BenchEvalInputs
  private let threads: Int
  private let options: COCOReadingOptions

  init(_ inputs: BenchEvalInputs, threads: Int) {
    self.inputs = inputs
    self.threads = threads
    var options = COCOReadingOptions.evaluation
    options.threads = threads
    self.options = options
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
  ) throws -> [BenchCase<BenchEvalDetails>] {
    let (truth, found) = (inputs.groundTruthText, inputs.detectionsText)
    let (objects, detections) = (inputs.groundTruth.annotations.count, inputs.detections.count)
    let parsing = "simdjson parsing the same text in the same pieces with as many threads"
    let passing = "memory: one pass over ids, boxes and scores of the detections, one thread"
    let cases: [(name: String, details: BenchEvalDetails, bound: String)] = [
      ("read-ground-truth", BenchEvalDetails(bytes: truth.count, boxes: objects), parsing),
      ("read-detections", BenchEvalDetails(bytes: found.count, boxes: detections), parsing),
      ("evaluate", BenchEvalDetails(bytes: nil, boxes: objects + detections), passing),
      (
        "whole",
        BenchEvalDetails(bytes: truth.count + found.count, boxes: objects + detections),
        "the limits of its parts, one after another"
      ),
    ]
    let jobs = [
      BenchJob(name: "read-ground-truth") { _ = try read(truth: truth) },
      BenchJob(name: "read-detections") { _ = try read(found: found, for: inputs.groundTruth) },
      BenchJob(name: "evaluate") { _ = try evaluate(inputs.groundTruth, inputs.detections) },
      BenchJob(name: "whole") {
        let truth = try read(truth: truth)
        _ = try evaluate(truth, read(found: found, for: truth).detections)
      },
      BenchJob(name: "limit read-ground-truth") { pass(truth) },
      BenchJob(name: "limit read-detections") { pass(found) },
      BenchJob(name: "limit evaluate") { passOverDetections() },
      BenchJob(name: "limit whole") {
        pass(truth)
        pass(found)
        passOverDetections()
      },
    ]
    let times = try BenchTiming.interleaved(jobs, rounds: rounds, observe: observe)
    return cases.compactMap { entry in
      guard let time = times[entry.name], let limit = times["limit \(entry.name)"] else {
        return nil
      }
      return BenchCase(
        entry.name,
        times: time,
        limit: limit,
        bound: entry.bound,
        details: entry.details
      )
    }
  }

  private func read(truth: Data) throws -> COCOGroundTruth {
    try COCOGroundTruth(parsing: truth, options: options)
  }

  private func read(found: Data, for truth: COCOGroundTruth) throws -> COCODetections {
    try COCODetections(parsing: found, for: truth, options: options)
  }

  private func evaluate(
    _ truth: COCOGroundTruth,
    _ detections: COCODetectionTable
  ) throws -> COCOEvaluationResult {
    try COCOEvaluator(groundTruth: truth, threads: threads).evaluate(detections)
  }

  private func pass(_ text: Data) {
    precondition(JSONPass.parse(text, threads: threads), "the texts are JSON")
  }

  private func passOverDetections() {
    let table = inputs.detections
    var (ids, numbers) = (0, SIMD4<Double>())
    for position in table.indices {
      let box = table.boxes[position]
      ids &+= table.imageIDs[position] &+ table.categoryIDs[position]
      numbers += SIMD4(box.x, box.y, box.width, box.height) * table.scores[position]
    }
    // Read, so that the compiler cannot leave the loop out.
    precondition(ids != .min || numbers.sum() > 0, "nothing was read")
  }
}
