import BoxGeometry
import Foundation
import Raster
import Testing

@testable import DetectionDatasets

@Suite struct BatchLoaderTests {
  private func configuration(_ batchSize: Int, workers: Int = 2) -> BatchLoaderConfiguration {
    var configuration = BatchLoaderConfiguration(
      batchSize: batchSize,
      resize: ResizeRule(shortSide: 48, longSideCap: 80, multiple: 32)
    )
    configuration.workers = workers
    configuration.seed = 17
    configuration.augmentation = .small
    configuration.augmentation.quarterTurn = 0.3
    configuration.anchors.sizes = [16, 32]
    configuration.anchors.strides = [8, 16]
    return configuration
  }

  private func synthetic(_ count: Int) throws -> DetectionDataset {
    try .synthetic(count: count, seed: 5, configuration: .tiny)
  }

  private func batches(
    _ dataset: DetectionDataset,
    _ configuration: BatchLoaderConfiguration,
    epoch: Int = 0,
    from first: Int = 0
  ) throws -> [TrainingBatch] {
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

  private func expectEqual(
    _ first: [TrainingBatch],
    _ second: [TrainingBatch],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(first.count == second.count, sourceLocation: sourceLocation)
    for (one, other) in zip(first, second) {
      #expect(one.index == other.index, sourceLocation: sourceLocation)
      #expect(one.imageIDs == other.imageIDs, sourceLocation: sourceLocation)
      #expect(
        (one.width, one.height) == (other.width, other.height),
        sourceLocation: sourceLocation
      )
      #expect(
        one.pixels.map(\.bitPattern) == other.pixels.map(\.bitPattern),
        sourceLocation: sourceLocation
      )
      #expect(one.boxes == other.boxes, sourceLocation: sourceLocation)
      #expect(one.ignoreRegions == other.ignoreRegions, sourceLocation: sourceLocation)
      #expect(one.targets == other.targets, sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [1, 2, 4]) func `bytes do not depend on the number of threads`(
    workers: Int
  ) throws {
    let dataset = try synthetic(11)
    expectEqual(
      try batches(dataset, configuration(3, workers: workers)),
      try batches(dataset, configuration(3, workers: 0))
    )
  }

  @Test(arguments: [0, 1, 3, 4]) func `resuming at a batch gives the rest of the epoch`(
    first: Int
  ) throws {
    let dataset = try synthetic(11)
    let whole = try batches(dataset, configuration(3), epoch: 2)
    #expect(whole.count == 4)
    expectEqual(
      try batches(dataset, configuration(3), epoch: 2, from: first),
      Array(whole.dropFirst(first))
    )
  }

  @Test func `epochs differ in order and in augmentation`() throws {
    let dataset = try synthetic(6)
    let (first, second) = (
      try batches(dataset, configuration(6))[0], try batches(dataset, configuration(6), epoch: 1)[0]
    )
    #expect(first.imageIDs != second.imageIDs)
    #expect(first.imageIDs.sorted() == second.imageIDs.sorted())
    #expect(first.pixels != second.pixels)
  }

  @Test func `a batch without augmentation is the resized, normalised, padded picture`() throws {
    let dataset = try synthetic(2)
    var plain = configuration(2)
    plain.augmentation = .off
    plain.shuffle = false
    plain.resize = ResizeRule(shortSide: 40, longSideCap: 80, multiple: 32)
    let batch = try batches(dataset, plain)[0]
    // 64x48 becomes 53x40, padded to 64x64.
    #expect((batch.width, batch.height) == (64, 64))
    #expect(batch.pixels.count == 2 * 64 * 64 * 3)
    let image = try dataset.image(of: dataset.samples[1]).resized(width: 53, height: 40)
    var worst: Float = 0
    for y in 0..<64 {
      for x in 0..<64 {
        for channel in 0..<3 {
          let value = batch.pixels[((64 + y) * 64 + x) * 3 + channel]
          guard x < 53, y < 40 else {
            #expect(value == 0)
            continue
          }
          let expected =
            (Float(image[x, y][channel]) / 255 - plain.mean[channel])
            / plain.standardDeviation[channel]
          worst = max(worst, abs(value - expected))
        }
      }
    }
    #expect(worst < 1e-5)
    let box = dataset.samples[0].boxes.first?.box.scaled(x: 53.0 / 64, y: 40.0 / 48)
    #expect(batch.boxes[0].first?.box == box)
  }

