import BoxGeometry
import DetectionAnalysis
import FocalLossReference
import Testing

@Suite struct ImbalanceFiguresTests {
  private static let setting = ImbalanceFigures.Setting(
    gamma: 2,
    alpha: 0.25,
    priorProbability: 0.01
  )

  /// Logits of a detector that has learnt something: few objects, much easy background, a few hard ones.
  static func scene(seed: UInt64, rows: Int = 4000, categories: Int = 3) -> (
    logits: [Float], classes: [Int32]
  ) {
    var generator = SplitMix64(state: seed)
    var logits: [Float] = []
    var classes: [Int32] = []
    for _ in 0..<rows {
      let kind = generator.integer(below: 100)
      classes.append(
        kind == 0 ? Int32(generator.integer(below: categories)) : kind == 1 ? -2 : -1
      )
      for _ in 0..<categories {
        let mean = kind == 0 ? 0.5 : kind == 2 ? -0.5 : -4.0
        logits.append(Float(generator.gaussian() + mean))
      }
    }
    return (logits, classes)
  }

  @Test func `one object and two logits of background, by hand`() {
    var margins = MarginHistogram()
    // An object at 0 (p_t 0.5), background at 0 (hard, p_t 0.5) and at -4 (easy, p_t 0.982).
    margins.insert([0, 0, -4], [0, -1, -1], columns: 1)
    let figures = ImbalanceFigures(
      of: margins,
      setting: .init(gamma: 0, alpha: 0.75, priorProbability: 0.01)
    )
    #expect(figures.positives == 1)
    #expect(figures.hardNegatives == 1)
    #expect(figures.easyNegatives == 1)
    // 0.75 log 2, 0.25 log 2 and 0.25 log(1 + e^-4).
    let (object, hard, easy) = (0.519860385419959, 0.173286795139986, 0.004537481979452)
    let sum = object + hard + easy
    #expect(abs(figures.loss - sum) < 1e-6)
    #expect(abs(figures.current.loss.positives - object / sum) < 1e-6)
    #expect(abs(figures.current.loss.hardNegatives - hard / sum) < 1e-6)
    #expect(abs(figures.current.loss.easyNegatives - easy / sum) < 1e-6)
    // |g| of cross entropy is 1 - p_t: 0.75 / 2, 0.25 / 2, 0.25 · 0.0179862.
    let slopes = [0.375, 0.125, 0.0044965524]
    let total = slopes.reduce(0, +)
    #expect(abs(figures.current.gradient.positives - slopes[0] / total) < 1e-6)
    #expect(abs(figures.current.gradient.easyNegatives - slopes[2] / total) < 1e-6)
    let squares = slopes.map { $0 * $0 }
    #expect(
      abs(figures.current.squaredGradient.hardNegatives - squares[1] / squares.reduce(0, +)) < 1e-6
    )
    #expect(abs(figures.positiveScore - 0.5) < 1e-6)
    #expect(abs(figures.negativeScore - (0.5 + 0.0179862) / 2) < 1e-6)
    // Two negatives: a hundredth of them is a fiftieth of the harder one.
    #expect(abs(figures.current.hardestPercentLoss - 0.02 * hard / (hard + easy)) < 1e-6)
    #expect(abs(figures.current.halfLossNegatives - (hard + easy) / 2 / hard / 2) < 1e-6)
  }

  /// The same figures from every logit in double precision, sorted: nothing shared but the loss itself.
  private struct Offline {
    var sums: [Double] = [0, 0, 0], slopes: [Double] = [0, 0, 0], squares: [Double] = [0, 0, 0]
    var counts = [0, 0, 0]
    private var negatives: [(miss: Double, loss: Double)] = []

    init(_ logits: [Float], _ classes: [Int32], categories: Int, alpha: Double?, gamma: Double) {
      let loss = SigmoidFocalReference(alpha: alpha, gamma: gamma)
      for (place, logit) in logits.enumerated() where classes[place / categories] != -2 {
        let isObject = place % categories == Int(classes[place / categories])
        let margin = Double(isObject ? logit : -logit)
        let group = isObject ? 0 : margin > 0.4054651081081644 ? 2 : 1
        let value = loss.value(logit: Double(logit), isObject: isObject)
        let slope = abs(loss.gradient(logit: Double(logit), isObject: isObject))
        counts[group] += 1
        sums[group] += value
        slopes[group] += slope
        squares[group] += slope * slope
        if !isObject { negatives.append((-margin, value)) }
      }
      negatives.sort { $0.miss > $1.miss }
    }

    var hardestPercent: Double {
      let wanted = 0.01 * Double(negatives.count)
      var (sum, seen) = (0.0, 0.0)
      for negative in negatives where seen < wanted {
        let part = min(1, wanted - seen)
        sum += part * negative.loss
        seen += part
      }
      return sum / negatives.reduce(0) { $0 + $1.loss }
    }

    var halfLoss: Double {
      let half = negatives.reduce(0) { $0 + $1.loss } / 2
      var sum = 0.0
      for (place, negative) in negatives.enumerated() {
        if sum + negative.loss >= half {
          return (Double(place) + (half - sum) / negative.loss) / Double(negatives.count)
        }
        sum += negative.loss
      }
      return 0
    }
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func `every figure agrees with the same from sorted logits in double precision`(seed: UInt64) {
    let (logits, classes) = Self.scene(seed: seed)
    var margins = MarginHistogram()
    margins.insert(logits, classes, columns: 3)
    let figures = ImbalanceFigures(of: margins, setting: Self.setting)
    for spread in figures.spreads + [figures.current] {
      let gamma = spread.gamma
      let exact = Offline(logits, classes, categories: 3, alpha: 0.25, gamma: gamma)
      #expect([figures.positives, figures.hardNegatives, figures.easyNegatives] == exact.counts)
      // A group's sum is within e of the exact one, so a share is within e / 2 (s (1 - s) <= 1/4, twice e).
      let bound = (gamma + 1) * (gamma + 1) / (8 * 256 * 256) + (gamma + 1) * 0x1p-20
      for (found, sums, factor) in [
        (spread.loss, exact.sums, 1.0), (spread.gradient, exact.slopes, 2),
        (spread.squaredGradient, exact.squares, 8),
      ] {
        let total = sums.reduce(0, +)
        #expect(abs(found.positives - sums[0] / total) <= factor * bound)
        #expect(abs(found.hardNegatives - sums[1] / total) <= factor * bound)
        #expect(abs(found.easyNegatives - sums[2] / total) <= factor * bound)
      }
      // The cut goes through a bin, whose logits count as equal: (γ + 1) / 256 of what it holds at most.
      #expect(abs(spread.hardestPercentLoss - exact.hardestPercent) <= 3e-4)
      #expect(abs(spread.halfLossNegatives - exact.halfLoss) <= 3e-4)
    }
    #expect(figures.current == figures.spreads[3])
  }

  @Test func `a gamma that the paper does not list is looked at as well`() {
    let (logits, classes) = Self.scene(seed: 1)
    var margins = MarginHistogram()
    margins.insert(logits, classes, columns: 3)
    var setting = Self.setting
    setting.gamma = 1.5
    let figures = ImbalanceFigures(of: margins, setting: setting)
    #expect(figures.current.gamma == 1.5)
    let (below, above) = (figures.spreads[2], figures.spreads[3])
    #expect(figures.current.loss.easyNegatives < below.loss.easyNegatives)
    #expect(figures.current.loss.easyNegatives > above.loss.easyNegatives)
  }

  @Test func `metrics hold every figure, and figures come back from them`() {
    let (logits, classes) = Self.scene(seed: 2)
    var margins = MarginHistogram()
    margins.insert(logits, classes, columns: 3)
    for alpha in [nil, 0.25] {
      var setting = Self.setting
      setting.alpha = alpha
      let figures = ImbalanceFigures(of: margins, setting: setting)
      let metrics = figures.metrics
      #expect(Set(metrics.map(\.name)).count == metrics.count)
      #expect(metrics.allSatisfy { $0.name.hasPrefix("lens") && $0.value.isFinite })
      let values = Dictionary(uniqueKeysWithValues: metrics.map { ($0.name, $0.value) })
      #expect(ImbalanceFigures { values[$0] } == figures)
      for metric in metrics {
        var torn = values
        torn[metric.name] = nil
        #expect(ImbalanceFigures { torn[$0] } == nil, "without \(metric.name)")
      }
    }
  }

  @Test(arguments: [
    ("lensGamma", -1.0), ("lensGamma", .nan), ("lensGamma", 1e6), ("lensAlpha", 2),
    ("lensAlpha", .nan), ("lensPriorProbability", 0), ("lensPriorProbability", 1),
    ("lensPositives", -1), ("lensPositives", 0.5), ("lensEasyNegatives", 1e300),
  ])
  func `metrics that no lens wrote are refused`(name: String, value: Double) {
    let figures = ImbalanceFigures(of: MarginHistogram(), setting: Self.setting)
    var values = Dictionary(uniqueKeysWithValues: figures.metrics.map { ($0.name, $0.value) })
    #expect(ImbalanceFigures { values[$0] } != nil)
    values[name] = value
    #expect(ImbalanceFigures { values[$0] } == nil)
  }

  @Test func `a step without any logit has zeros`() {
    let figures = ImbalanceFigures(of: MarginHistogram(), setting: Self.setting)
    #expect(figures.metrics.allSatisfy { $0.value.isFinite })
    #expect(figures.current.loss.positives == 0)
    #expect(figures.current.halfLossNegatives == 0)
    #expect(figures.positiveScore == 0)
    #expect(figures.current.loss.easyAmongNegatives == nil)
  }
}
