import BoxGeometry
import DetectionModels
import Foundation
import Torch
import TorchNN

/// Weights, pictures and boxes that `Scripts/golden/torchvision_parity.py` computes too, so that none is stored.
enum Formula {
  private static let period = 8191

  /// Even numbers in −1..<1: the upper 24 bits of what SplitMix64 makes of the name.
  static func pattern(_ name: String) -> [Double] {
    let state = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    var generator = SplitMix64(state: state)
    return (0..<period).map { _ in Double(generator.next() >> 40) / 8_388_608 - 1 }
  }

  /// Gives every tensor of a network its formula's values.
  static func fill(_ module: some Module) throws {
    try module.load(
      module.state.map { entry in
        NamedTensor(name: entry.name, tensor: try tensor(entry.name, shape: entry.tensor.shape))
      }
    )
  }

  /// Picture `index` of a canvas: noise within what it fills, 0 beyond it.
  static func pixels(_ golden: TorchvisionGolden, size: Int, index: Int) -> [Float] {
    let canvas = golden.sizes[size]
    let (height, width) = (canvas.height, canvas.width)
    let filled = canvas.pictures[index]
    let values = pattern("picture.\(size).\(index)").map { Float($0) }
    // Row-major (3, H, W) -> (H, W, 3).
    return (0..<(height * width * 3)).map { place in
      let (pixel, channel) = place.quotientAndRemainder(dividingBy: 3)
      let (row, column) = pixel.quotientAndRemainder(dividingBy: width)
      guard row < filled[0], column < filled[1] else { return 0 }
      return values[(channel * height * width + pixel) % period]
    }
  }

  /// What is in that picture; labels are torchvision's less 1.
  static func objects(_ golden: TorchvisionGolden, size: Int, index: Int) -> [LabeledBox] {
    let filled = golden.sizes[size].pictures[index]
    let (height, width) = (Double(filled[0]), Double(filled[1]))
    let draws = pattern("boxes.\(size).\(index)").map { ($0 + 1) / 2 }
    return (0..<golden.boxes[index]).map { object in
      let draw = draws[(5 * object)..<(5 * object + 5)].map { $0 }
      let (x1, y1) = (Float(draw[0] * (width - 24)), Float(draw[1] * (height - 24)))
      let x2 = Float(Double(x1 + 12) + draw[2] * Double(Float(width - 12) - x1))
      let y2 = Float(Double(y1 + 12) + draw[3] * Double(Float(height - 12) - y1))
      return LabeledBox(
        box: BoundingBox(x1: x1, y1: y1, x2: x2, y2: y2),
        label: Int(draw[4] * 90)
      )
    }
  }

  private static func tensor(_ name: String, shape: [Int]) throws -> Tensor {
    let scale = Scale(name, shape)
    let count = shape.reduce(1, *)
    let draws = pattern(name)
    if shape.count == 1 {
      var values = (0..<count).map { index in
        Float(
          scale.offset + scale.spread * draws[index % period]
            + (index % 2 == 0 ? scale.alternating : -scale.alternating)
        )
      }
      if name.hasSuffix("cls_logits.bias") {
        // The background, which no trained network ever says.
        for anchor in 0..<9 { values[anchor * count / 9] = -12 }
      }
      return try Tensor(values, shape: shape)
    }
    let table = draws.map { Float(scale.offset + scale.spread * $0) }
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = count
      for start in stride(from: 0, to: count, by: period) {
        let length = min(period, count - start)
        // Whole tables at once: there are 36 million weights.
        _ = UnsafeMutableBufferPointer(rebasing: buffer[start..<(start + length)])
          .update(fromContentsOf: table.prefix(length))
      }
    }
    return try Tensor(values, shape: shape)
  }

  private struct Scale {
    var offset = 0.0
    var alternating = 0.0
    var spread = 0.1

    init(_ name: String, _ shape: [Int]) {
      if shape.count == 4 {
        let gains = [
          ("cls_logits", 0.6), ("bbox_reg", 0.02), ("extra_blocks", 0.6), (".fpn.", 3),
          ("body.conv1", 6),
        ]
        let gain = gains.first { name.contains($0.0) }?.1 ?? 0.6
        spread = (gain / Double(shape[1] * shape[2] * shape[3])).squareRoot()
        return
      }
      let endsBlock = name.contains(".bn3.") || name.contains("downsample.1.")
      let isKinked = [".bn1.", ".bn2.", ".conv.", ".p6."].contains { name.contains($0) }
      if name.hasSuffix("running_mean") { return }
      if name.hasSuffix("running_var") {
        (offset, spread) = (1, 0.5)
      } else if name.hasSuffix("weight") {
        (offset, spread) = endsBlock ? (0.12, 0.02) : (1, 0.2)
      } else if name.hasSuffix("cls_logits.bias") {
        (offset, spread) = (-5, 0.5)
      } else if name.contains(".bn3.") {
        alternating = 0.6
      } else if isKinked {
        alternating = 3
      }
    }
  }
}
