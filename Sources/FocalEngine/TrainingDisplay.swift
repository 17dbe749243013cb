import COCOEvaluation
import CommandConsole
import DetectionTraining

/// Shows a training run on standard error as it happens.
struct TrainingDisplay {
  private let title: String
  private let isQuiet: Bool
  private var progress: ProgressLine?
  /// Smoothed so that the eye can follow: a tenth of each new step.
  private var loss: (classification: Double, box: Double)?

  init(title: String, isQuiet: Bool) {
    self.title = title
    self.isQuiet = isQuiet
  }

  mutating func show(_ event: TrainingEvent) {
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
      let old = loss ?? (step.classificationLoss, step.boxLoss)
      loss = (
        old.classification + 0.1 * (step.classificationLoss - old.classification),
        old.box + 0.1 * (step.boxLoss - old.box)
      )
      progress?.update(
        step.step,
        detail:
          "class \(ProgressLine.decimals(loss?.classification ?? 0, 3)), box \(ProgressLine.decimals(loss?.box ?? 0, 3))"
      )
    case .evaluating(let done, let total):
      if Console.isTerminal, done < total {
        Console.write("\r\u{1B}[2K\(title): evaluating \(done)/\(total)")
      }
    case .evaluated(let evaluation):
      progress?.clear()
      let summary = evaluation.result.summary
      Console.note(
        "\(title): epoch \(evaluation.epoch): AP \(Self.figure(summary.AP)), AP50 \(Self.figure(summary.AP50)), "
          + "AP75 \(Self.figure(summary.AP75))" + (evaluation.isBest ? " (best so far)" : "")
      )
    case .saved:
      break
    }
  }

  static func figure(_ value: Double) -> String {
    value < 0 ? "n/a" : ProgressLine.decimals(value, 3)
  }
}
