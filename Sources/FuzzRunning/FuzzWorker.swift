import Foundation

/// Runs input after input in this process.
struct FuzzWorker<Input: FuzzCase> {
  let record: FuzzRecord
  let folder: String
  let memory: Int

  func run(_ seeds: Range<UInt64>) throws {
    #if os(Linux)
      if memory > 0 {
        var limit = rlimit(rlim_cur: rlim_t(memory) << 20, rlim_max: rlim_t(memory) << 20)
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
      }
      // A crash is told by the status; its picture would fill the disk.
      var noCore = rlimit(rlim_cur: 0, rlim_max: 0)
      setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &noCore)
    #endif
    for seed in seeds {
      record[.seed] = seed
      do {
        record[.outcome(try Input(seed: seed).outcome())] += 1
      } catch {
        record[.faults] += 1
        try FuzzFinding<Input>.save(seed: seed, reason: "\(error)", in: folder)
      }
      if seed % 256 == 0 { notePeak() }
    }
    notePeak()
    record[.seed] = seeds.upperBound
  }

  private func notePeak() {
    var usage = rusage()
    #if os(Linux)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      record[.peakBytes] = UInt64(usage.ru_maxrss) << 10
    #else
      getrusage(RUSAGE_SELF, &usage)
      record[.peakBytes] = UInt64(usage.ru_maxrss)
    #endif
  }
}

/// An input that broke something, on disk.
enum FuzzFinding<Input: FuzzCase> {
  static func save(seed: UInt64, reason: String, in folder: String) throws {
    let folder = URL(fileURLWithPath: folder, isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for file in Input(seed: seed).files {
      try Data(file.bytes).write(to: folder.appendingPathComponent("\(seed)-\(file.name)"))
    }
    try Data((reason + "\n").utf8).write(to: folder.appendingPathComponent("\(seed)-reason.txt"))
  }
}
