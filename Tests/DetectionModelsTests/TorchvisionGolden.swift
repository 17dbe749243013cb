import Foundation

/// What torchvision computed, as `Scripts/golden/torchvision_parity.py` wrote it.
struct TorchvisionGolden: Decodable {
  struct Header: Decodable {
    let model: String
    let versions: [String: String]
  }
  struct Canvas: Decodable {
    let height: Int
    let width: Int
    /// Height and width of each picture within it.
    let pictures: [[Int]]
  }
  struct Sample: Decodable {
    let shape: [Int]
    /// Elements between two of `elements`, row by row.
    let step: Int
    let elements: [Double]
    let greatest: Double
    let sum: Double
    let magnitude: Double
  }
  struct Anchors: Decodable {
    let count: Int
    let first: [Int]
    /// Σ coordinate · ((place + 1) mod 97).
    let checksum: Int
  }
  struct Picture: Decodable {
    let labels: [Int]
    let scores: [Float]
    let boxes: [[Float]]
  }
  struct Detections: Decodable {
    let scoreThreshold: Float
    let iouThreshold: Float
    let candidatesPerLevel: Int
    let detectionsPerImage: Int
    let pictures: [Picture]
  }
  struct Case: Decodable {
    let logits: Sample
    let deltas: Sample
    let anchors: Anchors
    let detections: Detections
    let losses: [String: Double]
    let gradients: [String: Sample]
  }

  let header: Header
  let sizes: [Canvas]
  /// Objects in the pictures of each canvas.
  let boxes: [Int]
  let trained: Int
  let parameters: Int
  let cases: [Case]
  let rate: Double
  /// Classification and box loss before each step, and after the last.
  let steps: [[Double]]

  init(_ name: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/torchvision_\(name).json")
    self = try JSONDecoder().decode(TorchvisionGolden.self, from: Data(contentsOf: file))
  }
}
