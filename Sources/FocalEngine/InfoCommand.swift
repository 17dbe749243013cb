import ArgumentParser
import CommandConsole
import DetectionTraining
import Foundation
import Torch

/// `focal info`: what this build and this machine are.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Print versions, devices, threads and what the processor can do.",
    discussion: """
      Examples:
        focal info
        focal info --json
      """
  )

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "Errors and warnings only; what was asked for is printed all the same.")
  var quiet = false

  func run() throws {
    let information = Information()
    if json {
      try JSONLine.print(information)
      return
    }
    let rows = [
      ("focal", information.focal),
      ("LibTorch", information.libtorch),
      ("system", information.system),
      ("processor", "\(information.processor), \(CountText.of(information.cores, "core"))"),
      ("LibTorch uses", information.capability),
      (
        "bfloat16",
        information.bfloat16
          ? "fast here: the recipe's precision auto takes it" : "not in hardware: float32 is used"
      ),
      ("threads", "\(information.threads)"),
      ("memory", "\(information.memoryMiB) MiB"),
      ("devices", information.devices.joined(separator: ", ")),
    ]
    try StandardOutput.print(
      rows.map { $0.padding(toLength: 15, withPad: " ", startingAt: 0) + $1 }
        .joined(separator: "\n")
    )
  }

  private struct Information: Encodable {
    let focal = FocalVersion.text
    let libtorch = TorchRuntime.version
    let system = ProcessInfo.processInfo.operatingSystemVersionString
    let processor = Machine.processorName
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let capability = TorchRuntime.cpuCapability
    let bfloat16 = TorchRuntime.hasFastBFloat16
    let threads = TorchRuntime.threads
    let memoryMiB = Int(ProcessInfo.processInfo.physicalMemory >> 20)
    let devices = TorchRuntime.isCUDAAvailable ? ["cpu", "cuda"] : ["cpu"]
  }
}
