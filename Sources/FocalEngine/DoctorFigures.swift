import CommandConsole
import Torch
import TrainingDoctor

/// What the doctor found, as `--json` and the run folder have it.
struct DoctorFigures: Encodable {
  let focal = FocalVersion.text
  let libtorch = TorchRuntime.version
  let devices = TorchRuntime.isCUDAAvailable ? ["cpu", "cuda"] : ["cpu"]
  let processor = Machine.processorName
  let machine: MachineFacts
  let errors: Int
  let warnings: Int
  let findings: [DoctorFinding]
  /// Computed, in bytes.
  let memoryComputed: Int?
  let diskComputed: Int?
  let diskFree: Int?
  /// Measured by one step.
  let step: StepTrial?
  let overfit: OverfitTrial?

  init(_ report: DoctorReport, folder: FolderFacts?) {
    machine = report.machine
    errors = report.findings.count { $0.severity == .error }
    warnings = report.findings.count { $0.severity == .warning }
    findings = report.findings
    memoryComputed = report.size?.memory
    diskComputed = report.size?.disk
    diskFree = folder?.freeBytes
    step = report.step
    overfit = report.overfit
  }
}