  @Test func `targets are those of the anchors of the padded size`() throws {
    let dataset = try synthetic(8)
    let configuration = configuration(4)
    for batch in try batches(dataset, configuration) {
      let anchors = AnchorGenerator(configuration: configuration.anchors)
        .anchors(imageWidth: batch.width, imageHeight: batch.height)
      for number in 0..<batch.count {
        #expect(
          batch.targets[number]
            == AnchorTargets(
              anchors: anchors,
              boxes: batch.boxes[number],
              ignoreRegions: batch.ignoreRegions[number],
              matcher: configuration.matcher,
              coder: configuration.coder
            )
        )
      }
      #expect(batch.objectCount == batch.boxes.map(\.count).reduce(0, +))
      #expect(batch.foregroundCount == batch.targets.map(\.foregroundAnchors.count).reduce(0, +))
    }
  }

  @Test func `pictures without objects are pictures like others`() throws {
    var dataset = try synthetic(4)
    for index in dataset.samples.indices { dataset.samples[index].boxes = [] }
    let batch = try batches(dataset, configuration(4))[0]
    #expect(batch.count == 4)
    #expect(batch.foregroundCount == 0)
    #expect(
      batch.targets.allSatisfy { $0.classIndices.allSatisfy { $0 == AnchorTargets.background } }
    )
  }

  @Test func `an empty dataset has no batch`() throws {
    #expect(try batches(synthetic(0), configuration(4)).isEmpty)
  }

  @Test func `a wide and an upright picture share a batch that holds both`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("a.png", width: 90, height: 40)
    try folder.writePicture("b.png", width: 40, height: 90)
    let dataset = try DetectionDataset.load(folder.writeCOCO(["a.png", "b.png"]))
    var plain = configuration(2)
    plain.augmentation = .off
    plain.resize = ResizeRule(shortSide: 32, longSideCap: 64, multiple: 32)
    let batch = try batches(dataset, plain)[0]
    // 64x28 and 28x64.
    #expect((batch.width, batch.height) == (64, 64))
  }

  // MARK: Pictures that cannot be used

  /// Nine pictures, of which those of the given numbers (from 0) are cut off.
  private func broken(_ numbers: Set<Int>) throws -> (TemporaryFolder, DetectionDataset) {
    let folder = try TemporaryFolder()
    let names = (0..<9).map { "\($0).png" }
    for (number, name) in names.enumerated() {
      let file = try folder.writePicture(name, red: UInt8(number))
      guard numbers.contains(number) else { continue }
      let bytes = try Data(contentsOf: file)
      try bytes.prefix(bytes.count - 30).write(to: file)
    }
    return (folder, try DetectionDataset.load(folder.writeCOCO(names)))
  }

  private func inOrder(_ policy: BadDataPolicy, workers: Int) -> BatchLoaderConfiguration {
    var configuration = configuration(3, workers: workers)
    configuration.shuffle = false
    configuration.onBadData = policy
    return configuration
  }

  @Test(arguments: [0, 1, 4]) func `stop delivers the batches before the bad one, then names it`(
    workers: Int
  ) throws {
    let (folder, dataset) = try broken([4, 7])
    let loader = BatchLoader(
      dataset: dataset,
      configuration: inOrder(.stop, workers: workers),
      epoch: 0
    )
    #expect(try loader.next()?.imageIDs == [1, 2, 3])
    for _ in 0..<2 {
      #expect { try loader.next() } throws: { error in
        (error as? DatasetError)?.file.hasSuffix("/4.png") == true
      }
    }
    withExtendedLifetime(folder) {}
  }

  @Test(arguments: [0, 1, 4]) func `skip puts the next good picture in the place of a bad one`(
    workers: Int
  ) throws {
    let (folder, dataset) = try broken([4, 5, 8])
    let loader = BatchLoader(
      dataset: dataset,
      configuration: inOrder(.skip, workers: workers),
      epoch: 0
    )
    #expect(try loader.next()?.imageIDs == [1, 2, 3])
    #expect(loader.skipped.isEmpty)
    #expect(try loader.next()?.imageIDs == [4, 7, 7])
    #expect(loader.skipped.map { String($0.file.suffix(6)) } == ["/4.png", "/5.png"])
    // Round the end.
    #expect(try loader.next()?.imageIDs == [7, 8, 1])
    #expect(loader.skipped.count == 3)
    #expect(loader.skipped.allSatisfy { $0.kind == .unreadablePicture })
    #expect(try loader.next() == nil)
    withExtendedLifetime(folder) {}
  }

  @Test func `when no picture can be used there is an error, not an endless search`() throws {
    let (folder, dataset) = try broken(Set(0..<9))
    let loader = BatchLoader(
      dataset: dataset,
      configuration: inOrder(.skip, workers: 2),
      epoch: 0
    )
    #expect { try loader.next() } throws: { error in
      (error as? DatasetError)?.code == .noUsablePicture
    }
    withExtendedLifetime(folder) {}
  }

  // MARK: Ending early

  @Test func `a loader can be cancelled or given up at any time`() throws {
    let dataset = try synthetic(30)
    let loader = BatchLoader(dataset: dataset, configuration: configuration(2), epoch: 0)
    _ = try loader.next()
    loader.cancel()
    #expect(throws: CancellationError.self) { try loader.next() }
    for _ in 0..<10 {
      _ = BatchLoader(dataset: dataset, configuration: configuration(2, workers: 4), epoch: 0)
    }
  }

  @Test func `waiting for batches is measured`() throws {
    let loader = BatchLoader(
      dataset: try synthetic(2),
      configuration: configuration(2, workers: 1),
      epoch: 0
    )
    _ = try loader.next()
    #expect(loader.waitSeconds > 0)
  }

  @Test func `a large JPEG decoded at a fraction keeps boxes on their objects`() throws {
    let folder = try TemporaryFolder()
    // 801x603, decoded at a half or a quarter for a frame of 80x60.
    var image = RasterImage(width: 801, height: 603, red: 0, green: 0, blue: 0)
    for y in 200..<401 {
      for x in 100..<301 { image[x, y] = SIMD3(255, 255, 255) }
    }
    try image.write(to: folder.place("a.jpg"))
    let file = try folder.write(
      """
      {"images": [{"id": 1, "file_name": "a.jpg"}], "categories": [{"id": 1, "name": "thing"}],
       "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [100, 200, 201, 201]}]}
      """,
      to: "data.json"
    )
    var plain = configuration(1)
    plain.augmentation = .off
    plain.resize = ResizeRule(shortSide: 60, longSideCap: 80, multiple: 1)
    let dataset = try DetectionDataset.load(file.path)
    let batch = try batches(dataset, plain)[0]
    #expect((batch.width, batch.height) == (80, 60))
    let box = batch.boxes[0][0].box
    var (x1, y1, x2, y2) = (80, 60, 0, 0)
    for y in 0..<60 {
      for x in 0..<80 where batch.pixels[(y * 80 + x) * 3] > 0.1 {
        (x1, y1, x2, y2) = (min(x1, x), min(y1, y), max(x2, x + 1), max(y2, y + 1))
      }
    }
    #expect(abs(box.x1 - Float(x1)) <= 1 && abs(box.y1 - Float(y1)) <= 1)
    #expect(abs(box.x2 - Float(x2)) <= 1 && abs(box.y2 - Float(y2)) <= 1)
  }
}
