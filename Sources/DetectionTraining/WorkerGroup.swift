package import DetectionModels
import Foundation
package import Torch

/// The workers of one run, one process each: they share the pictures of every step and hold equal weights.
///
/// Every call is made by all workers, in the same order; it returns when all have made it.
package protocol WorkerGroup: AnyObject {
  /// This worker's place among them, from 0; worker 0 writes the run's files.
  var rank: Int { get }
  /// How many there are.
  var count: Int { get }

  /// The sums over all workers, element by element; the same bits on each.
  func sum(_ values: [Double]) throws -> [Double]

  /// The greatest values over all workers, element by element.
  func maximum(_ values: [Double]) throws -> [Double]

  /// What each worker has to say, in the order of their ranks; lengths may differ.
  func gather(_ bytes: [UInt8]) throws -> [[UInt8]]

  /// Overwrites the tensors of all workers with those of worker 0.
  func broadcast(_ tensors: [Tensor]) throws

  /// Prepares a network for steps whose pictures the workers share.
  func join(_ model: RetinaNet) throws

  /// The backward pass of a part of a step's loss.
  ///
  /// - Parameters:
  ///   - loss: A scalar to which every parameter led.
  ///   - endsStep: Whether it is the last part; then each gradient becomes the sum over all parts and workers.
  /// - Throws: `TorchError`; `.disconnected` if a worker is gone.
  func backward(_ loss: Tensor, endsStep: Bool) throws

  /// Why the others are gone, by the name of the worker that it began with.
  ///
  /// - Parameter error: What an exchange failed with; `.disconnected`.
  /// - Returns: One line.
  func reason(of error: TorchError) -> String

  /// Seconds that this worker waited for the others, so far.
  var waitedSeconds: Double { get }

  /// This worker's share of the machine's processors; `nil` where it has all of them.
  var processors: Int? { get }
}

extension WorkerGroup {
  /// Whether this worker writes the run's files.
  package var isFirst: Bool { rank == 0 }

  /// Whether any worker says yes.
  func any(_ value: Bool) throws -> Bool { try maximum([value ? 1 : 0])[0] > 0 }

  /// Worker 0's value, on all.
  package func first<Value: Codable>(_ value: Value) throws -> Value {
    if count == 1 { return value }
    let bytes = isFirst ? [UInt8](try JSONEncoder().encode(value)) : []
    return try JSONDecoder().decode(Value.self, from: Data(gather(bytes)[0]))
  }

  /// Everybody's values, in the order of the ranks.
  package func all<Value: Codable>(_ value: Value) throws -> [Value] {
    if count == 1 { return [value] }
    return try gather([UInt8](JSONEncoder().encode(value))).map {
      try JSONDecoder().decode(Value.self, from: Data($0))
    }
  }
}

/// The worker of a run that has no others.
package final class SoleWorker: WorkerGroup {
  package let rank = 0
  package let count = 1

  package init() {}

  package func sum(_ values: [Double]) -> [Double] { values }
  package func maximum(_ values: [Double]) -> [Double] { values }
  package func gather(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }
  package func broadcast(_ tensors: [Tensor]) {}
  package func join(_ model: RetinaNet) {}
  package func backward(_ loss: Tensor, endsStep: Bool) throws { try loss.backward() }
  package func reason(of error: TorchError) -> String { error.message }
  package let waitedSeconds = 0.0
  package let processors: Int? = nil
}
