import DetectionModels
import DetectionTraining
import Foundation
import Testing

struct ForegroundAverageResumeTests {
  /// The first steps move the average most: forgotten, it would be another at the third.
  @Test func `a loss divided by a moving average goes on where the run was stopped`() throws {
    let temporary = try TemporaryFolder()
    var recipe = TinyRun.recipe
    recipe.loss.normalizer = .movingAverage
    let whole = temporary.run("whole")
    try TinyRun.start(recipe, in: whole)
    let parts = temporary.run("parts")
    try TinyRun.start(recipe, in: parts, stoppingAfter: 2)
    #expect(try TinyRun.resume(recipe, in: parts).isComplete)
    #expect(try Data(contentsOf: parts.final) == Data(contentsOf: whole.final))
    #expect(try parts.timelessMetrics() == whole.timelessMetrics())
  }
}
