import BoxGeometry
import DetectionAnalysis
import DetectionModels
import DetectionTraining
import FocalLossReference
import Foundation
import RunLogs
import Testing
import Torch
import TorchNN

@Suite(.serialized) struct ImbalanceLensTests {
  /// What may differ between the lens and the same figures from saved logits.
  struct Settings: Sendable, CustomTestStringConvertible {
    var gamma = 2.0
    var alpha = 0.25
    var kind = DetectionLossConfiguration.Kind.focal
    var normalizer = DetectionLossConfiguration.Normalizer.batchForeground
    var precision = TrainingRecipe.Precision.float32
    var classLayout = RetinaNetConfiguration.ClassLayout.contiguous
    var accumulation = 1

    var testDescription: String {
      "\(kind) gamma \(gamma) alpha \(alpha) \(normalizer) \(precision) \(classLayout) in \(accumulation)"
    }
  }

  private static let settings = [
    Settings(),
    Settings(gamma: 0.7, alpha: -1),
    Settings(alpha: 0.75, kind: .crossEntropy),
    Settings(precision: .bfloat16),
    Settings(classLayout: .backgroundFirst, accumulation: 2),
    Settings(normalizer: .perImage, accumulation: 2),
  ]

  private static func recipe(_ settings: Settings) -> TrainingRecipe {
    var recipe = TinyRun.recipe
    (recipe.loss.gamma, recipe.loss.alpha) = (settings.gamma, settings.alpha)
    (recipe.loss.kind, recipe.loss.normalizer) = (settings.kind, settings.normalizer)
    recipe.precision = settings.precision
    recipe.model.classLayout = settings.classLayout
    recipe.schedule.accumulation = settings.accumulation
    recipe.lens.everySteps = 2
    recipe.lens.saveLogitsAtStep = 4
    return recipe
  }

