import CommandConsole
import DetectionDatasets
import DetectionTraining
import Foundation
import TrainingDoctor
import WeightImport

/// The doctor's quick part before a training: its warnings are told, its errors end it.
struct QuickDoctor {
  private let report: DoctorReport
  private let facts: FolderFacts

  /// Looks at what is to be trained.
  ///
  /// - Parameters:
  ///   - subject: What is to be trained.
  ///   - folder: Where.
  /// - Throws: ``CommandFailure`` for a finding that is an error.
  init(_ subject: DoctorCase, folder: RunFolder) throws {
    facts = FolderFacts(of: folder)
    // Whether the folder can be had is the run's own to say, in its own words.
    var report = try Doctor.quick(subject, folder: facts)
    report.findings.removeAll { $0.check == .folder && $0.severity == .error }
    self.report = report
    guard let error = report.findings.first(where: { $0.severity == .error }) else { return }
    for other in report.findings.dropFirst() where other.severity != .note {
      Console.longWarning(other.line)
    }
    throw CommandFailure.failed("\(error.line); or go on all the same with --no-doctor")
  }

  /// Tells of the warnings and writes all findings to the run's folder.
  ///
  /// - Parameter folder: The run's folder.
  /// - Throws: ``CommandFailure`` if the file cannot be written.
  func tell(in folder: RunFolder) throws {
    for finding in report.findings where finding.severity == .warning {
      Console.longWarning(finding.line)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try FileFailure.write(
      encoder.encode(DoctorFigures(report, folder: facts)),
      to: folder.doctor.path
    )
  }
}
