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
}

extension WorkerGroup {
  /// Whether this worker writes the run's files.
  package var isFirst: Bool { rank == 0 }

  /// Whether any worker says yes.
  func any(_ value: Bool) throws -> Bool { try maximum([value ? 1 : 0])[0] > 0 }
}

/// The worker of a run that has no others.
package final class SoleWorker: WorkerGroup {
  package let rank = 0
  package let count = 1

  package init() {}

  package func sum(_ values: [Double]) -> [Double] { values }
  package func maximum(_ values: [Double]) -> [Double] { values }
  package func gather(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }
}
