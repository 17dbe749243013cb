import DetectionAnalysis
import DetectionDatasets
import DetectionModels
import Foundation
import RunLogs
import Testing

@testable import DetectionTraining

/// Serialized, as each of these occupies a core.
@Suite(.serialized) struct NonFiniteTests {
  private static let picture = TinyRun.training.samples[3].imageID

  @discardableResult
  private static func run(
    _ recipe: TrainingRecipe,
    in folder: RunFolder,
    breaking picture: Int? = picture,
    resuming: Bool = false,
    observe: (TrainingEvent) throws -> Void = { _ in }
  ) throws -> TrainingOutcome {
    if !resuming { try folder.create() }
    return try Trainer(
      recipe: recipe,
      training: TinyRun.training,
      validation: TinyRun.validation,
      folder: folder,
      rehearsingNonFinite: picture
    ).run(resuming: resuming, observe: observe)
  }

  /// The first step that has the picture, counted from 1.
  private static let stepOfPicture: Int = {
    let loader = BatchLoader(
      dataset: TinyRun.training,
      configuration: TinyRun.recipe.batches(
        for: TinyRun.recipe.configuration(
          categories: TinyRun.training.categories.map(\.name),
          categoryIDs: TinyRun.training.categories.map(\.id)
        )
      ),
      epoch: 0
    )
    defer { loader.cancel() }
    var step = 0
    while let batch = try? loader.next() {
      step += 1
      if batch.imageIDs.contains(picture) { return step }
    }
    return 0
  }()

