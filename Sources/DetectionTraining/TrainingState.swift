import DetectionModels

/// Where a run stands: with the tensors of a checkpoint, all that the steps to come depend on.
///
/// Order and augmentation follow from the recipe's seed, the epoch and the place in it, so there is no generator to save.
struct TrainingState: Codable, Hashable, Sendable {
  /// Steps taken.
  var step = 0
  /// The epoch that the next step belongs to, from 0.
  var epoch = 0
  /// The batch of that epoch which comes next.
  var batch = 0
  /// Pictures seen, repeats counted.
  var images = 0
  /// The best AP on the validation set so far.
  var bestAP: Double?
  /// The epoch after which it was reached, counted from 1.
  var bestEpoch: Int?
  /// Seconds that the run took up to here, over all its processes.
  var seconds = 0.0
  /// What a loss divided by a moving average remembers; `nil` in checkpoints of older releases.
  var foregroundAverage: ForegroundAverage?
  /// Steps passed over since the last that was taken, as their loss was not finite; `nil` for none.
  var skippedInARow: Int?
  /// How long the figure of `earlyStop` has not risen; `nil` in checkpoints of older releases.
  var earlyStop: EarlyStopState?
  /// The whole recipe as YAML; `nil` in checkpoints of older releases.
  var recipe: String?
  /// What it is trained on; `nil` in checkpoints of older releases.
  var data: TrainedData?
}

/// What the order of the batches, the shape of the heads and the scores follow from.
struct TrainedData: Codable, Hashable, Sendable, CustomStringConvertible {
  let pictures: Int
  /// Names, in the order of the labels.
  let categories: [String]
  /// Of all annotations of the training data; `nil` in checkpoints of older releases.
  var training: String?
  /// Of all annotations of the validation data; `nil` in checkpoints of older releases.
  var validation: String?

  var description: String {
    "\(pictures) pictures and the classes \(categories.joined(separator: ", "))"
      + (training.map { ", annotations \($0)" } ?? "")
      + (validation.map { ", validation annotations \($0)" } ?? "")
  }

  /// Whether a run that began with these may go on with others; what an older release did not note may be anything.
  func allows(_ other: TrainedData) -> Bool {
    pictures == other.pictures && categories == other.categories
      && (training == nil || training == other.training)
      && (validation == nil || validation == other.validation)
  }
}
