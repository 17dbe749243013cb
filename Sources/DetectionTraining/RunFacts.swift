import Foundation

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
  /// Threads that read pictures.
  package var workers: Int
  /// Steps that were taken before this process.
  package var startStep: Int
  /// Seconds since 1970.
  package var startedAt: Double

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
    startedAt: Double
  ) {
    (self.focal, self.libtorch) = (focal, libtorch)
    (self.command, self.folder) = (command, folder)
    (self.system, self.processor) = (system, processor)
    (self.cores, self.memoryMiB) = (cores, memoryMiB)
    (self.instructions, self.precision) = (instructions, precision)
    (self.threads, self.workers) = (threads, workers)
    (self.startStep, self.startedAt) = (startStep, startedAt)
  }

  /// Adds these to what earlier processes of the run wrote; a file that is none of ours is replaced.
  ///
  /// - Parameter folder: The run's folder.
  /// - Throws: What keeps the file from being written.
  package func append(to folder: RunFolder) throws {
    let before = (try? Self.all(of: folder)) ?? []
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(before + [self]).write(to: folder.facts, options: .atomic)
  }

  /// What a run's folder tells of its processes.
  ///
  /// - Parameter folder: The run's folder.
  /// - Returns: One value a process, the first first.
  /// - Throws: What keeps the file from being read.
  package static func all(of folder: RunFolder) throws -> [RunFacts] {
    try JSONDecoder().decode([RunFacts].self, from: Data(contentsOf: folder.facts))
  }
}
