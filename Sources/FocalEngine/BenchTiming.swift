/// A piece of work to be timed.
struct BenchJob {
  let name: String
  /// Does the work once.
  let work: () throws -> Void
}

/// How long one job took, call by call.
struct BenchTimes {
  private(set) var milliseconds: [Double] = []

  init() {}

  init(milliseconds: [Double]) { self.milliseconds = milliseconds }

  mutating func append(_ time: Duration) { milliseconds.append(time / .milliseconds(1)) }

  /// The middle one, of an even number the mean of the middle two; 0 of none.
  var median: Double {
    let (sorted, half) = (milliseconds.sorted(), milliseconds.count / 2)
    if sorted.isEmpty { return 0 }
    return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
  }

  /// The shortest; 0 of none.
  var minimum: Double { milliseconds.min() ?? 0 }
}

/// Times jobs in turns, so that whatever else the machine does falls on all of them alike.
enum BenchTiming {
  /// Timed calls of a job before the next has its turn.
  static let callsPerTurn = 3

  /// Times jobs.
  ///
  /// Each turn begins with a call that is not timed: a job then finds the caches as it leaves them
  /// itself, and not as the job before it did. Every second round goes backwards, so that a machine
  /// that grows slower (or faster) on the way favours nobody.
  /// - Parameters:
  ///   - jobs: The jobs, each name once; a first round of them all is not timed.
  ///   - rounds: How many rounds are timed, 1 or more.
  ///   - observe: Told of each round's end; may throw to stop.
  /// - Returns: The times of each job by its name.
  /// - Throws: What a job or `observe` throws.
  static func interleaved(
    _ jobs: [BenchJob],
    rounds: Int,
    observe: (_ round: Int) throws -> Void
  ) throws -> [String: BenchTimes] {
    precondition(rounds >= 1, "nothing is timed in no round")
    var times = jobs.map { _ in BenchTimes() }
    let clock = ContinuousClock()
    for job in jobs { try job.work() }
    for round in 1...rounds {
      let order = round % 2 == 1 ? Array(jobs.indices) : jobs.indices.reversed()
      for index in order {
        try jobs[index].work()
        for _ in 0..<callsPerTurn { times[index].append(try clock.measure(jobs[index].work)) }
      }
      try observe(round)
    }
    return Dictionary(uniqueKeysWithValues: zip(jobs.map(\.name), times))
  }
}
