import DetectionAnalysis
import Testing

/// Each rule on a distribution made by hand.
///
/// The logits of a look are few values, each many times.
@Suite struct ImbalanceAdviceTests {
  /// So many logits of a value.
  private struct Heap {
    let logit: Float
    let count: Int
    let isObject: Bool

    static func objects(_ logit: Float, _ count: Int) -> Heap {
      Heap(logit: logit, count: count, isObject: true)
    }

    static func background(_ logit: Float, _ count: Int) -> Heap {
      Heap(logit: logit, count: count, isObject: false)
    }
  }

  private static func look(
    _ heaps: [Heap],
    gamma: Double = 2,
    alpha: Double? = 0.25,
    prior: Double = 0.01
  ) -> ImbalanceFigures {
    var logits: [Float] = []
    var classes: [Int32] = []
    for heap in heaps {
      logits += Array(repeating: heap.logit, count: heap.count)
      classes += Array(repeating: heap.isObject ? 0 : -1, count: heap.count)
    }
    var margins = MarginHistogram()
    margins.insert(logits, classes, columns: 1)
    return ImbalanceFigures(
      of: margins,
      setting: .init(gamma: gamma, alpha: alpha, priorProbability: prior)
    )
  }

  private static func advice(_ look: ImbalanceFigures, looks: Int = 3) throws -> ImbalanceAdvice {
    try #require(ImbalanceAdvice(Array(repeating: look, count: looks)))
  }

  /// Objects at p = 0.5; background with p = 0.5 (hard) and p = 0.0067 (easy).
  ///
  /// At gamma 0 the easy ones cost 10,000 · 0.00672 = 67.2 and the hard ones 40 log 2 = 27.7: the hardest
  /// hundredth, 40 hard ones and 60 easy, carries 28.1 of 94.9, 30 %. At gamma 0.5 it is 19.6 of 25.1, 78 %.
  private static let crowd: [Heap] = [
    .objects(0, 60), .background(0, 40), .background(-5, 10_000),
  ]

  @Test func `no looks, no advice`() {
    #expect(ImbalanceAdvice([]) == nil)
  }

  // MARK: Gamma

  @Test func `cross entropy is told the weakest gamma that is enough`() throws {
    let advice = try Self.advice(Self.look(Self.crowd, gamma: 0, alpha: 0.75))
    #expect(advice.gamma.verdict == .change)
    #expect(advice.gamma.recommended == 0.5)
    #expect(advice.gamma.reason.contains("At 0 the hardest 1 % of the background carries 30 %"))
    #expect(advice.gamma.reason.contains("less than half; at 0.5 the hardest 1 %"))
    #expect(advice.gamma.reason.contains("carries 78 %"))
    // Table 1b's alpha of that row.
    #expect(advice.alpha.recommended == 0.5)
    #expect(advice.alpha.verdict == .change)
  }

  @Test func `more easy background needs a stronger gamma`() throws {
    let heaps: [Heap] = [
      .objects(0, 60), .background(0, 40), .background(-3, 40_000),
    ]
    // p = 0.0474: 40,000 · 0.0486 p^gamma easy and 40 · 0.693 / 2^gamma hard; the hardest hundredth is 400 of them.
    // It carries 2, 5, 14 and 62 % at 0, 0.5, 1, 2.
    let advice = try Self.advice(Self.look(heaps, gamma: 0, alpha: 0.75))
    #expect(advice.gamma.recommended == 2)
    #expect(advice.alpha.recommended == 0.25)
    let still = try Self.advice(Self.look(heaps, gamma: 0.5, alpha: 0.5))
    #expect(still.gamma.recommended == 2)
  }

  @Test func `gamma 2 is kept where less would be enough: the paper found no harm`() throws {
    let advice = try Self.advice(Self.look(Self.crowd))
    #expect(advice.gamma.verdict == .keep)
    #expect(advice.gamma.recommended == 2)
    #expect(advice.gamma.reason.contains("at 0 the hardest 1 % of the background carries 30 %"))
    let one = try Self.advice(Self.look(Self.crowd, gamma: 1))
    #expect(one.gamma.verdict == .keep)
    #expect(one.gamma.recommended == 1)
  }

  @Test func `gamma 5 is told to come down to 2`() throws {
    let advice = try Self.advice(Self.look(Self.crowd, gamma: 5))
    #expect(advice.gamma.verdict == .change)
    #expect(advice.gamma.recommended == 2)
    #expect(advice.gamma.reason.contains("1.8 AP"))
  }

