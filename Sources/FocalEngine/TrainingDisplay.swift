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
      Console.note(
        "\(title): \(CountText.of(start.images, "picture")), \(start.boxes) boxes, \(Self.parameters(start)), "
          + "\(CountText.of(start.totalSteps, "step")) in epochs of "
          + "\(start.stepsPerEpoch), peak learning rate \(start.peakLearningRate), \(start.precision), "
          + Self.threads(start)
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
          + "AP75 \(Self.figure(summary.AP75))"
          + Self.remark(AP: summary.AP, isBest: evaluation.isBest)
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
      for fault in start.logFaults { Console.warning(fault) }
      for refused in start.refusedCheckpoints {
        Console.warning(
          "checkpoint \(refused); going on from the one before it, after step \(start.startStep)"
        )
      }
    case .step(let step):
      guard let fault = step.fault else { return }
      progress?.clear()
      Console.warning(fault.message, details: fault.details)
    case .evaluating, .evaluated, .saved: break
    }
  }

  /// What is trained, and what is not.
  static func parameters(_ start: TrainingStart) -> String {
    func millions(_ count: Int) -> String {
      // Small networks have parameters, too.
      "\(ProgressLine.decimals(Double(count) / 1e6, count < 1_000_000 ? 3 : 1)) M"
    }
    let trained = "\(millions(start.parameterCount)) parameters"
    return start.frozenCount > 0
      ? "\(trained) trained and \(millions(start.frozenCount)) frozen" : trained
  }

  /// Who computes.
  static func threads(_ start: TrainingStart) -> String {
    let threads = CountText.of(start.threads, "thread")
    return start.processes > 1 ? "\(start.processes) processes of \(threads) each" : threads
  }

  /// What there is to say of a figure; an AP that is shown as 0 deserves no praise.
  static func remark(AP: Double, isBest: Bool) -> String {
    if AP == 0 { return " (no object is found yet)" }
    return isBest && AP >= 0.0005 ? " (best so far)" : ""
  }

  static func figure(_ value: Double) -> String {
    value < 0 ? "n/a" : ProgressLine.decimals(value, 3)
  }
}
