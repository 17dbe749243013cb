import DetectionTraining
import TestSupport
import Testing
import TorchNN

struct TrainingRecipeScheduleTests {
  /// Paper, section 4.1: 0.01 for 16 pictures, 90,000 steps, divided by 10 at 60,000 and at 80,000.
  @Test func `the 1x schedule is the paper's`() {
    let recipe = TrainingRecipe(preset: .oneTimes)
    #expect(recipe.peakLearningRate == 0.01)
    let schedule = recipe.learningRateSchedule(totalSteps: 90_000)
    // 8,000 pictures of warm-up are 500 steps, from a tenth up in a line.
    let expected: [(step: Int, rate: Double)] = [
      (0, 0.001), (250, 0.0055), (499, 0.009_982), (500, 0.01), (59_999, 0.01), (60_000, 0.001),
      (79_999, 0.001), (80_000, 0.0001), (89_999, 0.0001),
    ]
    for (step, rate) in expected {
      expectClose(schedule.rate(atStep: step), rate, absolute: 0, relative: 1e-9, "step \(step)")
    }
  }

  @Test func `the 3x schedule drops at 210,000 and 250,000 of 270,000 steps`() {
    let schedule = TrainingRecipe(preset: .threeTimes).learningRateSchedule(totalSteps: 270_000)
    expectClose(schedule.rate(atStep: 209_999), 0.01, absolute: 1e-12)
    expectClose(schedule.rate(atStep: 210_000), 0.001, absolute: 1e-12)
    expectClose(schedule.rate(atStep: 249_999), 0.001, absolute: 1e-12)
    expectClose(schedule.rate(atStep: 250_000), 0.0001, absolute: 1e-12)
  }

  /// The batch is a quarter of 16: SGD's rate goes with it, AdamW's with its square root.
  @Test func `the rate is scaled to the batch as the optimizer asks for`() {
    var recipe = TrainingRecipe()
    recipe.schedule.batchSize = 4
    recipe.optimizer.learningRatePer16Images = 0.8
    #expect(recipe.peakLearningRate == 0.2)
    recipe.optimizer.kind = .adamw
    #expect(recipe.peakLearningRate == 0.4)
  }

  /// Half a cosine is at one half in the middle of the run, at (1 + cos 45°) / 2 after a quarter.
  @Test func `a cosine falls to 0 over the run`() {
    var recipe = TrainingRecipe()
    recipe.schedule.decay = .cosine
    recipe.schedule.batchSize = 8
    recipe.schedule.warmupImages = 80
    recipe.optimizer.learningRatePer16Images = 0.04
    #expect(recipe.peakLearningRate == 0.02)
    let schedule = recipe.learningRateSchedule(totalSteps: 1000)
    expectClose(schedule.rate(atStep: 0), 0.002, absolute: 1e-12)
    expectClose(schedule.rate(atStep: 250), 0.02 * 0.853_553_390_593, absolute: 1e-12)
    expectClose(schedule.rate(atStep: 500), 0.01, absolute: 1e-12)
    expectClose(schedule.rate(atStep: 1000), 0, absolute: 1e-12)
  }

  @Test func `warm-up takes a fifth of a short run at most, and none of the shortest`() {
    var recipe = TrainingRecipe()
    recipe.schedule.milestones = []
    recipe.schedule.warmupImages = 16_000
    let schedule = recipe.learningRateSchedule(totalSteps: 50)
    #expect(schedule.warmUpSteps == 10)
    expectClose(schedule.rate(atStep: 5), 0.0055, absolute: 1e-12)
    expectClose(schedule.rate(atStep: 10), 0.01, absolute: 1e-12)
    #expect(recipe.learningRateSchedule(totalSteps: 4).rate(atStep: 0) == 0.01)
  }
}
