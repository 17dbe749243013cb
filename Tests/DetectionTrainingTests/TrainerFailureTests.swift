import BoxGeometry
import COCOFormat
import DetectionDatasets
import DetectionTraining
import Foundation
import RunLogs
import Testing

/// Runs that end badly, or nearly.
///
/// Serialized, as each of these occupies every core.
@Suite(.serialized) struct TrainerFailureTests {
  @Test func `a loss that is not finite ends the run with step, pictures and rate`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    var recipe = TinyRun.recipe
    recipe.optimizer.learningRatePer16Images = 1e30
    recipe.optimizer.gradientClip = 0
    recipe.schedule.warmupImages = 0
    var taken = 0
    var error: TrainingError?
    do {
      try TinyRun.start(recipe, in: folder) { event in
        if case .step = event { taken += 1 }
      }
    } catch let failure as TrainingError {
      error = failure
    }
    let failure = try #require(error)
    #expect(failure.code == .nonFiniteLoss(step: taken + 1))
    #expect(failure.message.contains("step \(taken + 1)"), "\(failure.message)")
    #expect(failure.description.contains(", learning rate 1"), "\(failure)")
    let list = failure.description.firstMatch(of: /images (.*?), learning rate/)?.1 ?? ""
    let named = list.matches(of: /(\d+) \(/).compactMap { Int($0.1) }
    #expect(named.count == 2 && named.allSatisfy { (1...6).contains($0) }, "\(failure)")
    // What was reached before can still be looked at.
    #expect(try folder.timelessMetrics().count { $0["kind"] == "step" } == taken)
  }

