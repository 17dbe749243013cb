import COCOEvaluation
import Testing

struct COCOEvaluationParametersTests {
  @Test func `the thresholds are those of numpy linspace, to the last bit`() {
    let parameters = COCOEvaluationParameters()
    // np.linspace(.5, .95, 10) and np.linspace(0, 1, 101), printed with all digits.
    #expect(
      parameters.iouThresholds == [
        0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.8999999999999999, 0.95,
      ]
    )
    #expect(parameters.recallThresholds.count == 101)
    #expect(parameters.recallThresholds[29] == 0.29)
    #expect(parameters.recallThresholds[35] == 0.35000000000000003)
    #expect(parameters.recallThresholds[100] == 1)
  }
}
