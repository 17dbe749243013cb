import CommandConsole
import Foundation
import Torch

/// The machine that a benchmark ran on.
struct BenchMachine: Encodable {
  /// What the processor calls itself.
  let cpu = Machine.processorName
  let cores = ProcessInfo.processInfo.activeProcessorCount
  /// Threads that an operation used.
  let threads: Int
  /// What the processor can do that matters here: `avx2`, `avx512f`, `avx512_bf16`, `amx_bf16`, `asimd`.
  let features = BenchMachine.features
  /// The widest vector instructions that LibTorch uses.
  let capability = TorchRuntime.cpuCapability
  let libtorch = TorchRuntime.version
  let system = ProcessInfo.processInfo.operatingSystemVersionString
  let memoryMiB = Int(ProcessInfo.processInfo.physicalMemory >> 20)
  /// How the program was built: figures of a debug build mean nothing.
  let build = BenchMachine.build

  /// One line about it.
  var text: String {
    "\(cpu), \(CountText.of(cores, "core")), \(CountText.of(threads, "thread")), \(capability)"
  }

  /// What to know before believing any figure; empty where there is nothing.
  var warning: String {
    build == "release" ? "" : "\nThis is a \(build) build: the figures mean nothing."
  }

  private static var build: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }

  private static let interesting: [String] = [
    "sse4_2", "avx", "f16c", "fma", "avx2", "avx512f", "avx512bw", "avx512dq", "avx512vl",
    "avx512_vnni", "avx512_bf16", "avx512_fp16", "avx_vnni", "amx_tile", "amx_bf16", "amx_int8",
    "asimd", "asimdhp", "asimddp", "bf16", "i8mm", "sve", "sve2",
  ]

  /// As the system lists them; on a Mac with Apple's chip, what all of these have.
  private static var features: [String] {
    if let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) {
      for line in text.split(separator: "\n") {
        guard line.hasPrefix("flags") || line.hasPrefix("Features") else { continue }
        let flags = Set(
          line.split(whereSeparator: { $0.isWhitespace || $0 == ":" }).map(String.init)
        )
        return interesting.filter(flags.contains)
      }
    }
    #if arch(arm64)
      return ["asimd", "asimdhp", "asimddp"]
    #else
      return []
    #endif
  }
}