  @Test(arguments: settings)
  func `every number of a real step agrees with the saved logits in double precision`(
    settings: Settings
  ) throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try TinyRun.start(Self.recipe(settings), in: folder)
    let entries = try MetricsLog.contents(of: folder.metrics).entries
    let entry = try #require(entries.first { $0.step == 4 && $0["kind"] == "step" })
    let figures = try #require(ImbalanceFigures { entry[$0]?.number })
    let file = try SafetensorsFile(contentsOf: folder.logits(ofStep: 4))
    let logits = try file.tensor(named: "logits")
    #expect(logits.dtype == (settings.precision == .bfloat16 ? .bfloat16 : .float32))
    let columns = logits.shape[1]
    #expect(columns == (settings.classLayout == .backgroundFirst ? 5 : 4))
    let saved = try LogitsOfStep(
      logits: logits.doubles(),
      targets: file.tensor(named: "targets").int64s(),
      rows: file.tensor(named: "anchorsPerPicture").int64s(),
      columns: columns,
      weighsPictures: settings.normalizer == .perImage
    )
    #expect(saved.rows.count == 2)
    let gamma = settings.kind == .focal ? settings.gamma : 0
    let alpha = settings.alpha < 0 ? nil : settings.alpha
    #expect(figures.setting.gamma == gamma)
    for spread in figures.spreads + [figures.current] {
      saved.expectAgreement(of: spread, alpha: alpha)
    }
    let exact = saved.sums(gamma: gamma, alpha: alpha)
    #expect(
      [figures.positives, figures.hardNegatives, figures.easyNegatives] == exact.counts
    )
    #expect(figures.ignoredAnchors == saved.targets.count { $0 == -2 })
    #expect(figures.foregroundAnchors == saved.targets.count { $0 >= 0 })
    #expect(figures.notFinite == 0)
    let bound = 1e-6 + (gamma + 1) * (gamma + 1) / (8 * 256 * 256)
    #expect(abs(figures.loss / exact.losses.reduce(0, +) - 1) <= bound)
    // And the loss that the network was trained with is the very same: float32 sums, so 1e-5.
    let trained = try #require(entry["classificationLoss"]?.number)
    let divisor = settings.normalizer == .perImage ? 2 : Double(max(1, figures.foregroundAnchors))
    #expect(abs(figures.loss / divisor / trained - 1) <= bound + 1e-5)
  }

  @Test func `it looks at the first step and at every second, and its words follow`() throws {
    let temporary = try TemporaryFolder()
    var recipe = TinyRun.recipe
    recipe.lens.everySteps = 2
    var lines: [String] = []
    try TinyRun.start(recipe, in: temporary.run()) { event in
      if case .evaluated(let evaluation) = event { lines.append(evaluation.advice?.line ?? "") }
    }
    let entries = try MetricsLog.contents(of: temporary.run().metrics).entries
    let looked = entries.filter { $0["lensPositives"] != nil }.map(\.step)
    #expect(looked == [1, 2, 4, 6])
    #expect(entries.allSatisfy { ($0["lensSeconds"] != nil) == ($0["lensPositives"] != nil) })
    let figures = entries.compactMap { entry in ImbalanceFigures { entry[$0]?.number } }
    #expect(lines.last == ImbalanceAdvice(figures)?.line)
    #expect(lines.count == 2 && lines.allSatisfy { !$0.isEmpty })
  }

  @Test func `an interval of 0 is no lens`() throws {
    let temporary = try TemporaryFolder()
    var recipe = TinyRun.recipe
    recipe.lens.everySteps = 0
    var hasAdvice = false
    try TinyRun.start(recipe, in: temporary.run()) { event in
      if case .evaluated(let evaluation) = event { hasAdvice = evaluation.advice != nil }
    }
    #expect(!hasAdvice)
    let entries = try MetricsLog.contents(of: temporary.run().metrics).entries
    #expect(entries.allSatisfy { !$0.keys.contains { $0.hasPrefix("lens") } })
  }

  @Test func `looking changes no weight`() throws {
    let temporary = try TemporaryFolder()
    let weights = try [0, 1].map { interval in
      var recipe = TinyRun.recipe
      recipe.lens.everySteps = interval
      recipe.lens.saveLogitsAtStep = interval
      let folder = temporary.run("every-\(interval)")
      try TinyRun.start(recipe, in: folder)
      return try Data(contentsOf: folder.final)
    }
    #expect(weights[0] == weights[1])
  }

  @Test func `a resumed run writes the same lines, the same logits and the same words`() throws {
    let temporary = try TemporaryFolder()
    let recipe = Self.recipe(Settings())
    var words: [String] = []
    func listen(_ event: TrainingEvent) {
      if case .evaluated(let evaluation) = event { words.append(evaluation.advice?.line ?? "") }
    }
    let (whole, parts) = (temporary.run("whole"), temporary.run("parts"))
    try TinyRun.start(recipe, in: whole, observe: listen)
    let expected = words
    words = []
    try TinyRun.start(recipe, in: parts, stoppingAfter: 3, observe: listen)
    try TinyRun.resume(recipe, in: parts, observe: listen)
    #expect(try parts.timelessMetrics() == whole.timelessMetrics())
    #expect(words.last == expected.last)
    let saved = try [whole, parts].map { try Data(contentsOf: $0.logits(ofStep: 4)) }
    #expect(saved[0] == saved[1])
  }

  @Test func `a step that the run does not reach cannot be saved`() throws {
    let temporary = try TemporaryFolder()
    var recipe = TinyRun.recipe
    recipe.lens.saveLogitsAtStep = 7
    let error = #expect(throws: TrainingError.self) {
      try TinyRun.start(recipe, in: temporary.run())
    }
    #expect(error?.code == .unusableRecipe)
    #expect(error?.message.contains("found 7, expected at most 6") == true)
  }

  @Test func `logits of a run that came to nothing are no weights in the way`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try folder.create()
    try Data([1]).write(to: folder.logits(ofStep: 1))
    try folder.create()
    try Data([1]).write(to: folder.best)
    #expect(throws: TrainingError.self) { try folder.create() }
  }

  @Test(arguments: ["everySteps", "saveLogitsAtStep"])
  func `intervals below 0 are refused by name`(key: String) {
    var recipe = TrainingRecipe()
    if key == "everySteps" {
      recipe.lens.everySteps = -1
    } else {
      recipe.lens.saveLogitsAtStep = -1
    }
    #expect(recipe.fault == "lens.\(key): found -1, expected 0 or more")
  }
}

/// What the lens takes up, and what it leaves.
@Suite struct KeptLooksTests {
  private func lens(_ earlier: [MetricsEntry], in folder: RunFolder) -> ImbalanceLens {
    var recipe = TinyRun.recipe
    recipe.lens.everySteps = 1
    return ImbalanceLens(
      recipe,
      configuration: recipe.configuration(categories: ["a"], categoryIDs: [1]),
      folder: folder,
      workers: SoleWorker(),
      earlier: earlier
    )
  }

  private func look(_ lens: ImbalanceLens, step: Int) throws -> ImbalanceLook? {
    lens.begin(step: step)
    let target = AnchorTargets(
      classIndices: [0, -1],
      foregroundAnchors: [0],
      foregroundDeltas: [.zero]
    )
    try lens.look(at: Tensor([Float(step), -3], shape: [1, 2, 1]), targets: [target])
    return try lens.finish()
  }

