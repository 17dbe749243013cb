import BoxGeometry
import Foundation
import Raster
import TestSupport
import Testing

@testable import DetectionDatasets

@Suite struct EvaluationLoaderTests {
  private func all(
    _ loader: EvaluationLoader
  ) throws -> [EvaluationBatch] {
    var batches: [EvaluationBatch] = []
    while let batch = try loader.next() { batches.append(batch) }
    return batches
  }

  private func configuration(batchSize: Int, workers: Int = 1) -> EvaluationLoaderConfiguration {
    var configuration = EvaluationLoaderConfiguration(
      resize: ResizeRule(shortSide: 40, longSideCap: 80, multiple: 32)
    )
    configuration.batchSize = batchSize
    configuration.workers = workers
    return configuration
  }

  @Test(arguments: [1, 2, 4]) func `every picture comes once, in order, on any number of threads`(
    workers: Int
  ) throws {
    let dataset = try DetectionDataset.synthetic(count: 7, seed: 2, configuration: .tiny)
    let reference = try all(
      EvaluationLoader(dataset: dataset, configuration: configuration(batchSize: 3, workers: 0))
    )
    let batches = try all(
      EvaluationLoader(
        dataset: dataset,
        configuration: configuration(batchSize: 3, workers: workers)
      )
    )
    #expect(batches.map(\.sampleIndices) == [[0, 1, 2], [3, 4, 5], [6]])
    #expect(batches.map(\.imageIDs) == [[1, 2, 3], [4, 5, 6], [7]])
    #expect(batches.map(\.pixels) == reference.map(\.pixels))
  }

  @Test func `pictures of different sizes share no batch, and keep their order`() throws {
    let folder = try TemporaryFolder()
    let sizes = [(64, 48), (64, 48), (96, 48), (64, 48), (64, 48), (64, 48), (64, 48)]
    for (index, size) in sizes.enumerated() {
      try folder.writePicture("\(index).png", width: size.0, height: size.1)
    }
    let dataset = try DetectionDataset.load(folder.writeCOCO(sizes.indices.map { "\($0).png" }))
    let batches = try all(
      EvaluationLoader(dataset: dataset, configuration: configuration(batchSize: 3))
    )
    #expect(batches.map(\.sampleIndices) == [[0, 1], [2], [3, 4, 5], [6]])
    // 64x48 becomes 53x40, 96x48 becomes 80x40: each padded as it would be alone.
    #expect(batches.map(\.width) == [64, 96, 64, 64])
    #expect(batches.allSatisfy { $0.height == 64 })
  }

  @Test func `pixels are those of training without augmentation`() throws {
    let dataset = try DetectionDataset.synthetic(count: 2, seed: 2, configuration: .tiny)
    var training = BatchLoaderConfiguration(
      batchSize: 2,
      resize: ResizeRule(shortSide: 40, longSideCap: 80, multiple: 32)
    )
    training.shuffle = false
    training.augmentation = .off
    let batch = try BatchLoader(dataset: dataset, configuration: training, epoch: 0).next()
    let evaluation = try EvaluationLoader(
      dataset: dataset,
      configuration: configuration(batchSize: 2)
    ).next()
    #expect(batch?.pixels == evaluation?.pixels)
  }

  @Test func `boxes find back to the picture`() throws {
    let dataset = try DetectionDataset.synthetic(count: 1, seed: 2, configuration: .tiny)
    let batch = try #require(
      try EvaluationLoader(dataset: dataset, configuration: configuration(batchSize: 1)).next()
    )
    // 64x48 becomes 53x40.
    #expect(batch.resizedSizes[0] == (53, 40))
    #expect(batch.originalSizes[0] == (64, 48))
    #expect((batch.width, batch.height) == (64, 64))
    expectClose(
      [batch.original(BoundingBox(x1: 0, y1: 10, x2: 53, y2: 60), of: 0)],
      [BoundingBox(x1: 0, y1: 12, x2: 64, y2: 48)],
      absolute: 1e-4
    )
  }

  @Test func `a bad picture ends it or is left out, also alone in its batch`() throws {
    let folder = try TemporaryFolder()
    for name in ["a.png", "b.png", "c.png"] { try folder.writePicture(name) }
    let file = folder.url.appendingPathComponent("b.png")
    let bytes = try Data(contentsOf: file)
    try bytes.prefix(bytes.count - 30).write(to: file)
    let dataset = try DetectionDataset.load(folder.writeCOCO(["a.png", "b.png", "c.png"]))
    var configuration = configuration(batchSize: 1)
    let stopping = EvaluationLoader(dataset: dataset, configuration: configuration)
    #expect(try stopping.next()?.imageIDs == [1])
    #expect(throws: DatasetError.self) { try stopping.next() }
    configuration.onBadData = .skip
    let skipping = EvaluationLoader(dataset: dataset, configuration: configuration)
    #expect(try all(skipping).map(\.sampleIndices) == [[0], [2]])
    #expect(skipping.skipped.map(\.kind) == [.unreadablePicture])
  }

  @Test func `a picture that breaks off leaves no trace in its batch`() throws {
    let folder = try TemporaryFolder()
    // 64x48 and 60x48 are padded alike; the last covers less than the one before it.
    let widths = [64, 64, 60]
    let samples = try widths.enumerated().map { index, width in
      let url = try folder.place("\(index).jpg")
      try RasterImage(width: width, height: 48, red: 250, green: 90, blue: UInt8(40 * index))
        .write(to: url)
      let name = url.lastPathComponent
      return DatasetSample(
        imageID: index,
        name: name,
        source: .file(url),
        width: width,
        height: 48
      )
    }
    let dataset = DetectionDataset(format: .coco, location: "x", categories: [], samples: samples)
    var configuration = configuration(batchSize: 3)
    configuration.onBadData = .skip
    let whole = try #require(
      try EvaluationLoader(dataset: dataset, configuration: configuration).next()
    )
    let file = try folder.place("1.jpg")
    let bytes = try Data(contentsOf: file)
    // Its last rows are missing.
    try bytes.prefix(bytes.count - 24).write(to: file)
    let loader = EvaluationLoader(dataset: dataset, configuration: configuration)
    let batch = try #require(try loader.next())
    #expect(batch.sampleIndices == [0, 2])
    let slot = whole.pixels.count / 3
    // Not compared inside: telling long arrays apart in words takes minutes.
    let isSame = batch.pixels == Array(whole.pixels[..<slot] + whole.pixels[(2 * slot)...])
    #expect(isSame)
    #expect(loader.skipped.map(\.kind) == [.unreadablePicture])
  }

  @Test func `an empty dataset is at its end`() throws {
    let dataset = DetectionDataset(format: .coco, location: "x", categories: [], samples: [])
    #expect(
      try EvaluationLoader(dataset: dataset, configuration: configuration(batchSize: 2)).next()
        == nil
    )
  }
}
