import COCOEvaluation
import CommandConsole
import DetectionAnalysis
import DetectionTraining

/// Shows a training run on standard error as it happens.
struct TrainingDisplay {
  private let title: String
  private let isQuiet: Bool
  private var progress: ProgressLine?
  private var pace = TrainingPace()
  /// The lens's advice that was told last.
  private var told: ImbalanceAdvice?

  init(title: String, isQuiet: Bool) {
    self.title = title
    self.isQuiet = isQuiet
  }

  mutating func show(_ event: TrainingEvent) {
    warn(of: event)
    guard !isQuiet else { return }
    switch event {
    case .started(let start):
      let millions = ProgressLine.decimals(Double(start.parameterCount) / 1e6, 1)
      Console.note(
        "\(title): \(start.images) pictures, \(start.boxes) boxes, \(millions) M parameters, \(start.totalSteps) steps in epochs of "
          + "\(start.stepsPerEpoch), peak learning rate \(start.peakLearningRate), \(start.precision), "
          + "\(start.threads) threads"
          + (start.startStep > 0 ? "; going on after step \(start.startStep)" : "")
      )
      progress = ProgressLine(
        title,
        total: start.totalSteps,
        unit: "steps",
        startingAt: start.startStep,
        isQuiet: isQuiet
      )
    case .step(let step):
      pace.add(step)
      progress?.update(step.step, details: pace.details)
    case .evaluating(let done, let total):
      if Console.isTerminal, done < total {
        let line = "\(title): evaluating \(done)/\(total) pictures"
        Console.write("\r\u{1B}[2K" + line.prefix(max(0, Console.columns - 1)))
      }
    case .evaluated(let evaluation):
      progress?.clear()
      let summary = evaluation.result.summary
      Console.note(
        "\(title): epoch \(evaluation.epoch): AP \(Self.figure(summary.AP)), AP50 \(Self.figure(summary.AP50)), "
          + "AP75 \(Self.figure(summary.AP75))" + (evaluation.isBest ? " (best so far)" : "")
      )
      if let line = lensLine(evaluation.advice) { Console.note("\(title): \(line)") }
    case .saved:
      break
    }
  }

  /// The lens's line where it advises something else than it did last; its numbers alone are no news.
  mutating func lensLine(_ advice: ImbalanceAdvice?) -> String? {
    guard let advice, told.map(advice.advisesLike) != true else { return nil }
    told = advice
    return "lens: \(advice.line)"
  }

  /// Takes the progress off the terminal: what comes next begins on a clean line.
  func finish() { progress?.clear() }

  /// What is told even where all else is quiet.
  private func warn(of event: TrainingEvent) {
    switch event {
    case .started(let start):
      for refused in start.refusedCheckpoints {
        Console.warning(
          "checkpoint \(refused); going on from the one before it, after step \(start.startStep)"
        )
      }
    case .step(let step):
      guard let fault = step.fault else { return }
      progress?.clear()
      Console.warning(fault)
    case .evaluating, .evaluated, .saved: break
    }
  }

  static func figure(_ value: Double) -> String {
    value < 0 ? "n/a" : ProgressLine.decimals(value, 3)
  }
}