  @Test func `advice follows from the looks that were kept`() throws {
    let temporary = try TemporaryFolder()
    let lens = lens([], in: temporary.run())
    let first = try look(lens, step: 1)
    #expect(first != nil && lens.advice == nil)
    lens.keep(first)
    let kept = lens.advice
    #expect(kept?.basis.hasPrefix("1 step looked at: 1 positives") == true)
    // The second is of a step that was passed over.
    #expect(try look(lens, step: 2) != nil)
    lens.keep(nil)
    #expect(lens.advice == kept)
  }

  @Test func `figures of a step that an older release passed over are left alone`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    let figures = try #require(try look(lens([], in: folder), step: 1)?.figures)
    func line(_ step: Int, isSkipped: Bool) -> MetricsEntry {
      var line = MetricsEntry(step: step, ["kind": "step"])
      if isSkipped { line["isSkipped"] = true }
      for metric in figures.metrics { line[metric.name] = .number(metric.value) }
      return line
    }
    let lines = [line(1, isSkipped: false), line(2, isSkipped: true), line(3, isSkipped: false)]
    #expect(lens(lines, in: folder).advice == ImbalanceAdvice([figures, figures]))
    #expect(lens([line(2, isSkipped: true)], in: folder).advice == nil)
  }
}

/// Saved logits, taken apart one by one.
struct LogitsOfStep {
  let logits: [Double]
  let targets: [Int64]
  let rows: [Int64]
  let columns: Int
  private let weights: [Double]
  private let weighsPictures: Bool

  struct Sums {
    var counts = [0, 0, 0]
    var losses = [0.0, 0, 0], slopes = [0.0, 0, 0], squares = [0.0, 0, 0]
    /// Of negatives: how wrong they are, and their loss.
    var negatives: [(miss: Double, loss: Double)] = []
  }

  /// Weighs pictures where each one's loss is divided by its own foreground anchors.
  init(logits: [Double], targets: [Int64], rows: [Int64], columns: Int, weighsPictures: Bool) {
    (self.logits, self.targets, self.rows, self.columns) = (logits, targets, rows, columns)
    self.weighsPictures = weighsPictures
    var weights: [Double] = []
    for count in rows {
      let own = targets[weights.count..<(weights.count + Int(count))]
      let weight = weighsPictures ? 1 / Double(max(1, own.count { $0 >= 0 })) : 1
      weights += Array(repeating: weight, count: Int(count))
    }
    self.weights = weights
  }

  func sums(gamma: Double, alpha: Double?) -> Sums {
    let loss = SigmoidFocalReference(alpha: alpha, gamma: gamma)
    var sums = Sums()
    for (place, logit) in logits.enumerated() {
      let row = place / columns
      guard targets[row] != -2 else { continue }
      let isObject = Int64(place % columns) == targets[row]
      // p_t > 0.6, the well-classified zone of figure 1.
      let probability = 1 / (1 + exp(isObject ? -logit : logit))
      let group = isObject ? 0 : probability > 0.6 ? 2 : 1
      let value = weights[row] * loss.value(logit: logit, isObject: isObject)
      let slope = abs(weights[row] * loss.gradient(logit: logit, isObject: isObject))
      sums.counts[group] += 1
      sums.losses[group] += value
      sums.slopes[group] += slope
      sums.squares[group] += slope * slope
      if !isObject { sums.negatives.append((logit, value)) }
    }
    sums.negatives.sort { $0.miss > $1.miss }
    return sums
  }

