import BoxGeometry
import COCOEvaluation
import COCOFormat
import DetectionDatasets
import DetectionInference
import DetectionModels
import DetectionTraining
import Foundation
import Raster
import Testing

/// Scores while training and of the model it leaves.
///
/// Serialized, as each occupies every core.
@Suite(.serialized) struct TrainerScoringTests {
  /// Group norm takes its statistics over the padding too.
  @Test func `the scores of a picture do not depend on its neighbours`() throws {
    var recipe = TinyRun.recipe
    recipe.model.norm = .group
    recipe.model.headNorm = .group
    var configuration = recipe.configuration(
      categories: TinyRun.training.categories.map(\.name),
      categoryIDs: TinyRun.training.categories.map(\.id)
    )
    configuration.detection.scoreThreshold = 0
    var generator = SplitMix64(state: 3)
    let model = try RetinaNet(configuration: configuration, using: &generator)
    let temporary = try TemporaryFolder()
    let data = temporary.url.appendingPathComponent("data")
    try TinyRun.dataset(count: 4, seed: 2).write(to: data)
    let file = data.appendingPathComponent("annotations.json").path
    guard case .file(let picture) = try DetectionDataset.load(file).samples[1].source else {
      Issue.record("expected a file")
      return
    }
    try RasterImage(width: 64, height: 64, red: 90, green: 120, blue: 150).write(to: picture)
    let dataset = try DetectionDataset.load(file)
    let detector = Detector(model: model, precision: .float32)
    let together = try ModelEvaluation.run(detector: detector, dataset: dataset)
    for sample in dataset.samples {
      let alone = try detector.detections(in: dataset.image(of: sample)).map(\.score)
      let scores = together.detections.filter { $0.imageID == sample.imageID }.map(\.score)
      #expect(scores.count == alone.count)
      // A batch of another size may round otherwise.
      let isClose = zip(scores, alone).allSatisfy { abs($0 - Double($1)) < 1e-5 }
      #expect(isClose, "image \(sample.imageID)")
    }
    #expect(together.detections.map(\.imageID) == together.detections.map(\.imageID).sorted())
  }

  @Test func `the final model detects as the trained one was scored`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try TinyRun.start(in: folder)
    let detector = try Detector(contentsOf: folder.final, precision: .float32, scoreThreshold: 0)
    #expect(detector.model.configuration.categories == TinyRun.training.categories.map(\.name))
    #expect(detector.model.configuration.categoryIDs == TinyRun.training.categories.map(\.id))
    let evaluation = try ModelEvaluation.run(
      detector: detector,
      dataset: TinyRun.validation,
      batchSize: 1
    )
    #expect(evaluation.result.images == 2 && evaluation.skipped.isEmpty)
    for sample in TinyRun.validation.samples {
      let image = try TinyRun.validation.image(of: sample)
      let found = try detector.detections(in: image).map {
        COCODetection(
          imageID: sample.imageID,
          categoryID: TinyRun.validation.categories[$0.label].id,
          box: COCOBox($0.box),
          score: Double($0.score)
        )
      }
      let scored = evaluation.detections.filter { $0.imageID == sample.imageID }
      #expect(!scored.isEmpty)
      #expect(scored.map(\.categoryID) == found.map(\.categoryID))
      #expect(scored.map(\.score) == found.map(\.score))
    }
  }
}
