import ArgumentParser
import Foundation

/// Shares the seeds out among processes, and starts another where one ends before its time.
struct FuzzSupervisor<Input: FuzzCase> {
  let options: FuzzOptions

  /// A process at work.
  private struct Job {
    var process: Process
    let record: FuzzRecord
    let path: String
    let end: UInt64
    var lastSeed: UInt64
    var lastMove = ContinuousClock.now
  }

  func run() throws {
    let started = ContinuousClock.now
    let scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-fuzz-\(getpid())", isDirectory: true)
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    var findings = 0
    var jobs = try (0..<UInt64(options.workers)).map { index in
      let workers = UInt64(options.workers)
      let (start, end) = (options.count * index / workers, options.count * (index + 1) / workers)
      let path = scratch.appendingPathComponent("\(index)").path
      let record = try FuzzRecord(path: path)
      return Job(
        process: try process(path, options.first + start..<options.first + end),
        record: record,
        path: path,
        end: options.first + end,
        lastSeed: options.first + start
      )
    }
    var nextReport = started + .seconds(10)
    while jobs.contains(where: { $0.process.isRunning || $0.record[.seed] < $0.end }) {
      Thread.sleep(forTimeInterval: 0.1)
      for index in jobs.indices { findings += try look(after: &jobs[index]) }
      if ContinuousClock.now > nextReport {
        nextReport += .seconds(10)
        FileHandle.standardError.write(Data((summary(jobs, started, findings) + "\n").utf8))
      }
    }
    print(summary(jobs, started, findings))
    if findings + Int(total(.faults, jobs)) > 0 { throw ExitCode(1) }
  }

  /// Notes an untimely end, or brings it about.
  ///
  /// - Returns: How many findings there were.
  private func look(after job: inout Job) throws -> Int {
    let seed = job.record[.seed]
    if job.process.isRunning {
      if seed != job.lastSeed {
        (job.lastSeed, job.lastMove) = (seed, .now)
      } else if ContinuousClock.now - job.lastMove > .seconds(options.seconds) {
        kill(job.process.processIdentifier, SIGKILL)
        job.process.waitUntilExit()
        return try note("no end within \(options.seconds) seconds", seed, &job)
      }
      return 0
    }
    guard seed < job.end else { return 0 }
    return try note("ended with status \(job.process.terminationStatus)", seed, &job)
  }

  private func note(_ reason: String, _ seed: UInt64, _ job: inout Job) throws -> Int {
    try FuzzFinding<Input>.save(seed: seed, reason: reason, in: options.folder)
    FileHandle.standardError.write(Data("seed \(seed): \(reason)\n".utf8))
    job.record[.seed] = seed + 1
    if seed + 1 < job.end { job.process = try process(job.path, seed + 1..<job.end) }
    (job.lastSeed, job.lastMove) = (seed + 1, .now)
    return 1
  }

  private func process(_ record: String, _ seeds: Range<UInt64>) throws -> Process {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = [
      "--record", record, "--first", "\(seeds.lowerBound)", "--count", "\(seeds.count)",
      "--folder", options.folder, "--memory", "\(options.memory)",
    ]
    try process.run()
    return process
  }

  private func total(_ field: FuzzRecord.Field, _ jobs: [Job]) -> UInt64 {
    jobs.reduce(0) { $0 + $1.record[field] }
  }

  private func summary(_ jobs: [Job], _ started: ContinuousClock.Instant, _ findings: Int) -> String
  {
    let seconds = (ContinuousClock.now - started) / .seconds(1)
    let counts = Input.outcomes.indices.map { total(.outcome($0), jobs) }
    let inputs = counts.reduce(total(.faults, jobs), +)
    let parts = zip(counts, Input.outcomes).map { "\($0) \($1)" }.joined(separator: ", ")
    let peak = jobs.map { $0.record[.peakBytes] }.max() ?? 0
    return
      "\(inputs) inputs in \(Int(seconds)) s, \(Int(Double(inputs) / seconds)) a second; \(parts); "
      + "\(findings) crashes or hangs, \(total(.faults, jobs)) broken promises; "
      + "at most \(peak >> 20) MiB a process"
  }
}
