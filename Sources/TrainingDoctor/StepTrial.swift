import BoxGeometry
import DetectionDatasets
package import DetectionModels
import DetectionTraining
import Torch
import TorchNN

/// One training step at the largest batch: what it needs, and where its loss begins.
package struct StepTrial: Codable, Hashable, Sendable {
  /// Pictures, and their padded size.
  package let pictures: Int
  package let width: Int
  package let height: Int
  package let classificationLoss: Double
  package let boxLoss: Double
  /// What the prior makes of these anchors.
  package let expectedClassificationLoss: Double
  /// The most bytes that tensors occupied at once, weights and optimizer included.
  package let tensorBytes: Int
  /// What the process needs: these, the loader's batches, and the program.
  package let memory: Int

  /// Takes the step; the network is given up afterwards.
  ///
  /// - Parameters:
  ///   - subject: What is trained.
  ///   - prepare: Gives the network the weights that it starts from.
  /// - Throws: `DatasetError` for a picture that cannot be used; `TorchError` if memory runs out.
  package init(_ subject: DoctorCase, prepare: (RetinaNet) throws -> Void = { _ in }) throws {
    var recipe = subject.recipe
    recipe.input.shortSide = LargestPictures.rule(recipe).shortSide
    let trial = try TrialBatch(
      recipe,
      over: LargestPictures.of(subject.training, subject.recipe, count: subject.picturesAtOnce),
      orTell: "holds no picture that can be used"
    )
    var found = (classification: 0.0, box: 0.0)
    tensorBytes = try TorchRuntime.peakAllocation {
      found = try Self.losses(trial, prepare: prepare)
    }
    (classificationLoss, boxLoss) = found
    let batch = trial.batch
    (pictures, width, height) = (batch.count, batch.width, batch.height)
    let foreground = batch.targets.reduce(0) { $0 + $1.foregroundAnchors.count }
    let background = batch.targets.reduce(0) { sum, target in
      sum + target.classIndices.count { $0 == AnchorTargets.background }
    }
    expectedClassificationLoss = ExpectedFirstLoss.value(
      trial.recipe,
      foreground: Double(foreground),
      background: Double(background),
      logits: trial.configuration.logitsPerAnchor,
      pictures: Double(batch.count)
    )
    let side = LargestPictures.padded(subject.training, subject.recipe)
    memory =
      tensorBytes + (250 << 20)
      + RunSize.loader(subject.recipe, subject.training, side: side)
  }

  /// A step from its network to its update.
  private static func losses(
    _ trial: TrialBatch,
    prepare: (RetinaNet) throws -> Void
  ) throws -> (classification: Double, box: Double) {
    let model = try trial.model(prepare: prepare)
    let optimizer = try trial.recipe.optimizer.optimizer(of: model)
    let average = try trial.recipe.optimizer.average(of: model)
    let losses = try trial.losses(by: model)
    try losses.total.backward()
    try optimizer.step(learningRate: 0)
    try average?.update()
    return (try losses.classification.item(), try losses.box.item())
  }
}
