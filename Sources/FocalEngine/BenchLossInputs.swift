import BoxGeometry
import FocalLoss
import FocalLossReference
import Torch

/// What the losses are timed on: logits as a detector gives them before it has learnt anything, and
/// anchors of which few see an object.
struct BenchLossInputs {
  /// What one wants timed.
  struct Settings: Encodable {
    let rows: Int
    let classes: Int
    let alpha: Double?
    let gamma: Double
    let seed: UInt64
    /// Rounds of timed calls.
    let repetitions: Int
    /// Rows that are objects, as counted.
    fileprivate(set) var positives = 0
    /// Rows that count for nothing, as counted.
    fileprivate(set) var ignored = 0
  }

  /// The mean of the logits: σ(−4.6) is the prior probability 0.01 of the paper.
  private static let mean = -4.6

  let settings: Settings
  /// Shape [rows, classes], a leaf.
  let logits: Tensor
  /// A class, −1 or −2 for each row.
  let classIndices: [Int64]
  let targets: AnchorClassTargets

  /// Draws logits and targets; equal settings give equal ones.
  ///
  /// - Parameters:
  ///   - settings: How many, and the seed.
  ///   - dtype: The dtype of the logits, which are drawn as float32 and rounded.
  /// - Throws: `TorchError` if memory runs out.
  init(_ settings: Settings, dtype: DType) throws {
    var generator = SplitMix64(state: settings.seed)
    logits = try Tensor.normal(
      shape: [settings.rows, settings.classes],
      mean: Self.mean,
      using: &generator
    )
    .to(dtype)
    try logits.setRequiresGradient(true)
    var rows = Array(0..<settings.rows)
    generator.shuffle(&rows)
    var indices = [Int64](repeating: -1, count: settings.rows)
    // As many as in a picture of COCO, fewer among fewer rows.
    let (positives, ignored) = (min(100, rows.count / 4), min(500, rows.count / 4))
    for row in rows.prefix(positives) {
      indices[row] = Int64(generator.integer(below: settings.classes))
    }
    for row in rows.dropFirst(positives).prefix(ignored) { indices[row] = -2 }
    classIndices = indices
    targets = try AnchorClassTargets(
      classIndices: Tensor(indices, shape: [settings.rows]),
      categoryCount: settings.classes
    )
    var settings = settings
    settings.positives = targets.foregroundCount
    settings.ignored = targets.ignoredRows.count
    self.settings = settings
  }

  /// The loss in double precision of the very logits, summed over all rows that count.
  ///
  /// - Returns: The sum, in nats.
  /// - Throws: `TorchError` if memory runs out.
  func exactLoss() throws -> Double {
    let values = try logits.detach().floats()
    return values.withUnsafeBufferPointer { values in
      // Summed row by row: the error of the sum stays far below that of what it is compared with.
      classIndices.indices.reduce(0) { sum, row in
        sum + (classIndices[row] == -2 ? 0 : exactLoss(ofRow: row, values))
      }
    }
  }

  private func exactLoss(ofRow row: Int, _ values: UnsafeBufferPointer<Float>) -> Double {
    let (first, target) = (row * settings.classes, Int(classIndices[row]))
    return (0..<settings.classes).reduce(0) { sum, category in
      let logit = Double(values[first + category])
      return sum + reference.value(logit: logit, isObject: category == target)
    }
  }

  /// How far a gradient is from that in double precision.
  ///
  /// - Parameter gradient: What to compare; shape of the logits.
  /// - Returns: The greatest difference within a row, relative to the row's greatest gradient, but
  ///   to no less than 2⁻¹²⁶, below which a float has fewer digits; the worst row of all objects
  ///   and of every 64th row. NaN if a number among them is none.
  /// - Throws: `TorchError` if memory runs out.
  func gradientError(of gradient: Tensor) throws -> Double {
    let (values, slopes) = (try logits.detach().floats(), try gradient.floats())
    var worst = 0.0
    for (row, target) in classIndices.enumerated() where target >= 0 || row % 64 == 0 {
      var (greatest, difference) = (0.0, 0.0)
      for category in 0..<settings.classes {
        let place = row * settings.classes + category
        let exact =
          target == -2
          ? 0
          : reference.gradient(logit: Double(values[place]), isObject: category == Int(target))
        greatest = max(greatest, abs(exact))
        difference = Self.worse(difference, abs(Double(slopes[place]) - exact))
      }
      worst = Self.worse(worst, difference / max(greatest, 0x1p-126))
    }
    return worst
  }

  /// The greater of two errors; NaN, which `max` may pass over, is worse than any number.
  private static func worse(_ a: Double, _ b: Double) -> Double { a.isNaN || a > b ? a : b }

  private var reference: SigmoidFocalReference {
    SigmoidFocalReference(alpha: settings.alpha, gamma: settings.gamma)
  }
}
