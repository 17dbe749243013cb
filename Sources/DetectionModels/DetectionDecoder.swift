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
  private let threads: Int

  /// - Parameters:
  ///   - configuration: Thresholds and limits.
  ///   - coder: How the deltas were written.
  ///   - categoryCount: K.
  ///   - classLayout: Where each anchor's K logits are; the background's is no candidate.
  ///   - threads: How many threads may look through the logits of one picture, where there are millions; without a
  ///     number as many as there are processors. The result is the same with any number.
  public init(
    configuration: DetectionConfiguration,
    coder: BoxCoder,
    categoryCount: Int,
    classLayout: RetinaNetConfiguration.ClassLayout = .contiguous,
    threads: Int? = nil
  ) {
    precondition((threads ?? 1) >= 1, "expected 1 thread or more")
    self.configuration = configuration
    self.coder = coder
    self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    backgroundLogits = classLayout.backgroundLogits
    logitsPerAnchor = categoryCount + backgroundLogits
  }

  /// The detections of one image, best first, from outputs that lie level after level.
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
    var start = 0
    let levels = levelSizes.map { size in
      defer { start += size }
      let end = start + size
      return HeadLevel(
        logits: .init(rebasing: logits[start * logitsPerAnchor..<end * logitsPerAnchor]),
        deltas: .init(rebasing: deltas[start * 4..<end * 4])
      )
    }
    return detections(levels: levels, anchors: anchors, width: width, height: height)
  }

  /// The detections of one image, best first, from the heads' outputs where they lie.
  ///
  /// Bound by reading the logits once: nearly all fail the threshold, 64 of them are compared before one is asked
  /// about, and only the best candidates of each level are decoded.
  /// - Parameters:
  ///   - levels: What the heads say of each level.
  ///   - anchors: The anchors of all levels, one after the other, in the network's input pixels.
  ///   - width: Width of the picture within the network's input, in pixels: boxes are clipped to it.
  ///   - height: Its height.
  /// - Returns: Boxes in the network's input pixels; no NaN, no empty box.
  public func detections(
    levels: [HeadLevel],
    anchors: [BoundingBox],
    width: Float,
    height: Float
  ) -> [ScoredBox] {
    let sizes = levels.map { $0.deltas.count / 4 }
    for (level, size) in zip(levels, sizes) {
      precondition(level.logits.count == size * logitsPerAnchor, "as many logits an anchor")
      precondition(level.deltas.count == size * 4, "four deltas an anchor")
    }
    precondition(sizes.reduce(0, +) == anchors.count, "the levels hold all anchors")
    var boxes: [ScoredBox] = []
    var start = 0
    for ((level, size), candidates) in zip(zip(levels, sizes), candidates(levels)) {
      for candidate in candidates {
        let anchor = candidate.index / logitsPerAnchor
        let delta = SIMD4(
          level.deltas[anchor * 4],
          level.deltas[anchor * 4 + 1],
          level.deltas[anchor * 4 + 2],
          level.deltas[anchor * 4 + 3]
        )
        let box = coder.decode(delta, anchor: anchors[start + anchor])
          .clipped(width: width, height: height)
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
    return configuration.suppressed(boxes)
  }

  /// Which cells of a feature map hold a candidate: only there does it matter what the box subnet says.
  ///
  /// - Parameters:
  ///   - logits: One level's raw scores by row, column, anchor of the cell and category.
  ///   - logitsPerCell: A·L, logits of a cell; a multiple of L.
  /// - Returns: A flag a cell, by row and column.
  public func cellsPassing(
    level logits: UnsafeBufferPointer<Float>,
    logitsPerCell: Int
  ) -> [Bool] {
    precondition(
      logitsPerCell > 0 && logitsPerCell % logitsPerAnchor == 0
        && logits.count % logitsPerCell == 0,
      "\(logits.count) logits, \(logitsPerCell) a cell, \(logitsPerAnchor) an anchor"
    )
    let cells = logits.count / logitsPerCell
    guard let least = leastLogit else { return [Bool](repeating: false, count: cells) }
    let stretch = max(1, ScanThreads.stretch / logitsPerCell)
    // Only read, and no longer than this call takes.
    nonisolated(unsafe) let scan = LogitScan(logits: logits)
    let stretches = ScanThreads.map((cells + stretch - 1) / stretch, threads: threads) { unit in
      (unit * stretch..<min((unit + 1) * stretch, cells)).map { cell in
        let end = (cell + 1) * logitsPerCell
        var index = scan.next(from: cell * logitsPerCell, to: end, atLeast: least)
        while index < end, index % logitsPerAnchor < backgroundLogits {
          index = scan.next(from: index + 1, to: end, atLeast: least)
        }
        return index < end
      }
    }
    return Array(stretches.joined())
  }

  /// The candidates of each level.
  private func candidates(_ levels: [HeadLevel]) -> [[LevelCandidates.Candidate]] {
    guard let least = leastLogit else { return levels.map { _ in [] } }
    let stretches = levels.indices.flatMap { level in
      let count = levels[level].logits.count
      return stride(from: 0, to: count, by: ScanThreads.stretch).map { start in
        (level: level, range: start..<min(start + ScanThreads.stretch, count))
      }
    }
    let limit = configuration.candidatesPerLevel
    // Only read, and no longer than this call takes.
    nonisolated(unsafe) let levels = levels
    let found = ScanThreads.map(stretches.count, threads: threads) { unit in
      var candidates = LevelCandidates(limit: limit)
      candidates.insert(
        levels[stretches[unit].level].logits,
        in: stretches[unit].range,
        atLeast: least,
        layout: (logitsPerAnchor, backgroundLogits)
      )
      return candidates
    }
    var ofLevels = levels.map { _ in LevelCandidates(limit: limit) }
    for (stretch, candidates) in zip(stretches, found) {
      ofLevels[stretch.level].append(candidates)
    }
    return ofLevels.map { $0.best() }
  }

  /// The lowest logit that is a candidate's; `nil` if none is.
  private var leastLogit: Float? {
    let threshold = Self.logit(ofScore: configuration.scoreThreshold)
    if configuration.scoreComparison == .atLeast { return threshold }
    return threshold == .infinity ? nil : threshold.nextUp
  }

  /// The inverse of the sigmoid; the infinities at 0 and 1 and beyond them.
  package static func logit(ofScore score: Float) -> Float {
    if score <= 0 { return -.infinity }
    if score >= 1 { return .infinity }
    return log(score / (1 - score))
  }
}
