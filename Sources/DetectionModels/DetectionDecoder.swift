public import BoxGeometry
import Foundation

/// From the heads' numbers to the detections of one image.
///
/// Score threshold, the best candidates of each level, decoding of these alone, clipping, suppression within each
/// category, the best of what is left. The threshold is taken on logits: a sigmoid is computed for survivors only.
///
/// - Note: Lin et al. 2017, section 4.1, *Inference*.
public struct DetectionDecoder: Sendable {
  private let configuration: DetectionConfiguration
  private let coder: BoxCoder
  private let logitsPerAnchor: Int
  private let backgroundLogits: Int

  /// - Parameters:
  ///   - configuration: Thresholds and limits.
  ///   - coder: How the deltas were written.
  ///   - categoryCount: K.
  ///   - classLayout: Where each anchor's K logits are; the background's is no candidate.
  public init(
    configuration: DetectionConfiguration,
    coder: BoxCoder,
    categoryCount: Int,
    classLayout: RetinaNetConfiguration.ClassLayout = .contiguous
  ) {
    self.configuration = configuration
    self.coder = coder
    backgroundLogits = classLayout.backgroundLogits
    logitsPerAnchor = categoryCount + backgroundLogits
  }

  /// The detections of one image, best first.
  ///
  /// - Parameters:
  ///   - logits: R·L raw scores, anchor by anchor; L is K, or K + 1 with the background.
  ///   - deltas: R·4 box deltas.
  ///   - anchors: The R anchors, in the network's input pixels.
  ///   - levelSizes: The number of anchors of each level; they add up to R.
  ///   - width: Width of the picture within the network's input, in pixels: boxes are clipped to it.
  ///   - height: Its height.
  /// - Returns: Boxes in the network's input pixels; no NaN, no empty box.
  public func detections(
    logits: UnsafeBufferPointer<Float>,
    deltas: UnsafeBufferPointer<Float>,
    anchors: [BoundingBox],
    levelSizes: [Int],
    width: Float,
    height: Float
  ) -> [ScoredBox] {
    precondition(logits.count == anchors.count * logitsPerAnchor, "as many logits an anchor")
    precondition(deltas.count == anchors.count * 4, "four deltas an anchor")
    precondition(levelSizes.reduce(0, +) == anchors.count, "the levels hold all anchors")
    var boxes: [ScoredBox] = []
    var start = 0
    for size in levelSizes {
      let range = start * logitsPerAnchor..<(start + size) * logitsPerAnchor
      for candidate in candidates(logits, in: range) {
        let anchor = candidate.index / logitsPerAnchor
        let delta = SIMD4(
          deltas[anchor * 4],
          deltas[anchor * 4 + 1],
          deltas[anchor * 4 + 2],
          deltas[anchor * 4 + 3]
        )
        let box = coder.decode(delta, anchor: anchors[anchor]).clipped(width: width, height: height)
        guard box.isFinite, !box.isEmpty else { continue }
        boxes.append(
          ScoredBox(
            box: box,
            label: candidate.index % logitsPerAnchor - backgroundLogits,
            score: 1 / (1 + exp(-candidate.logit))
          )
        )
      }
      start += size
    }
    let kept = NonMaximumSuppression.indices(
      of: boxes,
      iouThreshold: configuration.iouThreshold,
      limit: configuration.detectionsPerImage,
      classAgnostic: configuration.classAgnostic
    )
    return kept.map { boxes[$0] }
  }

  private struct Candidate {
    let logit: Float
    let index: Int
  }

  /// The best logits of one level that pass the threshold; where logits tie, the first.
  private func candidates(
    _ logits: UnsafeBufferPointer<Float>,
    in range: Range<Int>
  ) -> [Candidate] {
    let threshold = Self.logit(ofScore: configuration.scoreThreshold)
    let takesEqual = configuration.scoreComparison == .atLeast
    var found: [Candidate] = []
    // A NaN fails the comparison and is no candidate.
    for index in range
    where logits[index] > threshold || (takesEqual && logits[index] == threshold) {
      guard backgroundLogits == 0 || index % logitsPerAnchor >= backgroundLogits else { continue }
      found.append(Candidate(logit: logits[index], index: index))
    }
    guard found.count > configuration.candidatesPerLevel else { return found }
    found.sort { $0.logit == $1.logit ? $0.index < $1.index : $0.logit > $1.logit }
    return Array(found.prefix(configuration.candidatesPerLevel))
  }

  /// The inverse of the sigmoid; the infinities at 0 and 1 and beyond them.
  package static func logit(ofScore score: Float) -> Float {
    if score <= 0 { return -.infinity }
    if score >= 1 { return .infinity }
    return log(score / (1 - score))
  }
}
