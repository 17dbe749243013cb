import BoxGeometry
import DatasetInspection
import DetectionDatasets
import DetectionModels
import DetectionTraining
import TestSupport
import Testing

@testable import TrainingDoctor

@Suite struct RecipeChecksTests {
  // MARK: - Anchors

  private func anchors(
    _ sides: [(Float, Float)],
    _ rule: AnchorMatcher.LowQualityMatches = .never
  ) throws -> [DoctorFinding] {
    var subject = Subjects.healthy
    subject.training = Subjects.data(sides: sides)
    subject.recipe.anchors.lowQualityMatches = rule
    return try Doctor.quick(subject, folder: nil).findings.of(.anchors)
  }

  @Test func `objects that anchors fit are no finding`() throws {
    #expect(try anchors([(64, 64), (90, 70)]).isEmpty)
  }

  @Test func `training is refused where no anchor reaches nearly any object`() throws {
    // The smallest anchor is 32 pixels wide: 12 by 12 is a seventh of it.
    let refused = try anchors([(12, 12)])
    #expect(refused.map(\.severity) == [.error])
    #expect(refused[0].found.hasPrefix("100 % of 200 objects have no anchor of IoU 0.5"))
    #expect(refused[0].remedy.contains("focal anchors train.json"))
    let most = try anchors([(64, 64), (12, 12), (12, 12)])
    #expect(most.map(\.severity) == [.warning])
    #expect(most[0].found.hasPrefix("67 % of 600 objects"))
    #expect(most[0].places.contains { $0.hasPrefix("small: 100 %") })
    // The best anchor learns them all the same.
    #expect(try anchors([(12, 12)], .always).map(\.severity) == [.warning])
  }

  @Test func `some are a warning, few a note`() throws {
    let most = [(Float, Float)](repeating: (64, 64), count: 3)
    #expect(try anchors(most + [(12, 12)]).map(\.severity) == [.warning])
    #expect(try anchors(most + [(12, 12)], .always).map(\.severity) == [.note])
  }

  /// One of four objects alone would be a note; but it is every owl.
  @Test func `a class that no anchor reaches is a warning whatever the others have`() throws {
    var subject = Subjects.healthy
    subject.training = Subjects.data(
      classes: ["cat", "dog", "owl", "hen"],
      sides: [(64, 64), (64, 64), (12, 12), (64, 64)]
    )
    subject.validation = nil
    subject.recipe.anchors.lowQualityMatches = .always
    let found = try Doctor.quick(subject, folder: nil).findings.of(.anchors)
    #expect(found.map(\.severity) == [.warning])
    #expect(found.first?.places.contains { $0.hasPrefix("owl: 100 %") } == true, "\(found)")
  }

  // MARK: - Learning rate

  private func rate(_ change: (inout TrainingRecipe) -> Void) -> [DoctorFinding] {
    var recipe = Subjects.recipe
    change(&recipe)
    return LearningRateCheck.findings(recipe)
  }

  @Test func `every preset has a rate that is known to work`() {
    for preset in TrainingRecipe.Preset.allCases {
      #expect(LearningRateCheck.findings(TrainingRecipe(preset: preset)).isEmpty, "\(preset)")
    }
    #expect(LearningRateCheck.findings(.demo).isEmpty)
    // Whatever the batch is: the rate is for 16 pictures.
    #expect(rate { $0.schedule.batchSize = 2 }.isEmpty)
  }

  @Test func `rates of another optimizer are told of`() {
    let low = rate { $0.optimizer.learningRatePer16Images = 1e-4 }
    #expect(low.map(\.severity) == [.warning] && low[0].remedy.hasSuffix("optimizer.kind=adamw"))
    #expect(low[0].why.contains("little will be learned"))
    let high = rate {
      $0.optimizer.kind = .adamw
      $0.optimizer.learningRatePer16Images = 0.01
    }
    #expect(high.map(\.severity) == [.warning] && high[0].remedy.hasSuffix("optimizer.kind=sgd"))
    #expect(high[0].why.contains("hardly stay finite"))
    #expect(rate { $0.optimizer.learningRatePer16Images = 0.5 }.count == 1)
  }