  @Test func `a run that stops says step, picture, part and layers, and is saved as it was before`()
    throws
  {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    var recipe = TinyRun.recipe
    recipe.checkpoint.everySteps = 0
    let step = Self.stepOfPicture
    let error = #expect(throws: TrainingError.self) { try Self.run(recipe, in: folder) }
    #expect(error?.code == .nonFiniteLoss(step: step))
    #expect(
      error?.message
        == "\(folder.url.path): step \(step): classification loss, box loss, gradient not finite: "
        + "the run stopped before it, and its state is saved"
    )
    #expect(
      error?.details.first
        == "see it again with focal train --replay \(folder.nonFinite(step: step).path)"
    )
    let message = error?.description ?? ""
    for part in [
      "; classification loss nan, box loss ", ", gradient norm nan; ",
      "\(Self.picture) (", "alone not finite: \(Self.picture) (", "largest gradients: ",
      "backbone.body.conv1.weight nan", "; usual causes: ",
    ] { #expect(message.contains(part), "\(part) in: \(message)") }
    #expect(!message.contains("\n"))
    #expect(try folder.checkpointNames() == ["step-\(String(format: "%010d", step - 1))"])

    // Without the broken picture it goes on to the same weights as a run that was never stopped.
    #expect(try Self.run(recipe, in: folder, breaking: nil, resuming: true).isComplete)
    let whole = temporary.run("whole")
    try Self.run(recipe, in: whole, breaking: nil)
    let isSame = try Data(contentsOf: folder.final) == Data(contentsOf: whole.final)
    #expect(isSame)
  }

  @Test func `a run that skips leaves the weights as they were and goes on`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    var recipe = TinyRun.recipe
    recipe.onNonFinite = .skip
    recipe.schedule.epochs = 1
    recipe.checkpoint.keep = 10
    var faults: [Int: StepFault] = [:]
    let outcome = try Self.run(recipe, in: folder) { event in
      if case .step(let step) = event { faults[step.step] = step.fault }
    }
    let step = Self.stepOfPicture
    #expect(outcome.isComplete && outcome.steps == 3)
    #expect(Array(faults.keys) == [step])
    #expect(faults[step]?.message.hasSuffix(" not finite: the step was passed over") == true)
    #expect(faults[step]?.details.first?.hasPrefix("see it again with focal train") == true)
    let lines = try folder.timelessMetrics().filter { $0["kind"] == "step" }
    #expect(lines.map { $0["isSkipped"] == true } == [1, 2, 3].map { $0 == step })
    #expect(lines.allSatisfy { ($0["loss"]?.number?.isFinite == true) == ($0["isSkipped"] == nil) })

    // Weights, running statistics and momentum: all as before the step.
    let (before, after) = (step - 1, step)
    if before > 0 {
      for file in ["model.safetensors", "optimizer.safetensors", "average.safetensors"] {
        func bytes(_ step: Int) throws -> Data {
          try Data(
            contentsOf: folder.checkpoints.appendingPathComponent("step-000000000\(step)")
              .appendingPathComponent(file)
          )
        }
        let isSame = try bytes(before) == bytes(after)
        #expect(isSame, "\(file)")
      }
    }
  }

  @Test func `of a step that was passed over the lens has nothing to say`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    var recipe = TinyRun.recipe
    recipe.onNonFinite = .skip
    recipe.schedule.epochs = 1
    recipe.lens.everySteps = 1
    var looks: [Int: Bool] = [:]
    var advice: ImbalanceAdvice?
    try Self.run(recipe, in: folder) { event in
      if case .step(let step) = event { looks[step.step] = step.lens != nil }
      if case .evaluated(let evaluation) = event { advice = evaluation.advice }
    }
    let skipped = Self.stepOfPicture
    #expect(looks == [1: skipped != 1, 2: skipped != 2, 3: skipped != 3])
    let lines = try folder.timelessMetrics().filter { $0["kind"] == "step" }
    for line in lines {
      let keys = line.keys.filter { $0.hasPrefix("lens") }
      #expect(keys.isEmpty == (line.step == skipped), "step \(line.step): \(keys)")
    }
    // What is told follows from the log, as a resumed run reads it.
    let logged = lines.compactMap { line in ImbalanceFigures { line[$0]?.number } }
    #expect(logged.count == 2 && advice == ImbalanceAdvice(logged))
  }

  @Test func `ten in a row end a run that skips`() throws {
    let temporary = try TemporaryFolder()
    var recipe = TinyRun.recipe
    recipe.onNonFinite = .skip
    recipe.schedule.epochs = 20
    recipe.schedule.batchSize = 6
    recipe.evaluation.everyEpochs = 20
    var skipped = 0
    let error = #expect(throws: TrainingError.self) {
      try Self.run(recipe, in: temporary.run()) { event in
        if case .step(let step) = event, step.fault != nil { skipped += 1 }
      }
    }
    #expect(error?.code == .nonFiniteLoss(step: 10))
    #expect(error?.message.contains("the 10th step in a row") == true)
    #expect(skipped == 9)
    // A record holds a whole network: the first few are enough, and the disk is not theirs.
    let folder = temporary.run()
    #expect(
      (1...10).map { FileManager.default.fileExists(atPath: folder.nonFinite(step: $0).path) }
        == (1...10).map { $0 <= 5 }
    )
    #expect(
      error.map { ([$0.message] + $0.details).joined(separator: "\n") }?
        .contains("was not written: 5 records of earlier steps are in ") == true
    )
  }

  @Test func `a replay finds the picture, and the layer that saw it first`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    #expect(throws: TrainingError.self) { try Self.run(TinyRun.recipe, in: folder) }
    let url = folder.nonFinite(step: Self.stepOfPicture)
    let replay = try StepReplay(contentsOf: url)
    #expect(replay.step == Self.stepOfPicture)
    let outcome = try replay.run()
    #expect(!outcome.isFinite && outcome.classificationLoss.isNaN)
    #expect(outcome.firstFaultyLayer == "backbone.body.conv1")
    #expect(outcome.pictures.count == 2)
    for picture in outcome.pictures {
      let isBroken = picture.imageID == Self.picture
      #expect(picture.hasFinitePixels == !isBroken)
      #expect(picture.hasFiniteOutputs == !isBroken)
      #expect(picture.classificationLoss.isFinite == !isBroken)
    }
  }

  /// A step that was finite in the run is the same step in its replay: same loss, same gradient norm.
  @Test func `a replay computes the step that was recorded`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    var recipe = TinyRun.recipe
    recipe.optimizer.gradientClip = 0
    // The gradient overflows, the losses do not: squares of gradients of 1e30 and more.
    recipe.loss.boxWeight = 1e38
    recipe.schedule.epochs = 1
    let error = #expect(throws: TrainingError.self) {
      try Self.run(recipe, in: folder, breaking: nil)
    }
    #expect(error?.code == .nonFiniteLoss(step: 1))
    let outcome = try StepReplay(contentsOf: folder.nonFinite(step: 1)).run()
    #expect(!outcome.isFinite && outcome.classificationLoss.isFinite)
    let message = error?.description ?? ""
    #expect(
      message.contains("classification loss \(Float(outcome.classificationLoss))"),
      "\(message)"
    )
    let mended = try StepReplay(
      contentsOf: folder.nonFinite(step: 1),
      setting: ["loss.boxWeight=1"]
    ).run()
    #expect(mended.isFinite && mended.firstFaultyLayer == nil)
  }

  @Test func `what is no record is refused with what was expected`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try TinyRun.start(in: folder, stoppingAfter: 1)
    let error = #expect(throws: TrainingError.self) { try StepReplay(contentsOf: folder.last) }
    #expect(error?.message.hasPrefix("\(folder.last.path): found no focal.step") == true)
  }
}
