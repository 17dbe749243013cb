import DetectionDatasets
import DetectionModels
import DetectionTraining
import Testing

@Suite(.serialized) struct AccumulationTests {
  private static func curve(
    _ normalizer: DetectionLossConfiguration.Normalizer,
    parts: Int
  ) throws -> [Double] {
    let temporary = try TemporaryFolder()
    var recipe = TinyRun.recipe
    // Batch norm would see the parts instead of the whole.
    recipe.model.norm = .group
    recipe.loss.normalizer = normalizer
    recipe.schedule.batchSize = 4
    recipe.schedule.accumulation = parts
    var curve: [Double] = []
    try TinyRun.start(recipe, in: temporary.run()) { event in
      if case .step(let step) = event { curve += [step.totalLoss, step.gradientNorm] }
    }
    return curve
  }

  /// Six pictures: a step of four and one of two, twice.
  ///
  /// What differs is the order of float32 sums, and a step's rounding errors are carried into the next ones.
  @Test(arguments: DetectionLossConfiguration.Normalizer.allCases)
  func `a step computed in parts is the step computed at once`(
    normalizer: DetectionLossConfiguration.Normalizer
  ) throws {
    let whole = try Self.curve(normalizer, parts: 1)
    let parts = try Self.curve(normalizer, parts: 3)
    #expect(whole.count == 8 && parts.count == 8)
    for (a, b) in zip(whole, parts) { #expect(abs(a - b) <= 1e-4 * abs(a), "\(whole) \(parts)") }
    // Not by chance: another way to divide would show in the first loss.
    #expect(whole[0] > 0)
  }
}
