import BoxGeometry
import DetectionInference
import DetectionModels
import Torch
import TorchNN

/// One pass of a network over a batch, and the anchors that its outputs are about.
struct ForwardPass {
  /// Shape [B, A, K], float32.
  let logits: Tensor
  /// Shape [B, A, 4], float32.
  let deltas: Tensor
  /// Shape [A, 4], float32: x1, y1, x2, y2.
  let anchors: Tensor

  /// Runs a network, one image after the other: a long batch takes no more memory than its outputs.
  ///
  /// - Parameters:
  ///   - images: Shape [B, 3, H, W], float32; no image at all has outputs without rows.
  ///   - model: The network.
  ///   - precision: The number format of the arithmetic.
  /// - Throws: `TorchError` if memory runs out.
  init(of images: Tensor, through model: RetinaNet, precision: ArithmeticPrecision) throws {
    let boxes = model.anchors(imageWidth: images.shape[3], imageHeight: images.shape[2])
    anchors = try Tensor(
      boxes.flatMap { [$0.x1, $0.y1, $0.x2, $0.y2] },
      shape: [boxes.count, 4]
    )
    guard images.shape[0] > 0 else {
      logits = try Tensor.zeros(shape: [0, boxes.count, model.configuration.logitsPerAnchor])
      deltas = try Tensor.zeros(shape: [0, boxes.count, 4])
      return
    }
    (logits, deltas) = try precision.inference {
      let outputs = try (0..<images.shape[0]).map { index in
        try model(images.narrow(dim: 0, start: index, length: 1), mode: .inference)
      }
      return (
        try Tensor.cat(outputs.map { try $0.logits.to(.float32) }, dim: 0),
        try Tensor.cat(outputs.map { try $0.deltas.to(.float32) }, dim: 0)
      )
    }
  }

  /// How many logits and deltas are infinite or no number.
  func notFinite() throws -> Int {
    try [logits, deltas].reduce(0) { count, tensor in
      try count + tensor.count - tensor.isFinite().sum().itemInt()
    }
  }
}
