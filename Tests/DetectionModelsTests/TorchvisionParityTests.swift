import BoxGeometry
import DetectionModels
import Foundation
import TestSupport
import Testing
import Torch
import TorchNN

/// The same weights, pictures and boxes in torchvision's models and in these.
@Suite(.serialized) struct TorchvisionParityTests {
  /// Of a tensor's greatest magnitude: float32 sums of some thousand terms in another order, through sixty layers.
  static let tolerance = 1e-4

  @Test(arguments: [RetinaNetDialect.torchvisionV1, .torchvisionV2])
  func `equal weights give torchvision's outputs, losses, gradients and training`(
    dialect: RetinaNetDialect
  ) throws {
    let golden = try TorchvisionGolden(dialect == .torchvisionV1 ? "v1" : "v2")
    let configuration: RetinaNetConfiguration =
      dialect == .torchvisionV1 ? .torchvisionV1 : .torchvisionV2
    var generator = SplitMix64(state: 1)
    let model = try RetinaNet(configuration: configuration, using: &generator)
    try Formula.fill(model)
    #expect(model.parameters.count { $0.tensor.requiresGradient } == golden.trained)
    let batches = try golden.sizes.indices.map { try Batch(golden, size: $0, model) }
    for (batch, expected) in zip(batches, golden.cases) {
      try expectOutputs(of: model, batch, expected)
    }
    for (batch, expected) in zip(batches, golden.cases) {
      try expectGradients(of: model, batch, expected)
    }
    try expectTraining(of: model, batches, golden)
    print("\(dialect.rawValue) against torchvision, worst of each: \(deviations.text)")
  }

  @Test(arguments: [RetinaNetDialect.torchvisionV1, .torchvisionV2])
  func `by Winograd's filtering, which an optimised build takes, they are equal too`(
    dialect: RetinaNetDialect
  ) throws {
    let golden = try TorchvisionGolden(dialect == .torchvisionV1 ? "v1" : "v2")
    var generator = SplitMix64(state: 1)
    let model = try RetinaNet(
      configuration: dialect == .torchvisionV1 ? .torchvisionV1 : .torchvisionV2,
      using: &generator
    )
    try Formula.fill(model)
    try withConvolutions(.winograd) {
      let batch = try Batch(golden, size: 0, model)
      try expectOutputs(of: model, batch, golden.cases[0])
      try expectGradients(of: model, batch, golden.cases[0])
    }
    print("\(dialect.rawValue) by Winograd's filtering, worst of each: \(deviations.text)")
  }

  private let deviations = Deviations()

  /// The greatest deviation of each kind, to be printed.
  private final class Deviations {
    private var worst: [String: Double] = [:]

    func note(_ kind: String, _ deviation: Double) {
      worst[kind] = max(worst[kind] ?? 0, deviation)
    }

    var text: String {
      worst.sorted { $0.key < $1.key }
        .map { "\($0.key) \(String(format: "%.1e", $0.value))" }
        .joined(separator: ", ")
    }
  }

  private struct Batch {
    let images: Tensor
    let targets: [AnchorTargets]
    let sizes: [[Int]]

    init(_ golden: TorchvisionGolden, size: Int, _ model: RetinaNet) throws {
      let canvas = golden.sizes[size]
      sizes = canvas.pictures
      images = try Tensor.channelsLast(
        nhwc: sizes.indices.flatMap { Formula.pixels(golden, size: size, index: $0) },
        images: sizes.count,
        height: canvas.height,
        width: canvas.width,
        channels: 3
      )
      targets = sizes.indices.map { index in
        model.targets(
          Formula.objects(golden, size: size, index: index),
          width: canvas.width,
          height: canvas.height
        )
      }
    }
  }

  private func expectOutputs(
    of model: RetinaNet,
    _ batch: Batch,
    _ expected: TorchvisionGolden.Case
  ) throws {
    let outputs = try withInferenceMode { try model(batch.images, mode: .inference) }
    try expectSample("logits", outputs.logits, expected.logits)
    try expectSample("deltas", outputs.deltas, expected.deltas)

    let anchors = model.anchors(
      imageWidth: batch.images.shape[3],
      imageHeight: batch.images.shape[2]
    )
    let coordinates = anchors.flatMap { anchor in (0..<4).map { Int(anchor.corners[$0]) } }
    #expect(anchors.count == expected.anchors.count)
    #expect(Array(coordinates.prefix(72)) == expected.anchors.first)
    let checksum = coordinates.enumerated().reduce(0) { $0 + $1.element * (($1.offset + 1) % 97) }
    #expect(checksum == expected.anchors.checksum)

    for index in batch.sizes.indices {
      expectDetections(
        try detections(of: model, outputs, picture: index, batch, expected.detections),
        expected.detections.pictures[index],
        scale: Float(max(batch.images.shape[2], batch.images.shape[3]))
      )
    }
  }

