import BoxGeometry
import Testing

@testable import DetectionDatasets

@Suite struct BatchPlanTests {
  private func configuration(
    batchSize: Int,
    shuffle: Bool = true,
    seed: UInt64 = 1,
    grouped: Bool = false
  ) -> BatchLoaderConfiguration {
    var configuration = BatchLoaderConfiguration(
      batchSize: batchSize,
      resize: ResizeRule(shortSide: 64, longSideCap: 96)
    )
    configuration.shuffle = shuffle
    configuration.seed = seed
    configuration.groupsByOrientation = grouped
    return configuration
  }

  @Test func `without shuffling batches are the dataset's pictures in order`() {
    let plan = BatchPlan(
      isWide: Array(repeating: true, count: 7),
      configuration: configuration(batchSize: 3, shuffle: false),
      epoch: 0
    )
    #expect(plan.count == 3)
    #expect(
      (0..<3).map { Array(plan.order[plan.positions(ofBatch: $0)]) } == [
        [0, 1, 2], [3, 4, 5], [6],
      ]
    )
  }

  @Test(arguments: 0..<20) func `every epoch has every picture once`(epoch: Int) {
    let isWide = (0..<53).map { $0 % 3 == 0 }
    let plan = BatchPlan(
      isWide: isWide,
      configuration: configuration(batchSize: 8, grouped: true),
      epoch: epoch
    )
    #expect(plan.order.sorted() == Array(0..<53))
    #expect(plan.count == 7)
    #expect((0..<plan.count).map { plan.positions(ofBatch: $0).count } == [8, 8, 8, 8, 8, 8, 5])
  }

  @Test func `order depends on the seed and on the epoch, and on nothing else`() {
    let isWide = Array(repeating: true, count: 40)
    func order(_ seed: UInt64, _ epoch: Int) -> [Int] {
      BatchPlan(
        isWide: isWide,
        configuration: configuration(batchSize: 4, seed: seed),
        epoch: epoch
      ).order
    }
    #expect(order(1, 0) == order(1, 0))
    #expect(order(1, 0) != order(1, 1))
    #expect(order(1, 0) != order(2, 0))
  }

  @Test func `grouping mixes orientations in as few batches as possible`() {
    let isWide = (0..<50).map { $0 % 5 < 2 }
    let plan = BatchPlan(
      isWide: isWide,
      configuration: configuration(batchSize: 4, grouped: true),
      epoch: 3
    )
    let mixed = (0..<plan.count).filter { batch in
      Set(plan.order[plan.positions(ofBatch: batch)].map { isWide[$0] }).count > 1
    }
    // 20 wide and 30 upright: 5 and 7 full batches, two pictures left.
    #expect(mixed.isEmpty)
    #expect(plan.count == 13)
  }

  @Test func `an empty dataset has no batch`() {
    let plan = BatchPlan(isWide: [], configuration: configuration(batchSize: 4), epoch: 0)
    #expect(plan.count == 0)
    #expect(plan.order.isEmpty)
  }
}
