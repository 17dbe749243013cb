/// A run that cannot start or go on.
package struct TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    case emptyDataset
    case folderInUse
    case nothingToResume
    case unreadableCheckpoint
    case nonFiniteLoss(step: Int)
    case wrongData
    case cannotSave(step: Int)
    case workerLost
    case unusableRecipe
  }

  package let code: Code
  /// What was found, what was expected, what to do.
  package let message: String
  /// What else there is to know, one line each; the first says what to do.
  package var details: [String] = []

  /// One line.
  package var description: String {
    details.isEmpty ? message : "\(message); \(details.joined(separator: "; "))"
  }
}
