import COCOEvaluation
import DetectionAnalysis
package import RunLogs

extension TrainingStep {
  /// The step as a line of `metrics.jsonl`.
  package var metrics: MetricsEntry {
    var entry = MetricsEntry(
      step: step,
      [
        "kind": "step", "epoch": .integer(epoch), "loss": .number(totalLoss),
        "classificationLoss": .number(classificationLoss), "boxLoss": .number(boxLoss),
        "learningRate": .number(learningRate), "gradientNorm": .number(gradientNorm),
        "foreground": .integer(foregroundCount), "images": .integer(batchSize),
        "seconds": .number(seconds), "dataSeconds": .number(dataSeconds),
      ]
    )
    if let communicationSeconds { entry["communicationSeconds"] = .number(communicationSeconds) }
    if let memoryMiB { entry["memoryMiB"] = .number(memoryMiB) }
    if fault != nil { entry["isSkipped"] = true }
    guard let lens else { return entry }
    for metric in lens.figures.metrics {
      entry[metric.name] = metric.isCount ? .integer(Int(metric.value)) : .number(metric.value)
    }
    entry["lensSeconds"] = .number(lens.seconds)
    return entry
  }
}

extension TrainingEvaluation {
  /// The evaluation as a line of `metrics.jsonl`.
  package var metrics: MetricsEntry {
    var entry = MetricsEntry(
      step: step,
      [
        "kind": "evaluation", "epoch": .integer(epoch), "seconds": .number(seconds),
        "isBest": .flag(isBest),
      ]
    )
    for figure in result.summary.figures { entry[figure.name] = .number(figure.value) }
    return entry
  }
}
