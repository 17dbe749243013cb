import COCOEvaluation
import Foundation
import RunLogs
import Testing

@testable import DetectionTraining

@Suite(.serialized) struct EarlyStopTests {
  private func section(_ patience: Int, least: Double = 0) -> TrainingRecipe.EarlyStopSection {
    var section = TrainingRecipe.EarlyStopSection()
    section.patience = patience
    section.leastImprovement = least
    return section
  }

  private func state(
    after values: [Double?],
    _ section: TrainingRecipe.EarlyStopSection
  ) -> EarlyStopState {
    var state = EarlyStopState()
    for (epoch, value) in values.enumerated() { state.note(value, epoch: epoch + 1, section) }
    return state
  }

  @Test func `a run ends after so many evaluations without a better figure`() {
    #expect(state(after: [0.1, 0.3, 0.2], section(2)).reason == nil)
    let ended = state(after: [0.1, 0.3, 0.2, 0.3], section(2))
    #expect(
      ended.reason
        == "AP has not risen above 0.3 in 2 evaluations (earlyStop.patience 2); the last, after epoch 4, gave 0.3"
    )
    #expect(state(after: [0.1, 0.3, 0.2, 0.31, 0.2], section(2)).evaluationsSince == 1)
  }

  @Test func `what is not more than the least improvement is none`() {
    #expect(state(after: [0.5, 0.51, 0.52], section(2, least: 0.05)).reason != nil)
    // Each is less than 0.05 above the one before, the last more than that above the best that counted.
    let state = state(after: [0.5, 0.54, 0.56], section(2, least: 0.05))
    #expect(state.reason == nil && state.best == 0.56)
  }

  @Test func `no patience and no figure end nothing`() {
    #expect(state(after: [0.5, 0.1, 0.1, 0.1], section(0)) == EarlyStopState())
    #expect(state(after: [0.5, nil, nil, nil], section(1)).evaluationsSince == 0)
  }

  private var recipe: TrainingRecipe {
    var recipe = TinyRun.recipe
    recipe.schedule.epochs = 6
    recipe.earlyStop.patience = 2
    // No figure of this network comes to it, so that the first evaluation stays the best.
    recipe.earlyStop.leastImprovement = 1
    return recipe
  }

  @Test func `a run that ends early ends like one that is over, resumed or not`() throws {
    let temporary = try TemporaryFolder()
    let whole = temporary.run("whole")
    let outcome = try TinyRun.start(recipe, in: whole)
    // Evaluations after epochs 1, 2 and 3, of three steps each.
    #expect(outcome.isComplete && outcome.steps == 9)
    let reason = try #require(outcome.endedEarly)
    #expect(reason.hasPrefix("AP has not risen by more than 1.0 above "))
    #expect(reason.contains("in 2 evaluations (earlyStop.patience 2); the last, after epoch 3,"))
    #expect(FileManager.default.fileExists(atPath: whole.final.path))

    // Between the second and the third evaluation: how long it has waited is part of the state.
    let parted = temporary.run("parted")
    #expect(try !TinyRun.start(recipe, in: parted, stoppingAfter: 7).isComplete)
    let resumed = try TinyRun.resume(recipe, in: parted)
    #expect(resumed.isComplete && resumed.steps == 9 && resumed.endedEarly == reason)
    let isSame = try Data(contentsOf: whole.final) == Data(contentsOf: parted.final)
    #expect(isSame, "final.safetensors")

    // Resumed once more it has nothing to do, and says the same.
    let again = try TinyRun.resume(recipe, in: parted)
    #expect(again.isComplete && again.steps == 9 && again.endedEarly == reason)
    let isStill = try Data(contentsOf: whole.final) == Data(contentsOf: parted.final)
    #expect(isStill, "final.safetensors")
  }

  @Test func `a run that comes to its end did not end early`() throws {
    let temporary = try TemporaryFolder()
    var recipe = TinyRun.recipe
    recipe.earlyStop.patience = 50
    let outcome = try TinyRun.start(recipe, in: temporary.run())
    #expect(outcome.isComplete && outcome.endedEarly == nil && outcome.steps == 6)
  }

  @Test func `the figures are those of the protocol, by the names they are printed under`() throws {
    var values: [String: Double] = [:]
    for (place, figure) in EvaluationFigure.allCases.enumerated() {
      values[figure.rawValue] = Double(place) / 16
    }
    values["APs"] = -1
    let summary = try JSONDecoder().decode(COCOSummary.self, from: JSONEncoder().encode(values))
    #expect(EvaluationFigure.allCases.map(\.rawValue) == summary.figures.map(\.name))
    for figure in EvaluationFigure.allCases where figure != .apSmall {
      #expect(figure.value(in: summary) == values[figure.rawValue], "\(figure)")
    }
    // Without small objects there is nothing to be waited for.
    #expect(EvaluationFigure.apSmall.value(in: summary) == nil)
  }
}
