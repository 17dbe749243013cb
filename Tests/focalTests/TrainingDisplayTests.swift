import Testing

@testable import DetectionTraining
@testable import FocalEngine

@Suite struct TrainingDisplayTests {
  private func start(
    trained: Int = 36_400_000,
    frozen: Int = 0,
    threads: Int = 2,
    processes: Int = 1
  ) -> TrainingStart {
    TrainingStart(
      parameterCount: trained,
      frozenCount: frozen,
      images: 8,
      boxes: 9,
      stepsPerEpoch: 2,
      totalSteps: 4,
      startStep: 0,
      peakLearningRate: 0.01,
      precision: "float32",
      threads: threads,
      processes: processes,
      logFaults: [],
      refusedCheckpoints: []
    )
  }

  @Test func `threads and processes are counted as they are`() {
    #expect(TrainingDisplay.threads(start()) == "2 threads")
    #expect(TrainingDisplay.threads(start(threads: 1)) == "1 thread")
    #expect(
      TrainingDisplay.threads(start(threads: 1, processes: 4)) == "4 processes of 1 thread each"
    )
  }

  @Test func `frozen parameters are told beside the trained`() {
    #expect(TrainingDisplay.parameters(start()) == "36.4 M parameters")
    #expect(
      TrainingDisplay.parameters(start(frozen: 225_344))
        == "36.4 M parameters trained and 0.225 M frozen"
    )
    #expect(TrainingDisplay.parameters(start(trained: 71_000)) == "0.071 M parameters")
  }

  @Test func `an AP that is shown as 0 is not praised`() {
    #expect(TrainingDisplay.remark(AP: 0, isBest: true) == " (no object is found yet)")
    #expect(TrainingDisplay.remark(AP: 0, isBest: false) == " (no object is found yet)")
    #expect(TrainingDisplay.remark(AP: 0.0004, isBest: true) == "")
    #expect(TrainingDisplay.remark(AP: 0.0005, isBest: true) == " (best so far)")
    #expect(TrainingDisplay.remark(AP: 0.5, isBest: false) == "")
    // Not to be measured.
    #expect(TrainingDisplay.remark(AP: -1, isBest: true) == "")
  }
}
