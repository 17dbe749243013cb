import CommandConsole
import DetectionReport
import DetectionTraining
import Foundation

/// What is said of a training when it ends.
enum TrainingEnd {
  /// What became of it, the best weights, and how to go on.
  ///
  /// - Parameters:
  ///   - outcome: What came of it.
  ///   - folder: The run's folder.
  /// - Returns: One sentence a line.
  static func lines(_ outcome: TrainingOutcome, folder: RunFolder) -> [String] {
    var lines = outcome.wasComplete ? alreadyComplete(outcome, folder) : [course(outcome)]
    if let reason = outcome.endedEarly { lines.append("ended early: \(reason)") }
    if let best = outcome.bestAP, let epoch = outcome.bestEpoch {
      lines.append(
        best == 0
          ? "AP was 0 in every evaluation: focal doctor --overfit tells whether the network can learn one picture"
          : "best AP \(ProgressLine.decimals(best, abs(best) < 0.0005 ? 6 : 3)) after epoch \(epoch): \(folder.best.path)"
      )
    }
    if !outcome.isComplete {
      lines.append(
        "go on with: \(ShellWords.line(["focal", "train", "--resume", folder.url.path]))"
      )
    }
    return lines
  }

  private static func course(_ outcome: TrainingOutcome) -> String {
    let share = outcome.stepSeconds > 0 ? 100 * outcome.dataSeconds / outcome.stepSeconds : 0
    let end =
      !outcome.isComplete ? "stopped" : outcome.endedEarly == nil ? "done" : "ended early"
    return
      "\(end) after \(CountText.of(outcome.steps, "step")) in \(ProgressLine.clock(outcome.seconds)); "
      + "waited for data \(ProgressLine.decimals(share, 1)) % of the time"
  }

  /// A recipe is fixed when its run begins: a longer one is another run, which may start from these weights.
  private static func alreadyComplete(_ outcome: TrainingOutcome, _ folder: RunFolder) -> [String] {
    // The last process is this one.
    let ends = ((try? RunFacts.all(of: folder)) ?? []).dropLast().compactMap(\.ending)
    let end = ends.first { $0.kind == .complete }.map {
      " since \(MomentText.reader($0.endedAt))"
    }
    let longer = ShellWords.line([
      "focal", "train", "--weights", folder.final.path, "--config", folder.recipe.path, "--set",
      "schedule.epochs=N", "--out", "RUN",
    ])
    return [
      "the run was complete already\(end ?? ""), after \(CountText.of(outcome.steps, "step")): nothing was trained; "
        + "its weights: \(folder.final.path)",
      "to train longer, start a new run from them, with --train and --val as before: \(longer)",
    ]
  }
}
