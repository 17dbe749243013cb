package import Foundation

/// Where a run keeps what it makes.
package struct RunFolder: Hashable, Sendable {
  package let url: URL

  package init(_ url: URL) { self.url = url }

  /// The whole recipe, as it was resolved.
  package var recipe: URL { url.appendingPathComponent("recipe.yaml") }
  /// What the run was trained on, so that it can be resumed without saying so again.
  package var data: URL { url.appendingPathComponent("data.json") }
  /// One JSON object a line: steps and evaluations.
  package var metrics: URL { url.appendingPathComponent("metrics.jsonl") }
  /// The weights of the best AP on the validation set.
  package var best: URL { url.appendingPathComponent("best.safetensors") }
  /// The newest weights.
  package var last: URL { url.appendingPathComponent("last.safetensors") }
  /// The weights at the end of training.
  package var final: URL { url.appendingPathComponent("final.safetensors") }
  /// What the run can be resumed from.
  package var checkpoints: URL { url.appendingPathComponent("checkpoints") }

  /// Makes the folder for a new run.
  ///
  /// - Throws: ``TrainingError`` if a run is in it already, or it cannot be made.
  package func create() throws {
    let manager = FileManager.default
    if manager.fileExists(atPath: metrics.path) || manager.fileExists(atPath: checkpoints.path) {
      throw TrainingError(
        code: .folderInUse,
        message: "\(url.path): there is a run in this folder already; choose another with --out, "
          + "or go on with it: focal train --resume \(url.path)"
      )
    }
    do {
      try manager.createDirectory(at: checkpoints, withIntermediateDirectories: true)
    } catch {
      throw TrainingError(
        code: .folderInUse,
        message: "\(url.path): the run folder cannot be made: \(error.localizedDescription)"
      )
    }
  }
}
