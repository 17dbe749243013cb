import DetectionReport
import FileCommands
import Torch

/// What a page says of the program and the machine that made it, LibTorch included.
enum ReportFacts {
  static var environment: [RunReport.Fact] {
    ProgramFacts.environment + [
      .init("LibTorch", TorchRuntime.version),
      .init("Vector units", TorchRuntime.cpuCapability),
      .init("bfloat16 in hardware", TorchRuntime.hasFastBFloat16 ? "yes" : "no"),
    ]
  }
}