  @Test func `a loss that is not finite in a later epoch is told by its own step`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try TinyRun.start(in: folder, stoppingAfter: 4)
    var taken = 4
    // One picture of the second epoch's last two steps, as each picture comes once an epoch.
    var error: TrainingError?
    for picture in TinyRun.training.samples.map(\.imageID) where error == nil {
      taken = 4
      do {
        _ = try Trainer(
          recipe: TinyRun.recipe,
          training: TinyRun.training,
          validation: TinyRun.validation,
          folder: folder,
          rehearsingNonFinite: picture
        ).run(resuming: true) { event in
          if case .step = event { taken += 1 }
        }
      } catch let failure as TrainingError {
        error = failure
      }
    }
    #expect(try #require(error).code == .nonFiniteLoss(step: taken + 1))
    #expect(taken >= 4)
  }

  @Test func `a run goes on with the recipe and the data that it began with`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try TinyRun.start(in: folder, stoppingAfter: 1)
    var other = TinyRun.recipe
    other.seed = 9
    other.optimizer.momentum = 0.8
    var error = #expect(throws: TrainingError.self) { try TinyRun.resume(other, in: folder) }
    #expect(error?.code == .wrongData)
    let message = error?.message ?? ""
    #expect(
      message.contains("optimizer.momentum was 0.9, found 0.8; seed was 0, found 9; put it back"),
      "\(message)"
    )

    var moved = TinyRun.training
    let box = moved.samples[0].boxes[0].box
    moved.samples[0].boxes[0].box = BoundingBox(x1: box.x1, y1: box.y1, x2: box.x2 + 1, y2: box.y2)
    error = #expect(throws: TrainingError.self) {
      try Trainer(
        recipe: TinyRun.recipe,
        training: moved,
        validation: TinyRun.validation,
        folder: folder
      ).run(resuming: true) { _ in }
    }
    #expect(error?.code == .wrongData)
    error = #expect(throws: TrainingError.self) {
      try Trainer(
        recipe: TinyRun.recipe,
        training: TinyRun.training,
        validation: TinyRun.dataset(count: 2, seed: 9),
        folder: folder
      ).run(resuming: true) { _ in }
    }
    #expect(error?.code == .wrongData)

    // What moves no step may change.
    var free = TinyRun.recipe
    free.checkpoint.keep = 7
    free.workers = 2
    free.onNonFinite = .skip
    #expect(try TinyRun.resume(free, in: folder).isComplete)
  }

  @Test func `data without pictures or boxes trains nothing`() throws {
    let temporary = try TemporaryFolder()
    var empty = TinyRun.training
    empty.samples = []
    empty.location = "empty.json"
    for (training, validation, name) in [
      (empty, TinyRun.validation, "training"), (TinyRun.training, empty, "validation"),
    ] {
      let error = #expect(throws: TrainingError.self) {
        _ = try Trainer(
          recipe: TinyRun.recipe,
          training: training,
          validation: validation,
          folder: temporary.run()
        )
      }
      #expect(error?.code == .emptyDataset)
      #expect(error?.message.hasPrefix("empty.json: the \(name) data holds no picture") == true)
    }
    var bare = TinyRun.training
    bare.location = "bare.json"
    for index in bare.samples.indices { bare.samples[index].boxes = [] }
    let error = #expect(throws: TrainingError.self) {
      _ = try Trainer(
        recipe: TinyRun.recipe,
        training: bare,
        validation: TinyRun.validation,
        folder: temporary.run()
      )
    }
    #expect(error?.message.hasPrefix("bare.json: the training data holds no box") == true)
    let unscored = #expect(throws: TrainingError.self) {
      _ = try Trainer(
        recipe: TinyRun.recipe,
        training: TinyRun.training,
        validation: bare,
        folder: temporary.run()
      )
    }
    #expect(unscored?.code == .emptyDataset)
    #expect(unscored?.message.hasPrefix("bare.json: the validation data holds no box") == true)
  }

  @Test func `a class that the training data lacks is refused by name`() throws {
    let temporary = try TemporaryFolder()
    var other = TinyRun.validation
    let used = try #require(other.samples.first?.groundTruth.first?.categoryID)
    let index = try #require(other.categories.firstIndex { $0.id == used })
    other.categories[index].name = "walrus"
    other.location = "other.json"
    let error = #expect(throws: DatasetError.self) {
      _ = try Trainer(
        recipe: TinyRun.recipe,
        training: TinyRun.training,
        validation: other,
        folder: temporary.run()
      )
    }
    #expect(error?.description.hasPrefix("other.json: class \"walrus\"") == true, "\(error as Any)")
  }

  @Test func `a picture that breaks under way is left out and told`() throws {
    let temporary = try TemporaryFolder()
    let data = temporary.url.appendingPathComponent("data")
    try TinyRun.training.write(to: data)
    let training = try DetectionDataset.load(data.appendingPathComponent("annotations.json").path)
    guard case .file(let picture) = training.samples[2].source else {
      Issue.record("expected a file")
      return
    }
    try Data(contentsOf: picture).prefix(200).write(to: picture)
    var recipe = TinyRun.recipe
    recipe.schedule.epochs = 1
    recipe.onBadData = .skip
    func trainer(_ name: String) throws -> Trainer {
      let folder = temporary.run(name)
      try folder.create()
      return try Trainer(
        recipe: recipe,
        training: training,
        validation: TinyRun.validation,
        folder: folder
      )
    }
    let outcome = try trainer("skip").run { _ in }
    #expect(outcome.isComplete && outcome.steps == 3)
    #expect(outcome.skipped.count == 1)
    #expect(outcome.skipped.first?.contains(picture.lastPathComponent) == true)

    recipe.onBadData = .stop
    let error = #expect(throws: DatasetError.self) { try trainer("stop").run { _ in } }
    #expect(error?.file.contains(picture.lastPathComponent) == true)
  }

  @Test func `validation pictures that cannot be used are told, those absent from the start too`()
    throws
  {
    let temporary = try TemporaryFolder()
    let data = temporary.url.appendingPathComponent("data")
    try TinyRun.dataset(count: 4, seed: 2).write(to: data)
    let file = data.appendingPathComponent("annotations.json").path
    func picture(_ index: Int) throws -> URL {
      guard case .file(let url) = try DetectionDataset.load(file).samples[index].source else {
        throw CocoaError(.fileNoSuchFile)
      }
      return url
    }
    let (absent, broken) = (try picture(0), try picture(2))
    try FileManager.default.removeItem(at: absent)
    let validation = try DetectionDataset.load(file, onBadData: .skip)
    try Data(contentsOf: broken).prefix(200).write(to: broken)
    var recipe = TinyRun.recipe
    recipe.schedule.epochs = 1
    recipe.onBadData = .skip
    let folder = temporary.run()
    try folder.create()
    let outcome = try Trainer(
      recipe: recipe,
      training: TinyRun.training,
      validation: validation,
      folder: folder
    ).run { _ in }
    #expect(outcome.skipped.count == 2, "\(outcome.skipped)")
    for name in [absent, broken].map(\.lastPathComponent) {
      #expect(outcome.skipped.contains { $0.contains(name) }, "\(outcome.skipped)")
    }
  }

  @Test func `a run is not resumed with other data`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try TinyRun.start(in: folder, stoppingAfter: 1)
    let before = try Data(contentsOf: folder.metrics)
    var fewer = TinyRun.training
    fewer.samples.removeLast()
    var renamed = TinyRun.training
    renamed.categories.append(DatasetCategory(id: 99, name: "walrus"))
    for (training, found) in [(fewer, "found 5 pictures"), (renamed, "walrus")] {
      let error = #expect(throws: TrainingError.self) {
        try Trainer(
          recipe: TinyRun.recipe,
          training: training,
          validation: TinyRun.validation,
          folder: folder
        ).run(resuming: true) { _ in }
      }
      #expect(error?.code == .wrongData)
      #expect(error?.message.contains("it had 6 pictures") == true, "\(error as Any)")
      #expect(error?.message.contains(found) == true, "\(error as Any)")
    }
    #expect(try Data(contentsOf: folder.metrics) == before)
  }

  @Test func `a second trainer is kept out of a run that is under way`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    var refusals: [TrainingError] = []
    try TinyRun.start(in: folder, stoppingAfter: 1) { event in
      guard case .started = event else { return }
      for attempt in [{ try TinyRun.start(in: folder) }, { try TinyRun.resume(in: folder) }] {
        do {
          _ = try attempt()
        } catch let error as TrainingError {
          refusals.append(error)
        }
      }
    }
    #expect(refusals.map(\.code) == [.folderInUse, .folderInUse])
    #expect(refusals.allSatisfy { $0.message.hasPrefix("\(folder.url.path): another process") })
    #expect(try TinyRun.resume(in: folder).isComplete)
  }

  @Test func `a folder that cannot be resumed from is named`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try folder.create()
    let error = #expect(throws: TrainingError.self) { try TinyRun.resume(in: folder) }
    #expect(error?.code == .nothingToResume)
    #expect(error?.message.hasPrefix(folder.checkpoints.path) == true)
  }
}
