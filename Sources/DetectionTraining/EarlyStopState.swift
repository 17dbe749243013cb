import COCOEvaluation

/// How long a figure has not risen, and whether that ends the run: part of the saved state.
struct EarlyStopState: Codable, Hashable, Sendable {
  /// The highest value that counted as better.
  var best: Double?
  /// Evaluations since then.
  var evaluationsSince = 0
  /// Why the run is over; `nil` while it is not.
  var reason: String?

  /// Takes an evaluation into account.
  ///
  /// - Parameters:
  ///   - value: The figure; `nil` where it could not be measured, and then nothing changes.
  ///   - epoch: The epoch that was scored, from 1.
  ///   - section: What the recipe says.
  mutating func note(_ value: Double?, epoch: Int, _ section: TrainingRecipe.EarlyStopSection) {
    guard section.patience > 0, let value else { return }
    if let best, !(value > best + section.leastImprovement) {
      evaluationsSince += 1
    } else {
      best = value
      evaluationsSince = 0
    }
    guard evaluationsSince >= section.patience, let best else { return }
    let least =
      section.leastImprovement > 0 ? " by more than \(section.leastImprovement)" : ""
    reason =
      "\(section.figure.rawValue) has not risen\(least) above \(Self.rounded(best)) in \(evaluationsSince) evaluations "
      + "(earlyStop.patience \(section.patience)); the last, after epoch \(epoch), gave \(Self.rounded(value))"
  }

  /// Four places behind the point.
  private static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}

extension TrainingState {
  /// Counts an evaluation for the early stop.
  mutating func noteEvaluation(
    _ summary: COCOSummary,
    epoch: Int,
    _ section: TrainingRecipe.EarlyStopSection
  ) {
    var counted = earlyStop ?? EarlyStopState()
    counted.note(section.figure.value(in: summary), epoch: epoch, section)
    earlyStop = counted
  }
}
