import Testing

@testable import DetectionTraining
@testable import FocalEngine

@Suite struct TrainingPaceTests {
  private func step(loss: Double, seconds: Double, memory: Double?) -> TrainingStep {
    TrainingStep(
      step: 1,
      epoch: 1,
      totalSteps: 2,
      batchSize: 8,
      totalLoss: 2 * loss,
      classificationLoss: loss,
      boxLoss: loss,
      learningRate: 0.01,
      gradientNorm: 1,
      foregroundCount: 3,
      fault: nil,
      lens: nil,
      seconds: seconds,
      dataSeconds: seconds / 4,
      memoryMiB: memory
    )
  }

  @Test func `nothing is said before the first step`() {
    #expect(TrainingPace().details.isEmpty)
  }

  /// The first counts in full, a tenth of the second moves it: 1 + 0.1 (2 - 1), 0.5 + 0.1 (1 - 0.5).
  @Test func `losses, pace, wait and memory in this order`() {
    var pace = TrainingPace()
    pace.add(step(loss: 1, seconds: 0.5, memory: 700.4))
    #expect(
      pace.details == ["class 1.000", "box 1.000", "16.0 images/s", "data wait 25 %", "700 MiB"]
    )
    pace.add(step(loss: 2, seconds: 1, memory: nil))
    #expect(pace.details == ["class 1.100", "box 1.100", "14.5 images/s", "data wait 25 %"])
  }

  @Test func `a loss that is not finite does not hide those after it`() {
    var pace = TrainingPace()
    pace.add(step(loss: 1, seconds: 0.5, memory: nil))
    pace.add(step(loss: .nan, seconds: 0.5, memory: nil))
    pace.add(step(loss: .infinity, seconds: 0.5, memory: nil))
    #expect(pace.details.prefix(2) == ["class 1.000", "box 1.000"])
  }
}
