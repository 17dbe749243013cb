import BoxGeometry
import TestSupport
import Testing

@testable import DetectionDatasets

@Suite struct TrainingSidesTests {
  private func configuration(
    _ sides: TrainingSides?,
    batchSize: Int = 4,
    workers: Int = 2
  ) -> BatchLoaderConfiguration {
    var configuration = BatchLoaderConfiguration(
      batchSize: batchSize,
      resize: ResizeRule(shortSide: 48, longSideCap: 160, multiple: 32)
    )
    configuration.workers = workers
    configuration.seed = 17
    configuration.augmentation = .off
    configuration.trainingSides = sides
    configuration.anchors.sizes = [16, 32]
    configuration.anchors.strides = [8, 16]
    return configuration
  }

  private func batches(
    _ configuration: BatchLoaderConfiguration,
    epoch: Int = 0,
    from first: Int = 0
  ) throws -> [TrainingBatch] {
    // 64 x 48 pixels, four to three.
    let dataset = try DetectionDataset.synthetic(count: 40, seed: 5, configuration: .tiny)
    let loader = BatchLoader(
      dataset: dataset,
      configuration: configuration,
      epoch: epoch,
      startingAt: first
    )
    var batches: [TrainingBatch] = []
    while let batch = try loader.next() { batches.append(batch) }
    return batches
  }

  private func shortSides(_ batches: [TrainingBatch]) -> [[Int]] {
    batches.map { $0.origins.map { min($0.width, $0.height) } }
  }

  @Test func `each picture has one of the sides, and each side comes`() throws {
    let batches = try batches(configuration(TrainingSides([48, 72, 96])))
    let sides = shortSides(batches).flatMap { $0 }
    #expect(sides.count == 40)
    #expect(Set(sides) == [48, 72, 96])
    #expect(shortSides(batches).contains { Set($0).count > 1 })
    for (batch, sides) in zip(batches, shortSides(batches)) {
      // Padded to the largest: 96 x 128 holds a picture of 96, 64 x 64 one of 48.
      let largest = sides.max() ?? 0
      #expect(batch.height == (largest + 31) / 32 * 32)
      #expect(batch.origins.allSatisfy { $0.width == $0.height * 4 / 3 })
      for (origin, side) in zip(batch.origins, sides) {
        #expect(origin.steps == [.resized(shortSide: side)])
      }
    }
  }

  @Test func `boxes grow with their pictures`() throws {
    let plain = try batches(configuration(nil))
    let doubled = try batches(configuration(TrainingSides([96])))
    for (one, other) in zip(plain, doubled) {
      #expect(one.imageIDs == other.imageIDs)
      expectClose(
        other.boxes.flatMap { $0.map(\.box) },
        one.boxes.flatMap { $0.map { $0.box.scaled(x: 2, y: 2) } },
        absolute: 0.01
      )
    }
  }

  @Test func `a batch may have one side for all of its pictures`() throws {
    let sides = shortSides(
      try batches(configuration(TrainingSides([48, 72, 96], draw: .batch)))
    )
    #expect(sides.allSatisfy { Set($0).count == 1 })
    #expect(Set(sides.flatMap { $0 }).count == 3)
  }

  @Test func `a range gives sides between its ends, which come too`() throws {
    let sides = TrainingSides([51, 48], rule: .range)
    let drawn = (0..<400).map { position in
      sides.rule(
        for: ResizeRule(shortSide: 60, longSideCap: 70),
        SampleDraws(seed: 3, epoch: 1, position: position),
        batch: 0
      )
    }
    #expect(Set(drawn.map(\.shortSide)) == [48, 49, 50, 51])
    #expect(drawn.allSatisfy { $0.longSideCap == 70 })
    for side in 48...51 {
      // 100 are expected of 400; 5 standard deviations are 43.
      #expect(abs(drawn.count { $0.shortSide == side } - 100) < 43)
    }
  }

  @Test(arguments: [TrainingSides.Draw.picture, .batch])
  func `sides do not depend on threads nor on where an epoch is taken up`(
    draw: TrainingSides.Draw
  ) throws {
    let sides = TrainingSides([48, 72, 96], draw: draw)
    let all = try batches(configuration(sides, workers: 0), epoch: 2)
    let threaded = try batches(configuration(sides, workers: 3), epoch: 2)
    let rest = try batches(configuration(sides), epoch: 2, from: 6)
    #expect(all.map(\.pixelDigest) == threaded.map(\.pixelDigest))
    #expect(all.dropFirst(6).map(\.pixelDigest) == rest.map(\.pixelDigest))
    #expect(shortSides(all) != shortSides(try batches(configuration(sides), epoch: 3)))
  }

  @Test func `a list of the one side changes no pixel`() throws {
    let plain = try batches(configuration(nil))
    let listed = try batches(configuration(TrainingSides([48])))
    #expect(plain.map(\.pixelDigest) == listed.map(\.pixelDigest))
  }
}
