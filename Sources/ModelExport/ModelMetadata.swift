import BoxGeometry
import DetectionModels
import Foundation

/// What travels with an exported graph, so that the file alone says how to feed it and how to read its outputs.
///
/// ONNX carries each entry as a metadata property; TorchScript carries all of them as one JSON object.
struct ModelMetadata {
  /// Name and JSON text of each entry, in the order of the names.
  let entries: [(name: String, json: String)]

  /// The name of TorchScript's extra file.
  static let fileName = "focal.json"

  init(_ configuration: RetinaNetConfiguration) throws {
    let outputs = [
      "boxes": "float32 [images, detections, 4]: x1, y1, x2, y2 in pixels of the network's input; "
        + "0 behind the last",
      "scores": "float32 [images, detections]: 0...1, best first; 0 behind the last",
      "labels": "int64 [images, detections]: index into categories; -1 behind the last",
      "counts": "int64 [images]: how many detections each picture has",
    ]
    entries = [
      ("focal.categories", try Self.json(configuration.categories)),
      ("focal.category_ids", try Self.json(configuration.categoryIDs)),
      ("focal.configuration", try Self.json(configuration)),
      ("focal.input", try Self.json(InputDescription(configuration.input))),
      ("focal.outputs", try Self.json(outputs)),
      ("focal.version", "1"),
    ]
  }

  /// All entries as one JSON object.
  var object: String {
    "{\(entries.map { "\"\($0.name)\":\($0.json)" }.joined(separator: ","))}"
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// How a picture becomes the graph's input, step by step.
///
/// The graph takes red, green, blue whatever the first convolution was trained on: its kernels are turned round, and
/// mean and deviation are given for that order and for pixels of 0...1.
private struct InputDescription: Encodable {
  let color = "RGB"
  let pixelRange = [0, 1]
  let orientation = "turned upright as EXIF says"
  let resampling =
    "bilinear with antialiasing, half-pixel centres, rounded once to whole levels "
    + "(Pillow's BILINEAR on float planes)"
  let scale = "min(shortSide / short side, longSideCap / long side)"
  let sides = "each side times scale, rounded to the nearest pixel, halves up, at least 1"
  let normalization = "(pixel / 255 - mean) / standardDeviation"
  let padding = "zeros on the right and below, after normalisation, up to a multiple of 'multiple'"
  let layout = "float32 [images, 3, height, width]"
  let sizes = "float32 [images, 2]: width and height of each picture without its padding; optional"
  let shortSide: Int
  let longSideCap: Int
  let multiple: Int
  let mean: [Float]
  let standardDeviation: [Float]

  init(_ input: InputConfiguration) {
    shortSide = input.resize.shortSide
    longSideCap = input.resize.longSideCap
    multiple = input.resize.multiple
    (mean, standardDeviation) = input.normalization
  }
}
