import CommandConsole
import DetectionTraining

/// How a training goes, smoothed so that the eye can follow: a tenth of each new step.
struct TrainingPace {
  private var classification = Average()
  private var box = Average()
  private var images = Average()
  private var seconds = Average()
  private var dataSeconds = Average()
  private var memoryMiB: Double?

  /// A running mean whose first value counts in full.
  private struct Average {
    private(set) var value: Double?

    mutating func add(_ next: Double) {
      // One step whose loss is not finite shall not hide those after it.
      guard next.isFinite else { return }
      value = value.map { $0 + 0.1 * (next - $0) } ?? next
    }
  }

  mutating func add(_ step: TrainingStep) {
    classification.add(step.classificationLoss)
    box.add(step.boxLoss)
    images.add(Double(step.batchSize))
    seconds.add(step.seconds)
    dataSeconds.add(step.dataSeconds)
    memoryMiB = step.memoryMiB
  }

  /// Loss parts, pictures a second, share of the time that is waited for data, memory; the most important first.
  var details: [String] {
    var details: [String] = []
    if let loss = classification.value { details.append("class \(ProgressLine.decimals(loss, 3))") }
    if let loss = box.value { details.append("box \(ProgressLine.decimals(loss, 3))") }
    if let images = images.value, let seconds = seconds.value, seconds > 0 {
      details.append("\(ProgressLine.rate(images / seconds)) images/s")
      let share = 100 * (dataSeconds.value ?? 0) / seconds
      details.append("data wait \(ProgressLine.decimals(share, 0)) %")
    }
    if let memoryMiB { details.append("\(ProgressLine.decimals(memoryMiB, 0)) MiB") }
    return details
  }
}