  // MARK: - Norms

  private func norms(
    _ change: (inout DoctorCase) -> Void
  ) -> [DoctorFinding] {
    var subject = Subjects.healthy
    change(&subject)
    return NormsCheck.findings(
      subject.recipe,
      pictures: subject.picturesAtOnce,
      start: subject.start
    )
  }

  @Test func `batch norm wants four pictures, whoever has them`() {
    #expect(norms { $0.recipe.schedule.batchSize = 4 }.isEmpty)
    let few = norms { $0.recipe.schedule.batchSize = 3 }
    #expect(few.map(\.severity) == [.warning] && few[0].remedy.contains("model.norm=group"))
    #expect(norms { $0.recipe.schedule.accumulation = 8 }.count == 1)
    #expect(norms { $0.processes = 8 }.count == 1)
    #expect(norms { $0.processes = 4 }.isEmpty)
    #expect(
      norms {
        $0.recipe.schedule.batchSize = 1
        $0.recipe.model.norm = .group
      }.isEmpty
    )
    let tuned = norms {
      $0.recipe.schedule.batchSize = 2
      $0.start = .backbone
    }
    #expect(tuned.count == 1 && tuned[0].remedy.contains("model.norm=frozen"))
  }

  @Test func `frozen parts without weights stay random`() {
    let frozen = norms { $0.recipe.model.norm = .frozen }
    #expect(frozen.map(\.found) == ["model.norm frozen keeps random weights as they are"])
    let stages = norms { $0.recipe.model.trainableStages = 3 }
    #expect(stages[0].found.hasPrefix("model.trainableStages 3 keeps random"))
    #expect(
      norms {
        $0.recipe.model.norm = .frozen
        $0.start = .backbone
      }.isEmpty
    )
  }

  // MARK: - Schedule

  private func schedule(
    pictures: Int = 200,
    _ change: (inout TrainingRecipe) -> Void = { _ in }
  ) -> [DoctorFinding] {
    var recipe = Subjects.recipe
    change(&recipe)
    return ScheduleCheck.findings(recipe, pictures: pictures)
  }

  @Test func `a handful of steps is told of`() {
    // 13 steps an epoch.
    #expect(schedule { $0.schedule.epochs = 24 }.filter { $0.severity != .note }.isEmpty)
    let short = schedule { $0.schedule.epochs = 23 }
    #expect(short[0].found == "299 steps in all (23 epochs of 13)")
    #expect(short[0].remedy.contains("schedule.epochs=47"))
  }

  @Test func `a batch that is never full is told of`() {
    #expect(schedule(pictures: 16) { $0.schedule.epochs = 500 }.isEmpty)
    let findings = schedule(pictures: 15) { $0.schedule.epochs = 500 }
    #expect(findings.count == 1 && findings[0].found.contains("batchSize 16 with 15 pictures"))
  }

  @Test func `a warm-up longer than a fifth of the run is cut, and said so`() {
    // 780 steps; a fifth are 156, and 15 more or less are not worth a word.
    #expect(schedule { $0.schedule.warmupImages = 171 * 16 }.isEmpty)
    let cut = schedule { $0.schedule.warmupImages = 172 * 16 }
    #expect(cut.map(\.severity) == [.note])
    #expect(cut.first?.found == "a warm-up of 172 steps in a run of 780 is cut to 156")
    #expect(cut.first?.remedy == "set schedule.warmupImages=\(156 * 16) to have it so")
  }

  @Test func `an early stop that cannot come is told of`() {
    #expect(schedule { $0.earlyStop.patience = 59 }.isEmpty)
    #expect(schedule { $0.earlyStop.patience = 60 }.map(\.severity) == [.warning])
    let rare = schedule {
      $0.earlyStop.patience = 6
      $0.evaluation.everyEpochs = 10
    }
    #expect(rare.count == 1)
  }

  @Test func `long epochs want checkpoints between`() {
    #expect(schedule(pictures: 32_000).isEmpty)
    #expect(schedule(pictures: 32_001).map(\.severity) == [.note])
    #expect(schedule(pictures: 32_001) { $0.checkpoint.everySteps = 100 }.isEmpty)
  }

  // MARK: - Loss

  /// Paper's settings: 0.25 · 0.99² · 4.60517 for an object's anchor, 0.75 · 0.01² · 0.01005 for a background logit.
  @Test func `the first loss is the paper's`() {
    let (positive, negative) = ExpectedFirstLoss.costs(TrainingRecipe())
    expectClose(positive, 1.128_382, absolute: 1e-5)
    expectClose(negative, 7.537_752e-7, absolute: 1e-12)
    // 100,000 anchors of 80 classes beside 10 of objects: 1.128 + 6.03 / 10.
    let value = ExpectedFirstLoss.value(
      TrainingRecipe(),
      foreground: 10,
      background: 100_000,
      logits: 80,
      pictures: 1
    )
    expectClose(value, 1.128_382 + 0.603_020 + 79 * 7.538e-7, absolute: 1e-4)
    var plain = TrainingRecipe()
    plain.loss.kind = .crossEntropy
    plain.loss.alpha = -1
    // 80,403 / 10 of the background, and 4.605 an object.
    let entropy = ExpectedFirstLoss.value(
      plain,
      foreground: 10,
      background: 100_000,
      logits: 80,
      pictures: 1
    )
    expectClose(entropy, 8040.3 + 4.605 + 0.794, absolute: 0.1)
  }

  private func loss(_ change: (inout TrainingRecipe) -> Void) throws -> [DoctorFinding] {
    var subject = Subjects.healthy
    change(&subject.recipe)
    return try Doctor.quick(subject, folder: nil).findings.of(.loss)
  }

  @Test func `a loss that will diverge is told of`() throws {
    #expect(try loss { _ in }.isEmpty)
    let noPrior = try loss { $0.model.priorProbability = 0.5 }
    #expect(noPrior.map(\.severity) == [.warning])
    #expect(noPrior[0].remedy == "set model.priorProbability=0.01")
    let entropy = try loss {
      ($0.loss.kind, $0.loss.alpha, $0.model.priorProbability) = (.crossEntropy, -1, 0.5)
    }
    #expect(entropy.count == 1 && entropy[0].remedy.hasSuffix("or loss.kind=focal"))
  }

  @Test func `weights that leave out a side are told of`() throws {
    #expect(try loss { $0.loss.alpha = 0 }.map(\.severity) == [.warning])
    #expect(try loss { $0.loss.alpha = 1 }.map(\.severity) == [.warning])
    #expect(try loss { $0.loss.alpha = 0.75 }.isEmpty)
    #expect(try loss { $0.loss.gamma = 6 }.map(\.severity) == [.note])
    #expect(try loss { $0.loss.gamma = 5 }.isEmpty)
  }

  @Test func `a first loss elsewhere is told of`() {
    #expect(FirstLossCheck.findings(measured: 1.2, expected: 1.13).isEmpty)
    #expect(FirstLossCheck.findings(measured: 2, expected: 1.13).map(\.severity) == [.warning])
    #expect(FirstLossCheck.findings(measured: 0.5, expected: 1.13).map(\.severity) == [.warning])
    #expect(FirstLossCheck.findings(measured: .nan, expected: 1.13).map(\.severity) == [.error])
  }

  @Test func `pictures enlarged more than three times are told of`() {
    let data = Subjects.data()
    let three = ResizeRule(shortSide: 1440, longSideCap: 4000)
    #expect(PictureSizeCheck.findings(data, resize: three).isEmpty)
    let four = ResizeRule(shortSide: 1920, longSideCap: 4000)
    let findings = PictureSizeCheck.findings(data, resize: four)
    #expect(findings.count == 1 && findings[0].found.contains("enlarged 4.0 times"))
    #expect(PictureSizeCheck.findings(Subjects.data(0), resize: four).isEmpty)
  }
}
