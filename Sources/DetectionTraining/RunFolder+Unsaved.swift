import FileErrors
import Foundation
import TorchNN

extension RunFolder {
  /// What to tell people when a run's state could not be written.
  ///
  /// - Parameters:
  ///   - step: The step whose state it was.
  ///   - bytes: What the state takes.
  ///   - error: Why it could not.
  /// - Returns: The error with its place, the room there is, and what to do.
  func unsaved(step: Int, bytes: Int, _ error: any Error) -> TrainingError {
    let reason: String
    switch error {
    case let error as SafetensorsError: reason = error.description
    case let error as TrainingError: reason = error.message
    default: reason = "\(FileReason(error))"
    }
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: url.path)
    let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
    let room = free.map { "; \($0 >> 20) MiB are free" } ?? ""
    return TrainingError(
      code: .cannotSave(step: step),
      message:
        "\(url.path): the state after step \(step) could not be written: \(reason) (it takes "
        + "\((bytes >> 20) + 1) MiB\(room)). What was saved before is whole: mend this, then go on with "
        + "focal train --resume \(url.path)"
    )
  }
}
