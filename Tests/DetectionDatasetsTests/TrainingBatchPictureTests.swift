import BoxGeometry
import Raster
import Testing

@testable import DetectionDatasets

@Suite struct TrainingBatchPictureTests {
  @Test func `a picture of a batch is the one that went into it, without the padding`() throws {
    let dataset = try DetectionDataset.synthetic(count: 3, seed: 5, configuration: .tiny)
    var configuration = BatchLoaderConfiguration(
      batchSize: 3,
      resize: .init(shortSide: 48, longSideCap: 80, multiple: 32)
    )
    configuration.workers = 0
    configuration.shuffle = false
    configuration.augmentation = .off
    let loader = BatchLoader(dataset: dataset, configuration: configuration, epoch: 0)
    let batch = try #require(try loader.next())
    #expect((batch.width, batch.height) == (64, 64))
    for (number, sample) in dataset.samples.enumerated() {
      let picture = batch.picture(
        number,
        mean: configuration.mean,
        standardDeviation: configuration.standardDeviation
      )
      // 64x48, which is its own size: every byte comes back.
      #expect(try picture == dataset.image(of: sample))
    }
  }
}
