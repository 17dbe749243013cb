import Foundation
import Torch

/// What the machine has to offer.
package struct MachineFacts: Codable, Hashable, Sendable {
  package var cores: Int
  /// Threads that LibTorch uses of itself.
  package var threads: Int
  /// All memory that this process may have, in bytes.
  package var memory: Int
  /// What of it is free now.
  package var availableMemory: Int
  package var hasFastBFloat16: Bool
  /// The widest vector instructions that LibTorch uses here.
  package var instructions: String

  package init(
    cores: Int,
    threads: Int,
    memory: Int,
    availableMemory: Int,
    hasFastBFloat16: Bool,
    instructions: String
  ) {
    (self.cores, self.threads) = (cores, threads)
    (self.memory, self.availableMemory) = (memory, availableMemory)
    (self.hasFastBFloat16, self.instructions) = (hasFastBFloat16, instructions)
  }

  /// This machine.
  package static var current: MachineFacts {
    let physical = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let limit = controlGroupLimit.map { min($0, physical) } ?? physical
    return MachineFacts(
      cores: ProcessInfo.processInfo.activeProcessorCount,
      threads: TorchRuntime.threads,
      memory: limit,
      availableMemory: min(available ?? limit, limit),
      hasFastBFloat16: TorchRuntime.hasFastBFloat16,
      instructions: TorchRuntime.cpuCapability
    )
  }

  /// Memory that the system could give now; `nil` where it does not tell.
  private static var available: Int? {
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") })
    else { return nil }
    return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
  }

  /// What a container allows; `nil` where nothing is said.
  private static var controlGroupLimit: Int? {
    ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].lazy
      .compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }
      .compactMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
      .first
  }
}
