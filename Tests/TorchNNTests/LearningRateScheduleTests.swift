import Foundation
import Testing
import TorchNN

@Suite struct LearningRateScheduleTests {
  private func expect(
    _ schedule: LearningRateSchedule,
    _ rates: [Int: Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for (step, rate) in rates {
      #expect(
        abs(schedule.rate(atStep: step) - rate) <= 1e-12 * rate,
        "step \(step)",
        sourceLocation: sourceLocation
      )
    }
  }

  @Test func `the paper's steps after a warm-up`() {
    let schedule = LearningRateSchedule(
      baseRate: 0.01,
      warmUpSteps: 500,
      warmUpFactor: 0.2,
      decay: .steps([60_000, 80_000], factor: 0.1)
    )
    expect(
      schedule,
      [
        0: 0.002, 250: 0.006, 500: 0.01, 59_999: 0.01, 60_000: 0.001, 79_999: 0.001,
        80_000: 0.0001, 90_000: 0.0001,
      ]
    )
  }

  @Test func `half a cosine`() {
    let schedule = LearningRateSchedule(
      baseRate: 1,
      decay: .cosine(total: 100, finalFactor: 0.5)
    )
    expect(schedule, [0: 1, 50: 0.75, 100: 0.5, 1000: 0.5])
  }

  @Test func `without a decay the rate stays`() {
    expect(LearningRateSchedule(baseRate: 3), [0: 3, 1_000_000: 3])
  }

  @Test func `a schedule survives JSON`() throws {
    let schedule = LearningRateSchedule(
      baseRate: 0.1,
      warmUpSteps: 3,
      decay: .cosine(total: 9, finalFactor: 0)
    )
    let data = try JSONEncoder().encode(schedule)
    #expect(try JSONDecoder().decode(LearningRateSchedule.self, from: data) == schedule)
  }
}
