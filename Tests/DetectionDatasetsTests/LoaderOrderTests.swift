import BoxGeometry
import Foundation
import TestSupport
import Testing

@testable import DetectionDatasets

/// What a loader delivers follows from the seed alone: not from threads, caches, or where it began.
@Suite struct LoaderOrderTests {
  /// Every variation there is, and pictures of rare classes repeated.
  private func everything(batchSize: Int, shortSide: Int) -> BatchLoaderConfiguration {
    var configuration = BatchLoaderConfiguration(
      batchSize: batchSize,
      resize: ResizeRule(shortSide: shortSide, longSideCap: shortSide * 2, multiple: 16)
    )
    configuration.seed = 23
    configuration.repeatThreshold = 0.6
    configuration.onBadData = .skip
    configuration.augmentation = .small
    configuration.augmentation.verticalFlip = 0.3
    configuration.augmentation.quarterTurn = 0.3
    configuration.augmentation.hue = 0.1
    configuration.augmentation.iouCrop = 0.5
    configuration.augmentation.rotation = 10
    configuration.augmentation.blur = 1
    configuration.augmentation.mosaic = 0.4
    configuration.augmentation.mixup = 0.3
    configuration.augmentation.copyPaste = 0.5
    configuration.anchors.sizes = [16, 32]
    configuration.anchors.strides = [16, 32]
    return configuration
  }

  /// Thirty small pictures; two classes of three are rare.
  private static let painted = Result {
    try PaintedDataset(
      (0..<30).map { number in
        let size = number % 4 == 0 ? (width: 30, height: 40) : (width: 40, height: 30)
        return .init(
          width: size.width,
          height: size.height,
          boxes: [(label: 0, x: 2 + number % 5, y: 3, width: 10, height: 12)]
            + (number % 7 == 0 ? [(label: 1, x: 15, y: 14, width: 9, height: 11)] : [])
            + (number % 15 == 4 ? [(label: 2, x: 16, y: 2, width: 12, height: 9)] : [])
        )
      }
    )
  }

  /// The digests of so many batches, over as many epochs as they take, from any of them on.
  private func digests(
    of dataset: DetectionDataset,
    _ configuration: BatchLoaderConfiguration,
    from first: Int = 0,
    count: Int,
    cache: PictureCache? = nil
  ) throws -> [BitDigest] {
    let places = dataset.placesPerEpoch(repeatThreshold: configuration.repeatThreshold)
    let perEpoch = (places + configuration.batchSize - 1) / configuration.batchSize
    var digests: [BitDigest] = []
    var (epoch, batch) = first.quotientAndRemainder(dividingBy: perEpoch)
    while digests.count < count {
      let loader = BatchLoader(
        dataset: dataset,
        configuration: configuration,
        epoch: epoch,
        startingAt: batch,
        cache: cache
      )
      #expect(loader.batchCount == perEpoch)
      while digests.count < count, let next = try loader.next() { digests.append(next.digest) }
      (epoch, batch) = (epoch + 1, 0)
    }
    return digests
  }

