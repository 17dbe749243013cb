package import Foundation
import FileErrors

/// Where a run keeps what it makes.
package struct RunFolder: Hashable, Sendable {
  package let url: URL

  package init(_ url: URL) { self.url = url }

  /// The whole recipe, as it was resolved.
  package var recipe: URL { url.appendingPathComponent("recipe.yaml") }
  /// What the run was trained on, so that it can be resumed without saying so again.
  package var data: URL { url.appendingPathComponent("data.json") }
  /// The programs and machines that worked on the run, and how they were called.
  package var facts: URL { url.appendingPathComponent("run.json") }
  /// What the doctor found before the run.
  package var doctor: URL { url.appendingPathComponent("doctor.json") }
  /// What became of every tensor of the file that the run started from, where there was one.
  package var startingWeights: URL { url.appendingPathComponent("weights.json") }
  /// One JSON object a line: steps and evaluations.
  package var metrics: URL { url.appendingPathComponent("metrics.jsonl") }
  /// The weights of the best AP on the validation set.
  package var best: URL { url.appendingPathComponent("best.safetensors") }
  /// The newest weights.
  package var last: URL { url.appendingPathComponent("last.safetensors") }
  /// The weights at the end of training.
  package var final: URL { url.appendingPathComponent("final.safetensors") }
  /// The same figures as events for TensorBoard, with pictures and curves.
  package var tensorBoard: URL { url.appendingPathComponent("tensorboard") }
  /// What the page shows of the newest evaluation.
  package var validation: URL { url.appendingPathComponent("validation.json") }
  /// How the run goes, as one page.
  package var report: URL { url.appendingPathComponent("report.html") }
  /// The logits and targets of one step, where the recipe asks for them.
  package func logits(ofStep step: Int) -> URL {
    url.appendingPathComponent("\(Self.logitsPrefix)\(step).safetensors")
  }
  private static let logitsPrefix = "logits-step-"
  /// What the run can be resumed from.
  package var checkpoints: URL { url.appendingPathComponent("checkpoints") }

  /// What is needed to see a step again whose loss was not finite; each of several workers has a file of its own.
  package func nonFinite(step: Int, worker: Int? = nil) -> URL {
    url.appendingPathComponent(
      "non-finite-step-\(step)\(worker.map { "-worker-\($0)" } ?? "").safetensors"
    )
  }

  /// How many such files there are.
  var nonFiniteCount: Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return names.count { $0.hasPrefix("non-finite-step-") && $0.hasSuffix(".safetensors") }
  }

  /// Held by the trainer at work.
  var lock: URL { url.appendingPathComponent(".lock") }

  /// Whether there is something to resume in the folder.
  package var hasCheckpoint: Bool { CheckpointStore(folder: checkpoints, keep: 1).hasCheckpoint }

  /// Whether a trainer is at work in the folder.
  package var isInUse: Bool { RunLock.isHeld(self) }

  /// Makes the folder for a new run.
  ///
  /// What a run left that came to no checkpoint and no weights may be written over: it cannot be resumed.
  ///
  /// - Throws: ``TrainingError`` if files are in it that a run would write over, or it cannot be made.
  package func create() throws {
    let manager = FileManager.default
    if isInUse { throw RunLock.held(self) }
    if hasCheckpoint {
      throw TrainingError(
        code: .folderInUse,
        message: "\(url.path): there is a run in this folder already; choose another with --out, "
          + "or go on with it: focal train --resume \(url.path)"
      )
    }
    if let file = try fileInTheWay() {
      throw TrainingError(
        code: .folderInUse,
        message: "\(file.path): found a file that a run would write over; choose another folder "
          + "with --out"
      )
    }
    do {
      try manager.createDirectory(at: checkpoints, withIntermediateDirectories: true)
    } catch {
      throw TrainingError(
        code: .folderInUse,
        message: "\(url.path): the run folder cannot be made: \(FileReason(error))"
      )
    }
  }

  /// A file of a name that runs write, and that is not the beginning of a run without weights.
  private func fileInTheWay() throws -> URL? {
    let manager = FileManager.default
    let names = ((try? manager.contentsOfDirectory(atPath: url.path)) ?? []).sorted()
    let weights = names.first {
      $0.lowercased().hasSuffix(".safetensors") && !$0.hasPrefix(Self.logitsPrefix)
    }
    if let weights {
      return url.appendingPathComponent(weights)
    }
    let isOwn = (try? RunData(contentsOf: self)) != nil
    if isOwn { return nil }
    return [data, recipe, metrics, startingWeights, report, validation].first {
      manager.fileExists(atPath: $0.path)
    }
  }
}
