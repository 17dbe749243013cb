import BoxGeometry
import CommandConsole
import DetectionInference
import DetectionModels
import Foundation
import Torch
import TorchNN

/// What prediction is timed on.
struct BenchInferSettings: Encodable {
  /// The model file's name; `nil` for random weights.
  let model: String?
  let backbone: ResNetDepth
  let width: Int
  let height: Int
  let batch: Int
  /// Logits of an anchor.
  let classes: Int
  let seed: UInt64
  /// Timed rounds, of three passes each.
  let rounds: Int
}

/// A network and the pictures that go through it.
struct BenchInferInputs {
  let model: RetinaNet
  /// Shape [N, 3, H, W], float32, channels-last.
  let images: Tensor

  /// torchvision's first RetinaNet with random weights.
  ///
  /// - Throws: `TorchError` if memory runs out.
  static func randomModel(
    backbone: ResNetDepth,
    classes: Int,
    using generator: inout SplitMix64
  ) throws -> RetinaNet {
    var configuration = RetinaNetConfiguration(
      .torchvisionV1,
      categories: (1..<classes).map { "class \($0)" }
    )
    configuration.backbone = ResNetConfiguration(depth: backbone, norm: .batch)
    let model = try RetinaNet(configuration: configuration, using: &generator)
    // Norms as after training: what passes through keeps its size.
    let sample = try Tensor.uniform(shape: [2, 3, 128, 128], using: &generator).channelsLast()
    try withoutGradient {
      for _ in 0..<20 { _ = try model(sample, mode: .training) }
    }
    return model
  }

  /// Pictures in a file.
  ///
  /// - Parameters:
  ///   - path: A safetensors file with `images`.
  ///   - configuration: The network they are for.
  /// - Returns: At least one.
  /// - Throws: ``CommandFailure`` naming the file and what is wrong with it.
  static func images(path: String, configuration: RetinaNetConfiguration) throws -> Tensor {
    let images = try ForwardInput(path: path, configuration: configuration).images
    guard images.shape[0] > 0 else {
      throw TensorFile.failure(
        path,
        "images",
        "found shape \(images.shape), expected at least one image"
      )
    }
    return images
  }

  /// What is said of them.
  func settings(model name: String?, seed: UInt64, rounds: Int) -> BenchInferSettings {
    BenchInferSettings(
      model: name,
      backbone: model.configuration.backbone.depth,
      width: images.shape[3],
      height: images.shape[2],
      batch: images.shape[0],
      classes: model.configuration.logitsPerAnchor,
      seed: seed,
      rounds: rounds
    )
  }
}
