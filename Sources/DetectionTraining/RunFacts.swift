package import Foundation

/// What a run depends on that its recipe does not say: the program, the machine, how it was called.
///
/// `run.json` holds one for each process that worked on the run, in order, so that figures can be traced to what made
/// them. Nothing of it goes into the weights.
package struct RunFacts: Codable, Hashable, Sendable {
  package var focal: String
  package var libtorch: String
  /// The arguments, without the program.
  package var command: [String]
  package var folder: String
  package var system: String
  package var processor: String
  package var cores: Int
  package var memoryMiB: Int
  /// The widest vector instructions that LibTorch uses here.
  package var instructions: String
  /// bfloat16 or float32, as `auto` came out.
  package var precision: String
  /// Threads of the network's arithmetic.
  package var threads: Int
  /// Threads that decode pictures.
  package var workers: Int
  /// Steps that were taken before this process.
  package var startStep: Int
  /// When it took up the run, to the second.
  package var startedAt: Date
  /// Processes that share each step; `nil` in files of older releases.
  package var processes: Int?
  /// How it left the run; `nil` while it works, and for one that was killed.
  package var ending: Ending?

  /// The end of a process's part of a run.
  package struct Ending: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Hashable, Sendable {
      case complete, stopped, failed
    }

    package var kind: Kind
    /// Why it failed.
    package var reason: String?
    /// When it left the run, to the second.
    package var endedAt: Date

    package init(_ kind: Kind, reason: String? = nil, endedAt: Date) {
      (self.kind, self.reason, self.endedAt) = (kind, reason, endedAt)
    }
  }

  package init(
    focal: String,
    libtorch: String,
    command: [String],
    folder: String,
    system: String,
    processor: String,
    cores: Int,
    memoryMiB: Int,
    instructions: String,
    precision: String,
    threads: Int,
    workers: Int,
    startStep: Int,
    startedAt: Date,
    processes: Int? = nil
  ) {
    (self.focal, self.libtorch) = (focal, libtorch)
    (self.command, self.folder) = (command, folder)
    (self.system, self.processor) = (system, processor)
    (self.cores, self.memoryMiB) = (cores, memoryMiB)
    (self.instructions, self.precision) = (instructions, precision)
    (self.threads, self.workers) = (threads, workers)
    (self.startStep, self.startedAt, self.processes) = (startStep, startedAt, processes)
  }

  /// Adds these to what earlier processes of the run wrote; a file that is none of ours is replaced.
  ///
  /// - Parameter folder: The run's folder.
  /// - Throws: What keeps the file from being read or written; what it held is then as it was.
  package func append(to folder: RunFolder) throws {
    var earlier: [RunFacts] = []
    if FileManager.default.fileExists(atPath: folder.facts.path) {
      do { earlier = try Self.all(of: folder) } catch is DecodingError {}
    }
    try Self.write(earlier + [self], to: folder)
  }

  /// Says how the newest process of a run left it.
  ///
  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - ending: The end.
  /// - Throws: What keeps the file from being read or written.
  package static func end(_ folder: RunFolder, _ ending: Ending) throws {
    var all = try all(of: folder)
    guard let last = all.indices.last else { return }
    all[last].ending = ending
    try write(all, to: folder)
  }

  private static func write(_ all: [RunFacts], to folder: RunFolder) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    try encoder.encode(all).write(to: folder.facts, options: .atomic)
  }

  /// What a run's folder tells of its processes.
  ///
  /// - Parameter folder: The run's folder.
  /// - Returns: One value a process, the first first.
  /// - Throws: What keeps the file from being read.
  package static func all(of folder: RunFolder) throws -> [RunFacts] {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom(moment)
    return try decoder.decode([RunFacts].self, from: Data(contentsOf: folder.facts))
  }

  /// A time as it is written, `2026-11-22T00:31:25Z`, or as seconds since 1970, which older files have.
  @Sendable private static func moment(_ decoder: any Decoder) throws -> Date {
    let value = try decoder.singleValueContainer()
    if let text = try? value.decode(String.self) { return try Date(text, strategy: .iso8601) }
    let seconds = try value.decode(Double.self)
    // Up to the year 9999, beyond which no calendar is asked.
    guard (0...253_402_300_799).contains(seconds) else {
      throw DecodingError.dataCorruptedError(
        in: value,
        debugDescription: "found \(seconds) seconds since 1970, expected a time"
      )
    }
    return Date(timeIntervalSince1970: seconds)
  }
}
