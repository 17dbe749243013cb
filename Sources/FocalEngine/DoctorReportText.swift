import CommandConsole
import Foundation
import Torch
import TrainingDoctor

/// What the doctor found, for people.
enum DoctorReportText {
  static func text(_ report: DoctorReport, folder: FolderFacts?) -> String {
    var lines = rows(report, folder).map {
      $0.padding(toLength: 12, withPad: " ", startingAt: 0) + $1
    }
    lines.append("")
    for finding in report.findings {
      lines.append("\(finding.severity.rawValue): \(finding.check.rawValue): \(finding.found)")
      lines += finding.places.map { "    \($0)" }
      lines.append("  why: \(finding.why)")
      lines.append("  do:  \(finding.remedy)")
    }
    let counts = DoctorFinding.Severity.allCases.compactMap { severity -> String? in
      let count = report.findings.count { $0.severity == severity }
      return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
    }
    lines.append(counts.isEmpty ? "nothing found" : counts.joined(separator: ", "))
    return lines.map { PlainText.escaped($0) }.joined(separator: "\n")
  }

  private static func rows(
    _ report: DoctorReport,
    _ folder: FolderFacts?
  ) -> [(String, String)] {
    let machine = report.machine
    var rows = [
      ("focal", "\(FocalVersion.text), LibTorch \(TorchRuntime.version)"),
      (
        "processor",
        "\(Machine.processorName), \(CountText.of(machine.cores, "core")), \(CountText.of(machine.threads, "thread")) of arithmetic, \(machine.instructions)"
          + (machine.hasFastBFloat16 ? ", bfloat16" : "")
      ),
      ("devices", TorchRuntime.isCUDAAvailable ? "cpu, cuda" : "cpu"),
      ("memory", "\(mebibytes(machine.availableMemory)) free of \(mebibytes(machine.memory))"),
    ]
    if let free = folder?.freeBytes { rows.append(("disk", "\(mebibytes(free)) free")) }
    if let size = report.size {
      rows.append(
        (
          "the run",
          "needs \(mebibytes(size.memory)) of memory and \(mebibytes(size.disk)) of disk (computed, good to a third)"
        )
      )
    }
    if let step = report.step {
      rows.append(
        (
          "a step",
          "of \(CountText.of(step.pictures, "picture")) of \(step.width) x \(step.height): \(mebibytes(step.memory)) of memory (measured); class loss "
            + "\(ProgressLine.decimals(step.classificationLoss, 3)), expected "
            + "\(ProgressLine.decimals(step.expectedClassificationLoss, 3)); box loss \(ProgressLine.decimals(step.boxLoss, 3))"
        )
      )
    }
    return rows
  }

  private static func mebibytes(_ bytes: Int) -> String { "\(bytes >> 20) MiB" }
}
