import BoxGeometry
import DetectionDatasets
import DetectionModels
import Foundation
import Torch
import TorchNN

/// All that a step's losses and gradient follow from: the network before it, the very pixels, the boxes.
///
/// One `.safetensors` file: tensors `model.*` and `pixels` [N, H, W, 3], the rest as JSON in its metadata.
struct StepRecord: Codable {
  /// One picture of the step.
  struct Picture: Codable {
    let imageID: Int
    let name: String
    /// Corners x1, y1, x2, y2 and the label, in pixels of the batch.
    let boxes: [[Float]]
    /// Corners of the regions that are neither object nor background.
    let ignoreRegions: [[Float]]
  }

  /// The whole recipe, as YAML.
  let recipe: String
  let categories: [String]
  let categoryIDs: [Int]
  /// Counted from 1.
  let step: Int
  let epoch: Int
  let learningRate: Double
  /// Of the whole step, over all workers.
  let foregroundCount: Int
  let imageCount: Int
  /// What the normaliser of a moving average remembered before the step.
  let foregroundAverage: ForegroundAverage
  let width: Int
  let height: Int
  let pictures: [Picture]

  static let metadataKey = "focal.step"
  static let modelPrefix = "model."
  static let pixels = "pixels"
}

extension StepRecord.Picture {
  init(_ batch: TrainingBatch, _ index: Int) {
    imageID = batch.imageIDs[index]
    name = batch.origins[index].name
    boxes = batch.boxes[index].map {
      [$0.box.x1, $0.box.y1, $0.box.x2, $0.box.y2, Float($0.label)]
    }
    ignoreRegions = batch.ignoreRegions[index].map { [$0.x1, $0.y1, $0.x2, $0.y2] }
  }
}

extension TrainingRun {
  /// Writes what is needed to take the next step again, elsewhere.
  ///
  /// - Parameters:
  ///   - batch: The step's pictures.
  ///   - gradient: What came of them.
  ///   - rate: The learning rate.
  ///   - url: The file.
  /// - Throws: `SafetensorsError` if it cannot be written.
  func record(
    _ batch: TrainingBatch,
    _ gradient: StepGradient,
    rate: Double,
    to url: URL
  ) throws {
    let record = StepRecord(
      recipe: try RecipeYAML.text(recipe),
      categories: model.configuration.categories,
      categoryIDs: model.configuration.categoryIDs,
      step: state.step + 1,
      epoch: state.epoch + 1,
      learningRate: rate,
      foregroundCount: gradient.foregroundCount,
      imageCount: gradient.imageCount,
      foregroundAverage: state.foregroundAverage ?? ForegroundAverage(),
      width: batch.width,
      height: batch.height,
      pictures: (0..<batch.count).map { StepRecord.Picture(batch, $0) }
    )
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let pixels = try Tensor(batch.pixels, shape: [batch.count, batch.height, batch.width, 3])
    try SafetensorsFile.write(
      model.state.map {
        NamedTensor(name: StepRecord.modelPrefix + $0.name, tensor: $0.tensor)
      } + [NamedTensor(name: StepRecord.pixels, tensor: pixels)],
      metadata: [
        StepRecord.metadataKey: String(decoding: try encoder.encode(record), as: UTF8.self)
      ],
      to: url
    )
  }
}
