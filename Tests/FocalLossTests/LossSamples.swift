import FocalLoss
import Testing
import Torch
import TorchTestSupport

/// Rows of logits of every kind, from the easy to the absurd, with classes and marks.
struct LossSamples {
  /// What the tensor holds, row by row.
  let logits: [Double]
  /// Shape [M, K], a leaf that gathers gradients.
  let tensor: Tensor
  let classes: [Int32]
  let targets: AnchorClassTargets
  let rows: Int
  let categories: Int

  /// Magnitudes at which exponentials, logarithms of 1 + e⁻ˣ, or denormals end in some dtype.
  private static let extremes: [Double] = [1e-30, 1e-6, 15, 17, 30, 40, 87, 88, 100, 104, 700, 1e4]

  /// Draws rows; ignored ones hold NaN and infinities.
  init(seed: UInt64, dtype: DType, device: Device, rows: Int = 40, categories: Int = 6) throws {
    var generator = SeededGenerator(seed: seed)
    var values: [Double] = []
    var classes: [Int32] = []
    for _ in 0..<rows {
      let mark = Int32.random(in: -2..<Int32(categories), using: &generator)
      classes.append(mark)
      for _ in 0..<categories {
        values.append(mark == -2 ? Self.hostile(&generator) : Self.logit(&generator))
      }
    }
    let tensor = try Tensor(values, shape: [rows, categories]).to(dtype).to(device)
    try tensor.setRequiresGradient(true)
    self.tensor = tensor
    self.logits = try tensor.doubles()
    self.classes = classes
    self.rows = rows
    self.categories = categories
    targets = try AnchorClassTargets(
      classIndices: classes,
      categoryCount: categories,
      device: device
    )
  }

  private static func logit(_ generator: inout SeededGenerator) -> Double {
    let sign: Double = Bool.random(using: &generator) ? 1 : -1
    if Int.random(in: 0..<3, using: &generator) > 0 {
      return sign * Double.random(in: 0...8, using: &generator)
    }
    let magnitude = extremes[Int.random(in: 0..<extremes.count, using: &generator)]
    return sign * magnitude * Double.random(in: 0.9...1, using: &generator)
  }

  private static func hostile(_ generator: inout SeededGenerator) -> Double {
    [.nan, .infinity, -.infinity, 0][Int.random(in: 0..<4, using: &generator)]
  }

  /// Whether a logit belongs to the row's own category.
  func isObject(_ index: Int) -> Bool { classes[index / categories] == Int32(index % categories) }

  /// Whether the row of a logit counts.
  func counts(_ index: Int) -> Bool { classes[index / categories] != -2 }
}

/// Expects numbers to be within a tolerance each; names the worst by the tolerances it is off.
func expectWithin(
  _ actual: [Double],
  _ expected: [Double],
  tolerances: [Double],
  _ comment: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count, expected.count == tolerances.count else {
    Issue.record(
      "\(comment): \(actual.count) elements, expected \(expected.count)",
      sourceLocation: sourceLocation
    )
    return
  }
  let excesses = actual.indices.map { index in
    actual[index] == expected[index]
      ? 0 : abs(actual[index] - expected[index]) / tolerances[index]
  }
  // A NaN is worse than any number.
  let worst = excesses.indices.max {
    excesses[$0] < (excesses[$1].isNaN ? .infinity : excesses[$1])
  }
  guard let worst, !(excesses[worst] <= 1) else { return }
  Issue.record(
    """
    \(comment): element \(worst) is \(actual[worst]), expected \(expected[worst]), \
    off by \(excesses[worst]) times the tolerance \(tolerances[worst])
    """,
    sourceLocation: sourceLocation
  )
}