  private func detections(
    of model: RetinaNet,
    _ outputs: HeadOutputs,
    picture: Int,
    _ batch: Batch,
    _ limits: TorchvisionGolden.Detections
  ) throws -> [ScoredBox] {
    var detection = model.configuration.detection
    detection.scoreThreshold = limits.scoreThreshold
    detection.iouThreshold = limits.iouThreshold
    detection.candidatesPerLevel = limits.candidatesPerLevel
    detection.detectionsPerImage = limits.detectionsPerImage
    let decoder = DetectionDecoder(
      configuration: detection,
      coder: model.configuration.boxCoder,
      categoryCount: model.configuration.categories.count,
      classLayout: model.configuration.classLayout
    )
    let (height, width) = (batch.images.shape[2], batch.images.shape[3])
    let levels = AnchorGenerator(configuration: model.configuration.anchors)
      .featureSizes(imageWidth: width, imageHeight: height)
    let logits = try outputs.logits.select(dim: 0, index: picture).floats()
    let deltas = try outputs.deltas.select(dim: 0, index: picture).floats()
    return logits.withUnsafeBufferPointer { logits in
      deltas.withUnsafeBufferPointer { deltas in
        decoder.detections(
          logits: logits,
          deltas: deltas,
          anchors: model.anchors(imageWidth: width, imageHeight: height),
          levelSizes: levels.map { $0.height * $0.width * 9 },
          width: Float(batch.sizes[picture][1]),
          height: Float(batch.sizes[picture][0])
        )
      }
    }
  }

  /// The same detections; near-equal scores may change places.
  private func expectDetections(
    _ found: [ScoredBox],
    _ expected: TorchvisionGolden.Picture,
    scale: Float
  ) {
    #expect(found.count == expected.labels.count)
    var left = found
    for (place, label) in expected.labels.enumerated() {
      let box = BoundingBox(
        corners: SIMD4(
          expected.boxes[place][0],
          expected.boxes[place][1],
          expected.boxes[place][2],
          expected.boxes[place][3]
        )
      )
      let distances = left.map { candidate in
        let difference = candidate.box.corners - box.corners
        return candidate.label + 1 == label
          ? (difference * difference).max().squareRoot() : .infinity
      }
      let nearest = distances.indices.min { distances[$0] < distances[$1] }
      guard let nearest, distances[nearest] <= Float(Self.tolerance) * scale else {
        Issue.record("detection \(place), label \(label) at \(box), is not among what was found")
        return
      }
      let scoreError = abs(left[nearest].score - expected.scores[place])
      deviations.note("scores", Double(scoreError))
      deviations.note("boxes", Double(distances[nearest] / scale))
      #expect(scoreError <= Float(Self.tolerance), "detection \(place)")
      left.remove(at: nearest)
    }
  }

  private func expectGradients(
    of model: RetinaNet,
    _ batch: Batch,
    _ expected: TorchvisionGolden.Case
  ) throws {
    let losses = try model.losses(images: batch.images, targets: batch.targets)
    try losses.total.backward()
    let found = [
      "classification": try losses.classification.item(),
      "bbox_regression": try losses.box.item(),
    ]
    for (name, value) in expected.losses {
      let error = abs(try #require(found[name]) - value) / max(1, value)
      deviations.note("losses", error)
      #expect(error <= Self.tolerance, "\(name)")
    }
    let named = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.tensor) })
    #expect(expected.gradients.count >= 14)
    for (name, sample) in expected.gradients {
      let gradient = try #require(try named[name]?.gradient(), "\(name)")
      try expectSample(name, gradient, sample)
    }
    for (name, tensor) in named {
      #expect(try (tensor.gradient() != nil) == tensor.requiresGradient, "\(name)")
      try tensor.clearGradient()
    }
  }

  private func expectTraining(
    of model: RetinaNet,
    _ batches: [Batch],
    _ golden: TorchvisionGolden
  ) throws {
    let optimizer = try SGD([ParameterGroup(model.parameters)])
    var worst = 0.0
    for (step, expected) in golden.steps.enumerated() {
      let batch = batches[step % batches.count]
      let losses = try model.losses(images: batch.images, targets: batch.targets)
      for (found, value) in try zip([losses.classification.item(), losses.box.item()], expected) {
        worst = max(worst, abs(found - value) / max(1, value))
      }
      try losses.total.backward()
      try optimizer.step(learningRate: golden.rate)
      try optimizer.clearGradients()
    }
    #expect(worst <= 1e-3)
    deviations.note("losses of eleven steps", worst)
    #expect(golden.steps.count == 11)
  }

  private func expectSample(
    _ name: String,
    _ tensor: Tensor,
    _ expected: TorchvisionGolden.Sample
  ) throws {
    #expect(tensor.shape == expected.shape, "\(name)")
    let flat = try tensor.detach().contiguous().reshape([tensor.count])
    let places = expected.elements.indices.map { Int64($0 * expected.step) }
    let found = try flat.indexSelect(dim: 0, Tensor(places, shape: [places.count])).doubles()
    for (place, value) in expected.elements.enumerated() {
      let error = abs(found[place] - value) / expected.greatest
      deviations.note(["logits", "deltas"].contains(name) ? name : "gradients", error)
      #expect(error <= Self.tolerance, "\(name), element \(places[place])")
    }
    // A NaN passes no comparison.
    let greatestError = abs(try flat.abs().max().item() - expected.greatest)
    #expect(greatestError <= Self.tolerance * expected.greatest, "\(name): greatest")
    let sumError = abs(try flat.to(.float64).sum().item() - expected.sum)
    #expect(sumError <= Self.tolerance * expected.magnitude, "\(name): sum")
  }
}