  @Test func `balanced data keeps cross entropy`() throws {
    let heaps: [Heap] = [.objects(1, 200), .background(0, 100), .background(-3, 600)]
    let advice = try Self.advice(Self.look(heaps, gamma: 0, alpha: 0.5, prior: 0.01))
    // 100 / 2 hard against 600 · 0.047 easy; too few for a hundredth to say something.
    #expect(advice.gamma.verdict == .keep)
    #expect(advice.gamma.recommended == 0)
    #expect(advice.gamma.reason.contains("well-classified background carries 36 %"))
  }

  @Test func `where even gamma 2 leaves most to easy background, it says so`() throws {
    let heaps: [Heap] = [
      .objects(3, 60), .background(0, 40), .background(-1, 5_000), .background(-8, 20_000),
    ]
    let advice = try Self.advice(Self.look(heaps, gamma: 1))
    #expect(advice.gamma.recommended == 2)
    #expect(advice.gamma.reason.contains("still too little"))
    let kept = try Self.advice(Self.look(heaps, gamma: 2))
    #expect(kept.gamma.verdict == .keep)
    #expect(kept.gamma.reason.contains("less than half, but"))
  }

  // MARK: Too little to go on

  @Test func `two looks are too few`() throws {
    let advice = try Self.advice(Self.look(Self.crowd, gamma: 0), looks: 2)
    #expect(advice.gamma.verdict == .undecided)
    #expect(advice.gamma.recommended == nil)
    #expect(advice.gamma.missing == "2 of 3 looks so far")
    #expect(
      advice.gamma.text
        == "No advice on gamma yet: 2 of 3 looks so far. One look is one step, and steps differ; the next looks "
        + "decide. The paper's best is 2."
    )
    #expect(advice.alpha.verdict == .undecided)
    // π needs no more than counted anchors.
    #expect(advice.priorProbability.verdict == .keep)
  }

  @Test func `99 positives are too few, 102 are enough`() throws {
    func heaps(_ objects: Int) -> [Heap] {
      [.objects(0, objects), .background(0, 40), .background(-5, 10_000)]
    }
    let few = try Self.advice(Self.look(heaps(33)))
    #expect(few.gamma.verdict == .undecided)
    #expect(few.gamma.missing == "99 positives in 3 looks, it takes 100")
    #expect(few.gamma.reason.hasPrefix("The next looks decide."))
    // The newest eight are all that is ever taken together.
    let all = try Self.advice(Self.look([.objects(0, 12), .background(0, 40)]), looks: 20)
    #expect(all.gamma.missing == "96 positives in 8 looks, it takes 100")
    #expect(all.gamma.reason.hasPrefix("A larger schedule.batchSize shows more"))
    #expect(all.alpha.missing == all.gamma.missing && all.alpha.recommended == nil)
    let enough = try Self.advice(Self.look(heaps(34)))
    #expect(enough.gamma.verdict == .keep)
  }

  @Test func `27 hard negatives of 9,027 are too few for gamma, not for alpha`() throws {
    let heaps: [Heap] = [.objects(0, 60), .background(0, 9), .background(-5, 3_000)]
    let advice = try Self.advice(Self.look(heaps))
    #expect(advice.gamma.verdict == .undecided)
    #expect(
      advice.gamma.missing
        == "27 hard negatives of 9,027 in 3 looks, it takes 30 hard ones or 10,000 in all"
    )
    #expect(advice.line.hasPrefix("keep alpha 0.25, pi 0.01; no advice on gamma yet: 27 hard"))
    #expect(advice.alpha.verdict != .undecided)
    let more = heaps + [.background(-5, 325)]
    #expect(try Self.advice(Self.look(more)).gamma.verdict == .keep)
  }

  @Test func `a model that has learnt nothing gets no advice on gamma`() throws {
    // All scores are π, as in the first step.
    let heaps: [Heap] = [.objects(-4.595, 100), .background(-4.595, 100_000)]
    let advice = try Self.advice(Self.look(heaps, gamma: 0))
    #expect(advice.gamma.verdict == .undecided)
    #expect(advice.gamma.missing?.hasSuffix("on average, too close to judge by") == true)
    #expect(advice.gamma.reason.contains("objects score 5 times what background does"))
    #expect(advice.alpha.verdict == .undecided)
  }

  // MARK: Alpha

  @Test func `objects that carry a third of the gradient leave alpha as it is`() throws {
    // Gamma 2, p = 1/2: |f'| is (1/4)(ln 2 + 1/2) on both sides. 60 · 0.25 against 40 · 0.75: 1/3, easy ones aside.
    let advice = try Self.advice(Self.look(Self.crowd))
    #expect(advice.alpha.verdict == .keep)
    #expect(advice.alpha.recommended == 0.25)
    #expect(advice.alpha.reason.contains("33 %"))
  }

  @Test func `objects that are drowned are given more weight, within the paper's range`() throws {
    let drowned: [Heap] = [.objects(0, 60), .background(0, 2_000), .background(-5, 100_000)]
    // 60 · 0.25 against 2,000 · 0.75: 1 %. Balance would be 2,000 / 2,060; the range ends at 0.75.
    let advice = try Self.advice(Self.look(drowned))
    #expect(advice.alpha.verdict == .change)
    #expect(advice.alpha.recommended == 0.75)
    #expect(advice.alpha.reason.contains("pushes all scores down"))
    // There already: nothing to gain.
    let there = try Self.advice(Self.look(drowned, alpha: 0.75))
    #expect(there.alpha.verdict == .keep)
  }

  @Test func `objects that carry nearly everything are given less weight`() throws {
    let heaps: [Heap] = [.objects(0, 700), .background(0, 50), .background(-5, 2_000)]
    // 700 · 0.75 against 50 · 0.25: 98 %. Balance: 50 / 750, below the range.
    let advice = try Self.advice(Self.look(heaps, alpha: 0.75))
    #expect(advice.alpha.verdict == .change)
    #expect(advice.alpha.recommended == 0.25)
    #expect(advice.alpha.reason.contains("pushes all scores up"))
  }

  @Test func `an alpha outside the paper's range is brought to its row of the table`() throws {
    #expect(try Self.advice(Self.look(Self.crowd, alpha: 0.05)).alpha.recommended == 0.25)
    #expect(try Self.advice(Self.look(Self.crowd, alpha: 0.99)).alpha.recommended == 0.25)
    #expect(try Self.advice(Self.look(Self.crowd, alpha: 0)).alpha.recommended == 0.25)
    #expect(try Self.advice(Self.look(Self.crowd, alpha: 1)).alpha.recommended == 0.25)
  }

  @Test func `no alpha weighs both alike and may stay`() throws {
    let advice = try Self.advice(Self.look(Self.crowd, alpha: nil))
    #expect(advice.alpha.verdict == .keep)
    #expect(advice.alpha.current == nil)
    #expect(advice.line.hasPrefix("keep gamma 2, alpha none, pi 0.01; "))
  }

  @Test func `alphas of table 1b`() {
    let rows = [(0.0, 0.75), (0.1, 0.75), (0.2, 0.75), (0.5, 0.5), (1, 0.25), (2, 0.25), (5, 0.25)]
    for (gamma, alpha) in rows { #expect(ImbalanceRules.alpha(forGamma: gamma) == alpha) }
  }

  @Test func `balance by hand`() {
    // P = 0.2 / 0.5, N = 0.8 / 0.5: N / (P + N) is 0.8, cut to 0.75.
    #expect(ImbalanceRules.balancingAlpha(share: 0.2, alpha: 0.5) == 0.75)
    #expect(abs(ImbalanceRules.balancingAlpha(share: 0.4, alpha: 0.5) - 0.6) < 1e-12)
    #expect(ImbalanceRules.balancingAlpha(share: 1, alpha: 0.5) == 0.25)
  }

  // MARK: Prior probability

  @Test func `table 1a's four ratios of the first step`() {
    // 80,000 logits a positive, cross entropy, π = 0.01.
    for (alpha, ratio) in [(0.75, 58.0), (0.5, 175), (0.25, 524), (0.1, 1571)] {
      let found = ImbalanceRules.lossAtFirst(
        .init(gamma: 0, alpha: alpha, priorProbability: 0.01),
        positives: 100,
        negatives: 8e6
      )
      #expect(abs(found - ratio) <= 1, "alpha \(alpha): \(found)")
    }
    // The focal loss: 6.03 against 100 · 1.1284.
    let focal = ImbalanceRules.lossAtFirst(
      .init(gamma: 2, alpha: 0.25, priorProbability: 0.01),
      positives: 100,
      negatives: 8e6
    )
    #expect(abs(focal - 6.03 / 112.84) < 1e-4)
  }

  @Test func `the paper's prior is kept with the focal loss, lowered where objects drown`() throws {
    let heaps: [Heap] = [.objects(0, 40), .background(0, 40), .background(-5, 40_000)]
    let focal = try Self.advice(Self.look(heaps))
    #expect(focal.priorProbability.verdict == .keep)
    #expect(focal.priorProbability.recommended == 0.01)
    // 1,001 negatives a positive at π = 0.5: 1,001 · 0.25 / 0.75 times.
    let none = try Self.advice(Self.look(heaps, gamma: 0, alpha: 0.75, prior: 0.5), looks: 1)
    #expect(none.priorProbability.verdict == .change)
    #expect(none.priorProbability.recommended == 0.01)
    #expect(none.priorProbability.reason.contains("334 times"))
    // 100,001 a positive, π = 0.01: 73 times; 0.005: 31 times.
    let rare: [Heap] = [.objects(0, 1), .background(-5, 100_001)]
    let lower = try Self.advice(
      Self.look(rare, gamma: 0, alpha: 0.75, prior: 0.01),
      looks: 1
    )
    #expect(lower.priorProbability.recommended == 0.005)
  }

  @Test func `anchors without any object get no prior`() throws {
    let advice = try Self.advice(Self.look([.background(-5, 1000)]))
    #expect(advice.priorProbability.verdict == .undecided)
    #expect(advice.priorProbability.reason.contains("focal inspect"))
    #expect(
      advice.line
        == "no advice on gamma and alpha yet: 0 positives in 3 looks, it takes 100; "
        + "no advice on pi yet: no anchor holds an object in 3 looks"
    )
  }

  @Test func `objects without weight cost nothing: the prior is not to blame`() throws {
    let advice = try Self.advice(Self.look(Self.crowd, alpha: 0), looks: 1)
    #expect(advice.priorProbability.verdict == .change)
    #expect(advice.priorProbability.recommended == 1e-6)
  }

  // MARK: Words

  @Test func `only looks with the newest setting count, and the newest eight of them`() throws {
    let old = Self.look(Self.crowd, gamma: 0)
    let new = Self.look(Self.crowd, gamma: 2)
    let advice = try #require(ImbalanceAdvice(Array(repeating: old, count: 5) + [new, new]))
    #expect(advice.basis.hasPrefix("2 steps looked at: 120 positives"))
    let many = try #require(ImbalanceAdvice(Array(repeating: new, count: 20)))
    #expect(many.basis.hasPrefix("8 steps looked at: 480 positives, 320 hard and 80,000 easy"))
  }

  @Test func `lines are the basis and one for each item, the one line names all three`() throws {
    let advice = try Self.advice(Self.look(Self.crowd))
    #expect(advice.lines.count == 4)
    #expect(advice.lines.allSatisfy { !$0.contains("\n") && !$0.isEmpty })
    #expect(advice.line.hasPrefix("keep gamma 2, alpha 0.25, pi 0.01; the hardest 1 %"))
    #expect(advice.line.hasSuffix(" of its loss, objects 33 % of the gradient"))
    let early = try Self.advice(Self.look(Self.crowd), looks: 1)
    let silence = "no advice on gamma and alpha yet: 1 of 3 looks so far"
    #expect(early.line == "keep pi 0.01; \(silence)")
  }

  @Test func `what to try comes before what to keep, with what it is now`() throws {
    let advice = try Self.advice(Self.look(Self.crowd, gamma: 0, alpha: 0.75))
    let start = "try gamma 0.5 (now 0), alpha 0.5 (now 0.75); keep pi 0.01; the hardest 1 %"
    #expect(advice.line.hasPrefix(start))
    #expect(advice.gamma.text.hasPrefix("Try gamma 0.5 instead of 0. At 0 the hardest 1 %"))
    #expect(advice.priorProbability.text.hasPrefix("Keep pi 0.01. With 167 negatives a positive"))
  }

  @Test func `the one line has room on a console`() throws {
    let dense: [Heap] = [.objects(-4.5, 100), .background(-4.6, 10_000)]
    for gamma in [0, 0.5, 1, 2, 5] {
      for heaps in [Self.crowd, dense, [.objects(0, 60), .background(0, 9)], [.background(0, 9)]] {
        for looks in [1, 3, 8] {
          let look = Self.look(heaps, gamma: gamma, alpha: 0.05, prior: 0.5)
          let line = try Self.advice(look, looks: looks).line
          #expect(line.count <= 165 && !line.contains("\n"), "\(line.count): \(line)")
        }
      }
    }
  }

  @Test func `other numbers are the same advice, another value is not`() throws {
    let one = try Self.advice(Self.look(Self.crowd))
    let other = try Self.advice(Self.look(Self.crowd + [.background(0, 20)]))
    #expect(one.line != other.line && one.advisesLike(other))
    let none = try Self.advice(Self.look(Self.crowd), looks: 1)
    let few = try Self.advice(Self.look(Self.crowd), looks: 2)
    #expect(none.line != few.line && none.advisesLike(few))
    #expect(!few.advisesLike(one))
    #expect(try !one.advisesLike(Self.advice(Self.look(Self.crowd, gamma: 1))))
    #expect(try !one.advisesLike(Self.advice(Self.look(Self.crowd, gamma: 5))))
  }

  @Test func `numbers that only a damaged file holds end no process`() throws {
    var look = Self.look(Self.crowd)
    look.positives = .max
    look.easyNegatives = .max
    look.hardNegatives = .max
    look.current.gradient.positives = .infinity
    look.spreads[0].gradient.easyNegatives = 1e300
    look.positiveScore = -5
    let advice = try Self.advice(look, looks: 8)
    #expect(!advice.line.isEmpty)
  }
}
