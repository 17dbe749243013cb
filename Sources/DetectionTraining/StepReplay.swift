import DetectionInference
import BoxGeometry
import DetectionModels
package import Foundation
import Torch
import TorchNN

/// A recorded step, to be computed again: the way to the cause of a loss that was not finite.
package struct StepReplay {
  /// What came of the whole step.
  package struct Outcome {
    package let classificationLoss: Double
    package let boxLoss: Double
    package let gradientNorm: Double
    /// The first layer, in the order of computation, that made something else than numbers; `nil` for none.
    package let firstFaultyLayer: String?
    /// Parameters with broken gradients, then with the largest.
    package let norms: [LayerNorm]
    package let pictures: [Picture]

    /// Whether losses and gradient are numbers.
    package var isFinite: Bool {
      classificationLoss.isFinite && boxLoss.isFinite && gradientNorm.isFinite
    }
  }

  /// What the network, with its running statistics, makes of one picture alone.
  package struct Picture {
    package let imageID: Int
    package let name: String
    package let boxCount: Int
    /// Whether the pixels are numbers, and what the network makes of them.
    package let hasFinitePixels: Bool
    package let hasFiniteOutputs: Bool
    /// Losses over the step's normaliser, without the other pictures.
    package let classificationLoss: Double
    package let boxLoss: Double
  }

  /// Counted from 1.
  package var step: Int { record.step }
  package var learningRate: Double { record.learningRate }
  /// Whether the record has all pictures of the step, not one worker's share.
  package var isWholeStep: Bool { record.imageCount == record.pictures.count }
  /// The recipe that the step is computed with.
  package let recipe: TrainingRecipe

  private let record: StepRecord
  private let model: RetinaNet
  private let pixels: Tensor
  private let place: String

  /// Reads a record.
  ///
  /// - Parameters:
  ///   - url: The file that a run wrote.
  ///   - assignments: Keys of the recipe to change, as `precision=float32`.
  /// - Throws: ``TrainingError`` if it is no such file; ``RecipeError`` for an assignment; errors of the file.
  package init(contentsOf url: URL, setting assignments: [String] = []) throws {
    place = url.path
    let file = try SafetensorsFile(contentsOf: url)
    guard let text = file.metadata[StepRecord.metadataKey],
      let record = try? JSONDecoder().decode(StepRecord.self, from: Data(text.utf8))
    else {
      throw Self.fault(
        place,
        "found no \(StepRecord.metadataKey) that can be read in the metadata, expected a file that "
          + "focal train wrote when a loss was not finite (non-finite-step-….safetensors)"
      )
    }
    self.record = record
    recipe = try RecipeYAML.recipe(
      setting: assignments,
      over: RecipeYAML.recipe(parsing: record.recipe, file: url.path, over: TrainingRecipe())
    )
    var generator = SplitMix64(state: 0)
    let configuration = recipe.configuration(
      categories: record.categories,
      categoryIDs: record.categoryIDs
    )
    if let fault = configuration.fault { throw Self.fault(place, fault) }
    if recipe.threads > 0 { try TorchRuntime.setThreads(recipe.threads) }
    model = try RetinaNet(configuration: configuration, using: &generator)
    try model.load(
      file.tensors().filter { $0.name.hasPrefix(StepRecord.modelPrefix) }.map {
        NamedTensor(
          name: String($0.name.dropFirst(StepRecord.modelPrefix.count)),
          tensor: $0.tensor
        )
      }
    )
    pixels = try file.tensor(named: StepRecord.pixels)
    try check()
  }

  private func check() throws {
    let expected = [record.pictures.count, record.height, record.width, 3]
    guard pixels.shape == expected, !record.pictures.isEmpty else {
      throw Self.fault(place, "pixels: found shape \(pixels.shape), expected \(expected)")
    }
    for picture in record.pictures {
      let labels = 0..<Float(record.categories.count)
      guard picture.boxes.allSatisfy({ $0.count == 5 && labels.contains($0[4]) }),
        picture.ignoreRegions.allSatisfy({ $0.count == 4 })
      else {
        throw Self.fault(
          place,
          "picture \(picture.imageID): expected boxes of four corners and a label, regions of four corners"
        )
      }
    }
  }

  private static func fault(_ place: String, _ message: String) -> TrainingError {
    TrainingError(code: .unreadableCheckpoint, message: "\(place): \(message)")
  }

  /// Computes the step again, forward and backward; nothing is trained.
  ///
  /// - Returns: Losses, gradient, and where they come from.
  /// - Throws: `TorchError` if memory runs out.
  package func run() throws -> Outcome {
    let precision = recipe.precision.resolved
    let targets = self.targets
    var average = record.foregroundAverage
    let normalizer = LossNormalizer(
      model.configuration.loss.normalizer,
      foregroundCount: record.foregroundCount,
      imageCount: record.imageCount,
      average: &average
    )
    let images = try pixels.permute([0, 3, 1, 2]).channelsLast()
    // Before the pass in training, which moves the running statistics.
    let pictures = try record.pictures.indices.map { index in
      try picture(index, images: images, target: targets[index], normalizer)
    }
    let names = Dictionary(
      model.leaves.map { (ObjectIdentifier($0.module), $0.name) },
      uniquingKeysWith: { first, _ in first }
    )
    let fault = FirstFault()
    var (classification, box) = (0.0, 0.0)
    let parts = min(recipe.schedule.accumulation, record.pictures.count)
    for part in 0..<parts {
      let range = part * record.pictures.count / parts..<(part + 1) * record.pictures.count / parts
      let outputs = try LayerTrace.watching({ layer, output in
        fault.look(names[layer] ?? "a layer without a name", output)
      }) {
        try precision.training {
          try model(
            images.narrow(dim: 0, start: range.lowerBound, length: range.count),
            mode: .training
          )
        }
      }
      let losses = try model.configuration.losses(
        of: outputs,
        targets: Array(targets[range]),
        normalizer: normalizer
      )
      classification += try losses.classification.item()
      box += try losses.box.item()
      try losses.total.backward()
    }
    let trained = model.parameters.filter(\.tensor.requiresGradient)
    return Outcome(
      classificationLoss: classification,
      boxLoss: box,
      gradientNorm: try clipGradients(of: trained, toNorm: nil),
      firstFaultyLayer: fault.layer,
      norms: try LayerNorm.striking(trained),
      pictures: pictures
    )
  }

  private var targets: [AnchorTargets] {
    let anchors = model.anchors(imageWidth: record.width, imageHeight: record.height)
    return record.pictures.map { picture in
      AnchorTargets(
        anchors: anchors,
        boxes: picture.boxes.map {
          LabeledBox(
            box: BoundingBox(x1: $0[0], y1: $0[1], x2: $0[2], y2: $0[3]),
            label: Int($0[4])
          )
        },
        ignoreRegions: picture.ignoreRegions.map {
          BoundingBox(x1: $0[0], y1: $0[1], x2: $0[2], y2: $0[3])
        },
        matcher: model.configuration.matcher,
        coder: model.configuration.boxCoder
      )
    }
  }

  private func picture(
    _ index: Int,
    images: Tensor,
    target: AnchorTargets,
    _ normalizer: LossNormalizer
  ) throws -> Picture {
    let picture = record.pictures[index]
    return try recipe.precision.resolved.inference {
      let pixels = try images.narrow(dim: 0, start: index, length: 1)
      let outputs = try model(pixels, mode: .inference)
      let losses = try model.configuration.losses(
        of: outputs,
        targets: [target],
        normalizer: normalizer
      )
      return Picture(
        imageID: picture.imageID,
        name: picture.name,
        boxCount: picture.boxes.count,
        hasFinitePixels: try pixels.isAllFinite,
        hasFiniteOutputs: try outputs.logits.isAllFinite && outputs.deltas.isAllFinite,
        classificationLoss: try losses.classification.item(),
        boxLoss: try losses.box.item()
      )
    }
  }
}

/// The first layer that makes something else than numbers.
///
/// `@unchecked`: layers run one after the other on one thread.
private final class FirstFault: @unchecked Sendable {
  private(set) var layer: String?

  func look(_ name: String, _ output: Tensor) {
    if layer == nil, (try? output.detach().isAllFinite) == false { layer = name }
  }
}

extension Tensor {
  /// Whether every element is a finite number.
  var isAllFinite: Bool {
    get throws { try to(.float32).isFinite().all().itemInt() != 0 }
  }
}
