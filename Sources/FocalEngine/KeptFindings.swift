import DetectionReport
import DetectionTraining
import Foundation

/// What the doctor found before a run, as its folder keeps it.
///
/// Reads no more than the page shows, so that a file of another release, with checks of other names, is read too.
struct KeptFindings: Decodable {
  private struct Finding: Decodable {
    let severity: String
    let found: String
    let why: String
    let remedy: String
    let places: [String]?
  }

  private let findings: [Finding]

  /// The findings of a run's folder, in their order.
  ///
  /// - Parameter folder: The run's folder.
  /// - Returns: The findings; none where the doctor was not asked, or the file is none of its.
  static func all(of folder: RunFolder) -> [TrainingFinding] {
    guard let bytes = try? Data(contentsOf: folder.doctor),
      let kept = try? JSONDecoder().decode(KeptFindings.self, from: bytes)
    else { return [] }
    return kept.findings.map {
      TrainingFinding(
        TrainingFinding.Severity(rawValue: $0.severity) ?? .note,
        found: $0.found,
        why: $0.why,
        remedy: $0.remedy,
        places: $0.places ?? []
      )
    }
  }
}
