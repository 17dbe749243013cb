import BoxGeometry
import DetectionModels
import Foundation

/// The heads' outputs of one picture, as of a trained detector: nearly every logit is far below the threshold.
struct BenchHeadOutputs {
  /// Anchors side by side that see one object.
  private static let run = 6
  /// Of the candidates, level by level from the finest.
  private static let shares = [0.3, 0.25, 0.2, 0.15, 0.1]

  let anchors: [BoundingBox]
  /// Anchors of each level.
  let levelSizes: [Int]
  /// Shape [anchors, classes].
  let logits: [Float]
  /// Shape [anchors, 4].
  let deltas: [Float]

  /// Draws logits of N(−9, 1), and the candidates between −2.5 and 1.5 in their midst.
  init(_ settings: BenchNMSInputs.Settings) {
    let classes = settings.classes
    anchors = Self.anchors(width: settings.width, height: settings.height)
    levelSizes = Self.generator
      .featureSizes(imageWidth: settings.width, imageHeight: settings.height)
      .map { $0.width * $0.height * AnchorConfiguration().anchorsPerCell }
    var generator = SplitMix64(mixing: settings.seed, 5)
    let threshold = Float(log(0.05 / 0.95))
    var logits = (0..<anchors.count * classes).map { _ in
      min(Float(generator.gaussian() - 9), threshold - 0.5)
    }
    var (start, left) = (0, settings.candidates)
    for (level, size) in levelSizes.enumerated() {
      let isLast = level == levelSizes.count - 1
      let share = Int(Double(settings.candidates) * Self.shares[min(level, 4)])
      // A small level takes what it can, the others the rest.
      var wanted = min(isLast ? left : share, left, size * classes / 8)
      left -= wanted
      while wanted > 0 {
        let anchor = generator.integer(below: max(1, size - Self.run))
        let category = generator.integer(below: classes)
        for place in anchor..<min(anchor + Self.run, size) where wanted > 0 {
          let index = (start + place) * classes + category
          if logits[index] > threshold { continue }
          logits[index] = Float(generator.uniform() * 4 - 2.5)
          wanted -= 1
        }
      }
      start += size
    }
    self.logits = logits
    deltas = (0..<anchors.count * 4).map { _ in Float(generator.gaussian() * 0.2) }
  }

  private static let generator = AnchorGenerator(configuration: AnchorConfiguration())

  static func anchors(width: Int, height: Int) -> [BoundingBox] {
    generator.anchors(imageWidth: width, imageHeight: height)
  }
}