  /// The first 200 batches, and the last 50 of them after a resume, with 1, 2 and 4 threads.
  @Test func `bytes follow from the seed, whatever the threads and wherever one begins`() throws {
    let dataset = try Self.painted.get().dataset
    var configuration = everything(batchSize: 2, shortSide: 32)
    configuration.workers = 0
    let reference = try digests(of: dataset, configuration, count: 200)
    #expect(Set(reference).count == 200)
    for workers in [1, 2, 4] {
      configuration.workers = workers
      #expect(try digests(of: dataset, configuration, count: 200) == reference)
      #expect(
        try digests(of: dataset, configuration, from: 150, count: 50) == reference.suffix(50)
      )
    }
  }

  @Test(.requiresSharedData("bccd"))
  func `photographs have the same bytes with 1, 2 and 4 threads, and after a resume`() throws {
    let file = SharedData.url("bccd/train.json").path
    let dataset = try DetectionDataset.load(file, onBadData: .skip)
    var configuration = everything(batchSize: 2, shortSide: 64)
    configuration.workers = 1
    let reference = try digests(of: dataset, configuration, count: 16)
    #expect(Set(reference).count == 16)
    for workers in [2, 4] {
      configuration.workers = workers
      #expect(try digests(of: dataset, configuration, count: 16) == reference)
    }
    #expect(try digests(of: dataset, configuration, from: 12, count: 4) == reference.suffix(4))
  }

  @Test func `an epoch can be begun at any sample`() throws {
    let dataset = try Self.painted.get().dataset
    var configuration = everything(batchSize: 4, shortSide: 32)
    // Padding depends on the company that a sample has.
    configuration.groupsByOrientation = false
    configuration.augmentation.quarterTurn = 0
    var whole: [ShownSample] = []
    let loader = BatchLoader(dataset: dataset, configuration: configuration, epoch: 1)
    var digests: [BitDigest] = []
    while let batch = try loader.next() {
      digests.append(batch.digest)
      for number in 0..<batch.count { whole.append(ShownSample(batch, number)) }
    }
    for first in 0...whole.count {
      let rest = BatchLoader(
        dataset: dataset,
        configuration: configuration,
        epoch: 1,
        startingAtSample: first
      )
      var place = first
      while let batch = try rest.next() {
        if place % 4 == 0 { #expect(batch.digest == digests[place / 4]) }
        for number in 0..<batch.count {
          let sample = ShownSample(batch, number)
          try #require(place < whole.count)
          #expect(sample.origin == whole[place].origin)
          #expect(sample.boxes == whole[place].boxes)
          #expect(sample.ignoreRegions == whole[place].ignoreRegions)
          place += 1
        }
      }
      #expect(place == whole.count)
    }
  }

  // MARK: The cache

  @Test(arguments: [0, 10_000, 40_000, 1 << 30], [1, 4])
  func `a cache of any size changes nothing and keeps to its limit`(
    limit: Int,
    workers: Int
  ) throws {
    let dataset = try Self.painted.get().dataset
    var configuration = everything(batchSize: 2, shortSide: 32)
    configuration.workers = workers
    let cache = PictureCache(byteLimit: limit)
    let plain = try digests(of: dataset, configuration, count: 45)
    #expect(try digests(of: dataset, configuration, count: 45, cache: cache) == plain)
    let statistics = cache.statistics
    // A picture has 3,600 bytes.
    #expect(statistics.bytes <= limit)
    #expect(statistics.bytes == 3600 * statistics.pictures)
    #expect(statistics.pictures == min(30, limit / 3600))
    #expect((statistics.hits > 0) == (limit > 0))
    if limit > 1 << 20 { #expect(statistics.misses < 45) }
  }

  @Test func `a JPEG is kept at each size that it is decoded at, a PNG once`() throws {
    let large = PaintedDataset.Picture(
      width: 320,
      height: 240,
      boxes: [(label: 0, x: 100, y: 80, width: 120, height: 90)]
    )
    for (fileExtension, sizes) in [("jpg", 3), ("png", 1)] {
      let painted = try PaintedDataset([large], fileExtension: fileExtension)
      let cache = PictureCache(byteLimit: 1 << 30)
      for _ in 0..<2 {
        for side in [200, 100, 40] {
          let target = (width: side * 4 / 3, height: side)
          let kept = try cache.image(at: 0, of: painted.dataset, fitting: target)
          let sample = painted.dataset.samples[0]
          #expect(try kept == painted.dataset.image(of: sample, fitting: target))
        }
      }
      let statistics = cache.statistics
      #expect(statistics.pictures == sizes)
      // 320x240, 160x120 and 80x60: full, a half, a quarter.
      let pixels = sizes == 3 ? 320 * 240 + 160 * 120 + 80 * 60 : 320 * 240
      #expect(statistics.bytes == 3 * pixels)
      // That a picture is no JPEG is known when it came larger than asked for.
      #expect(statistics.hits == (sizes == 3 ? 3 : 4))
    }
  }
}
