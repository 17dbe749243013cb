import CommandConsole
package import DetectionReport
import Foundation

/// What a page says of the program and the machine that made it.
package enum ProgramFacts {
  /// The version, the processor and the system.
  package static var environment: [RunReport.Fact] {
    [
      .init("focal", FocalVersion.text),
      .init(
        "Processor",
        "\(Machine.processorName), \(CountText.of(ProcessInfo.processInfo.activeProcessorCount, "core"))"
      ),
      .init("System", ProcessInfo.processInfo.operatingSystemVersionString),
    ]
  }
}
