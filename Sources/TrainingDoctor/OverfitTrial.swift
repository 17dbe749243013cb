import BoxGeometry
import DetectionDatasets
package import DetectionModels
import DetectionTraining
import Torch
import TorchNN

/// The recipe's network trained on one picture until it knows its objects by heart.
///
/// What cannot learn one picture learns nothing of a thousand: wrong boxes, colours or anchors show within a minute.
package struct OverfitTrial: Codable, Hashable, Sendable {
  /// The picture, and how many objects it has.
  package let picture: String
  package let objects: Int
  /// Objects that were found at the end: of their class, at IoU 0.5 and score 0.3 at least.
  package let found: Int
  package let steps: Int
  package let firstLoss: Double
  package let lastLoss: Double

  /// Whether the loss fell to a third and every object, or nine in ten of many, was found.
  package var isPassed: Bool {
    lastLoss.isFinite && lastLoss < firstLoss / 3
      && Double(found) >= 0.9 * Double(objects)
  }

  /// The least IoU and the least score of a found object.
  private static let leastIoU: Float = 0.5
  private static let leastScore: Float = 0.3

  /// Trains.
  ///
  /// By AdamW at one rate whatever the recipe's optimizer is, on the picture as it is: what is tried is the network with
  /// its anchors, sizes and loss.
  /// - Parameters:
  ///   - subject: What is trained.
  ///   - mostSteps: After so many steps it is given up.
  ///   - prepare: Gives the network the weights that it starts from.
  ///   - progress: Told of every step; throwing ends the trial.
  /// - Throws: `DatasetError` without a picture with objects; `TorchError` if memory runs out.
  package init(
    _ subject: DoctorCase,
    mostSteps: Int = 300,
    prepare: (RetinaNet) throws -> Void = { _ in },
    progress: (_ step: Int, _ loss: Double) throws -> Void = { _, _ in }
  ) throws {
    var recipe = subject.recipe
    recipe.optimizer.kind = .adamw
    recipe.optimizer.nesterov = false
    recipe.optimizer.momentum = 0.9
    recipe.optimizer.weightDecay = 0
    let sample = try Self.middle(of: subject.training)
    var dataset = subject.training
    dataset.samples = [sample]
    let trial = try TrialBatch(recipe, over: dataset, orTell: Self.absence)
    let model = try trial.model(prepare: prepare)
    let optimizer = try recipe.optimizer.optimizer(of: model)
    var (first, last, found, step) = (0.0, 0.0, 0, 0)
    let objects = trial.batch.boxes[0].count
    while step < mostSteps {
      let losses = try trial.losses(by: model)
      last = try losses.total.item()
      if step == 0 { first = last }
      step += 1
      try progress(step, last)
      guard last.isFinite else { break }
      try losses.total.backward()
      try clipGradients(of: optimizer.parameters, toNorm: 10)
      try optimizer.step(learningRate: 1e-3 * min(1, Double(step) / 10))
      try optimizer.clearGradients()
      guard step % 20 == 0 || step == mostSteps else { continue }
      found = try Self.found(in: trial, by: model)
      if last < first / 10, found == objects { break }
    }
    picture = sample.name
    (self.objects, self.found, steps, firstLoss, lastLoss) = (objects, found, step, first, last)
  }

  /// The picture with a middling number of objects.
  private static func middle(of dataset: DetectionDataset) throws -> DatasetSample {
    let candidates = dataset.samples.filter { !$0.boxes.isEmpty }
      .sorted { ($0.boxes.count, $0.imageID) < ($1.boxes.count, $1.imageID) }
    guard !candidates.isEmpty else {
      throw DatasetError(.noUsablePicture, file: dataset.location, message: absence)
    }
    return candidates[candidates.count / 2]
  }

  private static let absence = "holds no picture with objects that could be learned by heart"

  /// How many objects of a trial's one picture a network finds.
  private static func found(in trial: TrialBatch, by model: RetinaNet) throws -> Int {
    var free = try trial.detections(by: model).filter { $0.score >= leastScore }
    return trial.batch.boxes[0].count { object in
      let place = free.firstIndex {
        $0.label == object.label && $0.box.iou(with: object.box) >= leastIoU
      }
      guard let place else { return false }
      free.remove(at: place)
      return true
    }
  }
}
