import BoxGeometry
import DetectionModels
import Torch

/// From normalised pictures to detections by a compiled network.
///
/// The class head runs first. A cell of which no class passes the threshold has no detection, whatever its boxes are: the
/// box head looks only at the others. Logits and deltas are read where they lie.
final class CompiledDetector {
  private let configuration: RetinaNetConfiguration
  private let network: CompiledNetwork
  private var anchors = KeptAnchors()

  init(_ model: RetinaNet, precision: PredictionPrecision, calibration: Calibration?) throws {
    configuration = model.configuration
    network = try CompiledNetwork(model, precision: precision, calibration: calibration)
  }

  /// The detections in each picture of a batch, best first, in the network's input pixels.
  ///
  /// - Parameters:
  ///   - images: Normalised pictures, padded on the right and below. Shape [N, 3, H, W].
  ///   - sizes: Width and height of each picture without its padding.
  ///   - rules: What becomes a detection, one for each picture.
  /// - Returns: One list a picture.
  /// - Throws: `TorchError` if the shape does not fit or memory runs out.
  func detections(
    in images: Tensor,
    sizes: [PictureSize],
    rules: [DetectionConfiguration]
  ) throws -> [[ScoredBox]] {
    let decoders = rules.map { rules in
      DetectionDecoder(
        configuration: rules,
        coder: configuration.boxCoder,
        categoryCount: configuration.categories.count,
        classLayout: configuration.classLayout,
        threads: TorchRuntime.threads
      )
    }
    let (logits, deltas) = try withInferenceMode {
      try network.outputs(of: images) { try self.marks($0, decoders) }
    }
    let (height, width) = (images.shape[2], images.shape[3])
    let anchors = anchors.anchors(width: width, height: height) {
      AnchorGenerator(configuration: configuration.anchors)
        .anchors(imageWidth: width, imageHeight: height)
    }
    return try withElements(logits + deltas) { elements in
      sizes.indices.map { picture in
        let levels = logits.indices.map { level in
          HeadLevel(
            logits: elements[level].part(picture, of: sizes.count),
            deltas: elements[logits.count + level].part(picture, of: sizes.count)
          )
        }
        return decoders[picture].detections(
          levels: levels,
          anchors: anchors,
          width: Float(sizes[picture].width),
          height: Float(sizes[picture].height)
        )
      }
    }
  }

  /// Of each level, 1 where a class of a cell passes its picture's threshold, else 0.
  private func marks(_ levels: [Tensor], _ decoders: [DetectionDecoder]) throws -> [Tensor] {
    try withElements(levels) { elements in
      try zip(levels, elements).map { level, logits in
        let (rows, columns) = (level.shape[2], level.shape[3])
        let marks = decoders.enumerated().flatMap { picture, decoder in
          decoder.cellsPassing(
            level: logits.part(picture, of: decoders.count),
            logitsPerCell: level.shape[1]
          ).map { $0 ? Float(1) : 0 }
        }
        return try Tensor(marks, shape: [decoders.count, 1, rows, columns])
      }
    }
  }

  /// Lends the elements of channels-last tensors, which lie by picture, row, column, channel.
  private func withElements<Result>(
    _ tensors: [Tensor],
    _ body: ([UnsafeBufferPointer<Float>]) throws -> Result
  ) throws -> Result {
    func lend(
      _ rest: ArraySlice<Tensor>,
      _ lent: [UnsafeBufferPointer<Float>]
    ) throws -> Result {
      guard let tensor = rest.first else { return try body(lent) }
      let rows = try tensor.permute([0, 2, 3, 1])
      return try rows.withUnsafeBytes { bytes in
        Swift.Result { try lend(rest.dropFirst(), lent + [bytes.bindMemory(to: Float.self)]) }
      }.get()
    }
    return try lend(tensors[...], [])
  }
}

extension UnsafeBufferPointer<Float> {
  /// One picture's elements.
  fileprivate func part(_ picture: Int, of pictures: Int) -> Self {
    let size = count / pictures
    return Self(rebasing: self[picture * size..<(picture + 1) * size])
  }
}

/// The anchors of the sizes that were last asked for: pictures of few sizes come again and again.
struct KeptAnchors {
  private static let most = 8

  private var kept: [(width: Int, height: Int, anchors: [BoundingBox])] = []

  /// The anchors of a size, made where they are not kept.
  mutating func anchors(width: Int, height: Int, make: () -> [BoundingBox]) -> [BoundingBox] {
    if let index = kept.firstIndex(where: { $0.width == width && $0.height == height }) {
      let found = kept.remove(at: index)
      kept.append(found)
      return found.anchors
    }
    let made = make()
    kept.append((width, height, made))
    if kept.count > Self.most { kept.removeFirst() }
    return made
  }
}
