import BoxGeometry
import DetectionDatasets
import DetectionModels
import DetectionTraining
import TestSupport
import Testing
import Torch
import TorchNN

@testable import TrainingDoctor

/// Serialized, as each of these trains.
@Suite(.serialized) struct TrialsTests {
  /// Pictures of 96 x 64, and the smallest network that has every part.
  private static func subject(
    _ change: (inout TrainingRecipe) -> Void = { _ in }
  ) throws -> DoctorCase {
    var configuration = SyntheticConfiguration()
    (configuration.width, configuration.height) = (96, 64)
    (configuration.smallestObject, configuration.largestObject) = (16, 40)
    configuration.maximumObjects = 2
    configuration.emptyFraction = 0
    var recipe = TrainingRecipe()
    recipe.model.backbone = .resnet18
    recipe.model.width = 16
    recipe.model.pyramidChannels = 32
    recipe.model.headDepth = 1
    recipe.model.norm = .group
    recipe.input.shortSide = 64
    recipe.input.longSideCap = 96
    recipe.anchors.sizes = [16, 32, 64, 128, 256]
    recipe.anchors.lowQualityMatches = .always
    recipe.schedule.batchSize = 4
    recipe.precision = .float32
    recipe.threads = 1
    change(&recipe)
    return DoctorCase(
      recipe: recipe,
      training: try .synthetic(count: 8, seed: 1, configuration: configuration),
      machine: Subjects.machine
    )
  }

  // MARK: - Counting without building

  @Test(arguments: [
    ResNetDepth.resnet18, .resnet50, .resnext101x32x8d, .resnext101x64x4d,
  ])
  func `a network is counted as if it were built`(depth: ResNetDepth) throws {
    var recipe = TrainingRecipe()
    recipe.model.backbone = depth
    recipe.model.width = depth == .resnet18 ? 24 : 32
    recipe.model.pyramidChannels = 48
    recipe.model.headNorm = .group
    recipe.model.trainableStages = 3
    recipe.model.classLayout = .backgroundFirst
    var generator = SplitMix64(state: 1)
    let model = try RetinaNet(
      configuration: recipe.configuration(
        categories: (0..<7).map { "\($0)" },
        categoryIDs: Array(0..<7)
      ),
      using: &generator
    )
    let size = try NetworkSize(recipe, classes: 7, width: 160, height: 96)
    #expect(size.parameters == model.parameterCount)
    let trained = model.parameters.filter(\.tensor.requiresGradient)
    #expect(size.trained == trained.reduce(0) { $0 + $1.tensor.count })
    #expect(size.trained < size.parameters)
    #expect(size.buffers == model.buffers.reduce(0) { $0 + $1.tensor.count })
    let outputs = try model.layers(width: 160, height: 96).flatMap(\.outputs)
    #expect(size.outputs == outputs.reduce(0) { $0 + $1.reduce(1, *) })
    #expect(size.anchors == model.anchors(imageWidth: 160, imageHeight: 96).count)
    #expect(size.logits == 8)
  }

  @Test(arguments: [1, 2, 4])
  func `the computed memory of a step is near the measured`(pictures: Int) throws {
    var subject = try Self.subject {
      $0.schedule.batchSize = pictures
      ($0.input.shortSide, $0.input.longSideCap) = (256, 384)
    }
    subject.recipe.optimizer.ema = 0.9
    let step = try StepTrial(subject)
    let size = try RunSize(
      subject.recipe,
      dataset: subject.training,
      picturesAtOnce: subject.picturesAtOnce
    )
    // Both count the program and the loader alike; what is left are tensors.
    let computed = size.memory - (step.memory - step.tensorBytes)
    let ratio = Double(computed) / Double(step.tensorBytes)
    #expect(ratio > 0.7 && ratio < 1.6, "\(computed) computed, \(step.tensorBytes) measured")
  }

  // MARK: - A step

  @Test func `a step is taken at the largest batch and begins where the prior says`() throws {
    let subject = try Self.subject {
      $0.input.trainingShortSides = [32, 64]
    }
    let step = try StepTrial(subject)
    #expect(step.pictures == 4 && step.width == 96 && step.height == 64)
    #expect(step.tensorBytes > 1 << 20 && step.memory > step.tensorBytes)
    #expect(
      FirstLossCheck.findings(
        measured: step.classificationLoss,
        expected: step.expectedClassificationLoss
      ).isEmpty,
      "\(step)"
    )
  }

  @Test func `the largest sides that are drawn are those of the step`() throws {
    let subject = try Self.subject {
      $0.input.longSideCap = 192
      $0.input.trainingShortSides = [32, 128]
      $0.schedule.batchSize = 2
    }
    let step = try StepTrial(subject)
    #expect(step.width == 192 && step.height == 128)
  }

  @Test func `weights that begin elsewhere show in the first loss`() throws {
    let step = try StepTrial(Self.subject()) { model in
      for entry in model.parameters where entry.name.hasSuffix("cls_logits.bias") {
        try withoutGradient { try entry.tensor.copy_(entry.tensor * 0) }
      }
    }
    let findings = FirstLossCheck.findings(
      measured: step.classificationLoss,
      expected: step.expectedClassificationLoss
    )
    #expect(findings.map(\.severity) == [.warning], "\(step)")
  }

  // MARK: - One picture by heart

  @Test func `a network learns one picture by heart`() throws {
    var steps = 0
    let trial = try OverfitTrial(Self.subject(), progress: { step, _ in steps = step })
    #expect(trial.isPassed, "\(trial)")
    #expect(trial.steps == steps && trial.objects >= 1 && trial.found == trial.objects)
    #expect(OverfitCheck.findings(trial).map(\.severity) == [.note])
  }

  @Test func `a network whose heads are frozen does not`() throws {
    let trial = try OverfitTrial(
      Self.subject { $0.model.freeze = ["head", "backbone.fpn", "backbone.body.layer4"] },
      mostSteps: 20
    )
    #expect(!trial.isPassed && trial.steps == 20)
    let findings = OverfitCheck.findings(trial)
    #expect(findings.map(\.severity) == [.error])
    #expect(findings[0].found.hasPrefix("did not learn one picture (\(trial.picture)): loss "))
  }

  @Test func `without objects there is nothing to learn`() throws {
    var subject = try Self.subject()
    for index in subject.training.samples.indices { subject.training.samples[index].boxes = [] }
    #expect(throws: DatasetError.self) { try OverfitTrial(subject) }
  }
}