  /// Holds a spread against sums over the logits, sorted where it takes order.
  func expectAgreement(
    of spread: ImbalanceFigures.Spread,
    alpha: Double?,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let gamma = spread.gamma
    let exact = sums(gamma: gamma, alpha: alpha)
    func check(_ found: Double, _ expected: Double, _ tolerance: Double, _ name: String) {
      #expect(
        abs(found - expected) <= tolerance,
        "gamma \(gamma), \(name): \(found), exactly \(expected)",
        sourceLocation: sourceLocation
      )
    }
    // A bin's width and the rounding of its mean, as MarginHistogram says; a share moves by half of that at most.
    let bound = (gamma + 1) * (gamma + 1) / (8 * 256 * 256) + (gamma + 1) * 0x1p-20
    for (name, shares, sums, factor) in [
      ("loss", spread.loss, exact.losses, 1.0), ("gradient", spread.gradient, exact.slopes, 2),
      ("squared gradient", spread.squaredGradient, exact.squares, 8),
    ] {
      let total = sums.reduce(0, +)
      check(shares.positives, sums[0] / total, factor * bound, "positives of \(name)")
      check(shares.hardNegatives, sums[1] / total, factor * bound, "hard of \(name)")
      check(shares.easyNegatives, sums[2] / total, factor * bound, "easy of \(name)")
    }
    let losses = exact.negatives.map(\.loss)
    let whole = losses.reduce(0, +)
    let cut = 0.01 * Double(losses.count)
    let hardest =
      losses.prefix(Int(cut)).reduce(0, +) + (cut - Double(Int(cut))) * losses[Int(cut)]
    // Logits of the bin that the cut goes through count as equal, with the mean of their weights.
    let cutBin = weighsPictures ? 2e-3 : 5e-4
    check(spread.hardestPercentLoss, hardest / whole, cutBin, "hardest hundredth")
    var (sum, half) = (0.0, 0.0)
    for (place, loss) in losses.enumerated() {
      if sum + loss >= whole / 2 {
        half = (Double(place) + (whole / 2 - sum) / loss) / Double(losses.count)
        break
      }
      sum += loss
    }
    check(spread.halfLossNegatives, half, cutBin, "half of the loss")
  }
}

/// The lens among several workers.
@Suite struct SharedLensTests {
  /// The first of two workers; what the other says is known beforehand.
  private final class FirstOfTwo: WorkerGroup {
    let rank = 0
    let count = 2
    var othersSummands: [Double] = []
    var othersBytes: [[UInt8]] = []

    func sum(_ values: [Double]) -> [Double] { zip(values, othersSummands).map { $0 + $1 } }
    func maximum(_ values: [Double]) -> [Double] { values }
    func gather(_ bytes: [UInt8]) -> [[UInt8]] { [bytes, othersBytes.removeFirst()] }
    func broadcast(_ tensors: [Tensor]) {}
    func join(_ model: RetinaNet) {}
    func backward(_ loss: Tensor, endsStep: Bool) throws { try loss.backward() }
    func reason(of error: TorchError) -> String { error.message }
    let waitedSeconds = 0.0
    let processors: Int? = nil
  }

  @Test func `two workers see what one sees of both their pictures`() throws {
    let temporary = try TemporaryFolder()
    var recipe = TinyRun.recipe
    recipe.lens.everySteps = 1
    recipe.lens.saveLogitsAtStep = 1
    let configuration = recipe.configuration(categories: ["a", "b"], categoryIDs: [1, 2])
    func target(_ classes: [Int32]) -> AnchorTargets {
      let foreground = classes.indices.filter { classes[$0] >= 0 }.map { Int32($0) }
      return AnchorTargets(
        classIndices: classes,
        foregroundAnchors: foreground,
        foregroundDeltas: foreground.map { _ in .zero }
      )
    }
    let values: [[Float]] = [[1, -3, -2, -5, 0.5, -4], [-1, -6, 2, -3, -7, 0]]
    let targets = [target([0, -1, -2]), target([-1, 0, -1])]
    let logits = try values.map { try Tensor($0, shape: [1, 3, 2]) }
    func lens(_ workers: any WorkerGroup, _ folder: RunFolder) throws -> ImbalanceLens {
      try folder.create()
      return ImbalanceLens(
        recipe,
        configuration: configuration,
        folder: folder,
        workers: workers,
        earlier: []
      )
    }
    let (one, two) = (temporary.run("one"), temporary.run("two"))
    let whole = try lens(SoleWorker(), one)
    whole.begin(step: 1)
    for (logits, target) in zip(logits, targets) { try whole.look(at: logits, targets: [target]) }
    let expected = try #require(try whole.finish())

    let group = FirstOfTwo()
    var other = MarginHistogram()
    values[1].withUnsafeBytes {
      other.insert(
        logits: $0,
        format: .float32,
        classIndices: targets[1].classIndices,
        columnCount: 2
      )
    }
    group.othersSummands = other.summands
    group.othersBytes = [
      [Int64(-1), 0, -1].withUnsafeBytes { Array($0) },
      [Int64(3)].withUnsafeBytes { Array($0) },
      values[1].withUnsafeBytes { Array($0) },
    ]
    let shared = try lens(group, two)
    shared.begin(step: 1)
    try shared.look(at: logits[0], targets: [targets[0]])
    #expect(try shared.finish()?.figures == expected.figures)
    #expect(expected.figures.positives == 2)
    let files = try [one, two].map { try Data(contentsOf: $0.logits(ofStep: 1)) }
    #expect(files[0] == files[1])
  }
}
