package import DatasetInspection
package import DetectionDatasets
import Foundation

/// Pictures that are scored by and trained on.
package enum LeaksCheck {
  /// By their files: at once.
  package static func findings(
    training: DetectionDataset,
    validation: DetectionDataset
  ) -> [DoctorFinding] {
    let shared = validation.sharedPictures(with: training)
    guard shared > 0, let told = validation.warning(ofTrainingOn: training) else { return [] }
    // Said as focal train and focal eval say it: what was found; the remedy.
    let parts = told.components(separatedBy: "; ")
    return [
      DoctorFinding(
        .leaks,
        .warning,
        parts[0],
        why: "AP tells how well they were learned by heart",
        remedy: parts.dropFirst().joined(separator: "; ")
      )
    ]
  }

  /// By what they show: after every picture was decoded.
  ///
  /// - Parameter duplicates: Pictures that are nearly the same, of parts called as in `parts`.
  /// - Returns: One finding.
  package static func findings(_ duplicates: DuplicatePictures) -> [DoctorFinding] {
    guard !duplicates.leaks.isEmpty else { return [] }
    return [
      DoctorFinding(
        .leaks,
        .warning,
        "\(DoctorText.counted(duplicates.leaks.count, "pair")) of a training and a validation picture show nearly the same",
        why: "AP tells in part how well they were learned by heart",
        remedy:
          "divide the data anew with what belongs together kept together: focal split --group-by",
        places: duplicates.leaks.prefix(DoctorText.mostPlaces).map {
          "\($0.first.name) and \($0.second.name)"
        }
      )
    ]
  }
}
