import Foundation
import Torch

/// What work needs of memory.
enum BenchMemory {
  /// The most memory that a call occupied beyond what was occupied before it.
  ///
  /// Freed tensors are given back to the system first, so that what the call needs shows; `reserved`
  /// is kept, clean and resident, for a tensor that the call is allowed for nothing. The kernel counts
  /// pages in batches: the figure is good to about a quarter of a MiB.
  /// - Parameters:
  ///   - reserved: Makes a tensor of the size that does not count.
  ///   - work: The call; what it leaves behind counts.
  /// - Returns: Bytes; `nil` where the system does not tell.
  /// - Throws: What `reserved` and `work` throw.
  static func peakGrowth(
    reserving reserved: () throws -> Tensor,
    _ work: () throws -> Void
  ) throws -> Int? {
    TorchRuntime.releaseFreedMemory()
    try withExtendedLifetime(reserved()) { TorchRuntime.releaseFreedMemory() }
    guard resetPeak(), let before = status("VmRSS:") else { return nil }
    try work()
    guard let peak = status("VmHWM:") else { return nil }
    return max(peak - before, 0)
  }

  /// The most memory that the process has occupied, in bytes; `nil` where the system does not tell.
  static var peak: Int? { status("VmHWM:") }

  /// Makes the kernel forget the process's peak; whether it did.
  private static func resetPeak() -> Bool {
    guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return false }
    return (try? file.write(contentsOf: Data("5".utf8))) != nil
  }

  /// A size that the kernel tells of this process, in bytes.
  private static func status(_ name: String) -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) })
    else { return nil }
    let number = line.dropFirst(name.count).split(whereSeparator: \.isWhitespace).first
    return number.flatMap { Int($0) }.map { $0 * 1024 }
  }
}
