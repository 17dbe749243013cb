package import COCOEvaluation
package import COCOFormat
package import DetectionAnalysis

/// What happens during a run, as it happens; the one way out of the training loop besides its files.
package enum TrainingEvent: Sendable {
  /// The run begins, or goes on from a checkpoint.
  case started(TrainingStart)
  /// A step was taken.
  case step(TrainingStep)
  /// The validation set is being scored: pictures done, of how many.
  case evaluating(done: Int, total: Int)
  /// The validation set was scored.
  case evaluated(TrainingEvaluation)
  /// The state of this step is being written; training goes on meanwhile, and ends only when all is written.
  case saved(step: Int)
}

/// What a run consists of.
package struct TrainingStart: Sendable {
  /// Weights and biases that are trained.
  package let parameterCount: Int
  /// Weights and biases that stay as they are.
  package let frozenCount: Int
  package let images: Int
  /// Boxes that training learns from.
  package let boxes: Int
  package let stepsPerEpoch: Int
  package let totalSteps: Int
  /// Steps taken before, by the run that is resumed; 0 for a new one.
  package let startStep: Int
  package let peakLearningRate: Double
  /// bfloat16 or float32.
  package let precision: String
  /// Threads of each process's arithmetic.
  package let threads: Int
  /// Processes that share each step.
  package let processes: Int
  /// What is wrong with the metrics of a run that goes on, one line each; it goes on all the same.
  package let logFaults: [String]
  /// Newer checkpoints than the one that the run goes on from, each with what is wrong with it.
  package let refusedCheckpoints: [String]
}

/// One step.
package struct TrainingStep: Sendable {
  /// Counted from 1.
  package let step: Int
  package let epoch: Int
  package let totalSteps: Int
  package let batchSize: Int
  package let totalLoss: Double
  package let classificationLoss: Double
  package let boxLoss: Double
  package let learningRate: Double
  /// Norm of the whole gradient before clipping.
  package let gradientNorm: Double
  package let foregroundCount: Int
  /// Why the weights stayed as they were; `nil` for a step that was taken.
  package let fault: StepFault?
  /// What the imbalance lens saw; `nil` where it did not look, and for a step that was passed over.
  package let lens: ImbalanceLook?
  /// Wall time of the step, the wait for data included, in seconds.
  package let seconds: Double
  /// Of this, the wait for data.
  package let dataSeconds: Double
  /// Of this, worker 0's wait for other workers: for slower ones and for what they send; `nil` where there are none.
  package var communicationSeconds: Double?
  /// Memory that the process occupies after the step, in MiB; `nil` where the system does not tell.
  package let memoryMiB: Double?
}

/// One scoring of the validation set.
package struct TrainingEvaluation: Sendable {
  package let step: Int
  package let epoch: Int
  package let result: COCOEvaluationResult
  /// What was scored, with the dataset's own ids.
  package let detections: [COCODetection]
  package let seconds: Double
  /// Whether it is the best AP of the run so far.
  package let isBest: Bool
  /// What the imbalance lens's newest looks say; `nil` before the first.
  package let advice: ImbalanceAdvice?
}

/// How a run ended.
package struct TrainingOutcome: Sendable {
  /// Whether all steps were taken; false where it was stopped.
  package let isComplete: Bool
  /// Whether they were taken before this process came, which had nothing to do.
  package let wasComplete: Bool
  package let steps: Int
  /// The best AP on the validation set and the epoch it came after; `nil` where none was scored.
  package let bestAP: Double?
  package let bestEpoch: Int?
  /// Why the run was over before its schedule; `nil` where it was not.
  package let endedEarly: String?
  /// Wall time of this process's part of the run, evaluation included, in seconds.
  package let seconds: Double
  /// Of this, spent in steps.
  package let stepSeconds: Double
  /// Of this, spent waiting for data.
  package let dataSeconds: Double
  /// The pictures that could not be used.
  package let skipped: [String]
}
