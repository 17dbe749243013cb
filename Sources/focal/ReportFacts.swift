import DetectionReport
import Foundation
import Torch

/// What a page says of the program and the machine that made it.
enum ReportFacts {
  static var environment: [RunReport.Fact] {
    [
      .init("focal", FocalVersion.text),
      .init("LibTorch", TorchRuntime.version),
      .init(
        "Processor",
        "\(Machine.processorName), \(ProcessInfo.processInfo.activeProcessorCount) cores"
      ),
      .init("Vector units", TorchRuntime.cpuCapability),
      .init("bfloat16 in hardware", TorchRuntime.hasFastBFloat16 ? "yes" : "no"),
      .init("System", ProcessInfo.processInfo.operatingSystemVersionString),
    ]
  }
}
