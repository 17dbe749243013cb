import BoxGeometry
import Testing

@testable import DetectionDatasets

/// Boxes move with the pixels: whatever is done to a picture, the colour of an object ends where its
/// box does, in the very batch that the network gets.
@Suite struct AugmentationCoverTests {
  private static let epochs = 40

  private func configuration(
    _ change: (inout AugmentationConfiguration) -> Void
  ) -> BatchLoaderConfiguration {
    var configuration = PaintedDataset.plain()
    change(&configuration.augmentation)
    return configuration
  }

  private func count(_ samples: [ShownSample], _ isMeant: (AugmentationStep) -> Bool) -> Int {
    samples.count { $0.origin.steps.contains(where: isMeant) }
  }

  @Test func `the measure finds a box that is off`() throws {
    let painted = try PaintedDataset.oneObjectEach()
    for sample in try painted.samples(configuration { _ in }, epochs: 2) {
      #expect(sample.worstMiss(above: 0.5) == 0)
    }
    var moved = painted.dataset
    for index in moved.samples.indices {
      moved.samples[index].boxes[0].box = moved.samples[index].boxes[0].box.translated(x: 2, y: 0)
    }
    let loader = BatchLoader(dataset: moved, configuration: configuration { _ in }, epoch: 0)
    while let batch = try loader.next() {
      #expect(ShownSample(batch, 0).worstMiss(above: 0.5) == 2)
    }
  }

  @Test func `a crop by IoU keeps an object, and boxes stay on their objects`() throws {
    let painted = try PaintedDataset.oneObjectEach()
    let configuration = configuration {
      $0.iouCrop = 1
      $0.minimumVisibleShare = 0.25
    }
    let samples = try painted.samples(configuration, epochs: Self.epochs)
    for sample in samples {
      #expect(sample.boxes.count == 1)
      // A pixel of the picture is as wide as it is enlarged: 96/29 at most.
      #expect(sample.worstMiss(above: 0.5) <= 2, "\(sample.origin)")
    }
    let cropped = count(samples) {
      if case .cropped(let share, _) = $0 { share < 1 } else { false }
    }
    #expect(cropped > samples.count / 2)
  }

  @Test func `a crop reaches the least IoU that was drawn`() throws {
    let sample = try PaintedDataset.oneObjectEach().dataset.samples[0]
    var augmentation = AugmentationConfiguration()
    augmentation.iouCrop = 1
    var minimums: Set<Float> = []
    for seed in 0..<300 as Range<UInt64> {
      var generator = SplitMix64(mixing: seed, 7)
      guard let (patch, minimum) = IoUCrop.draw(of: sample, augmentation, using: &generator) else {
        continue
      }
      minimums.insert(minimum)
      #expect(patch.x >= 0 && patch.x + patch.width <= sample.width)
      #expect(patch.y >= 0 && patch.y + patch.height <= sample.height)
      #expect(sample.boxes[0].box.iou(with: patch.box) >= minimum)
    }
    // The object is 850 of 6,912 pixels; the smallest crop 29 by 22, of which 638: 0.75 can be had.
    #expect(minimums.isSuperset(of: [0, 0.1, 0.3, 0.5]))
  }

  @Test func `rotated boxes are the bounds of what is seen of the rotated objects`() throws {
    let painted = try PaintedDataset.oneObjectEach()
    let samples = try painted.samples(configuration { $0.rotation = 30 }, epochs: Self.epochs)
    // A corner ends in a fraction of a pixel: 0.2 of it is what is taken for seen.
    for sample in samples { #expect(sample.worstMiss(above: 0.2) <= 1.5, "\(sample.origin)") }
    #expect(count(samples) { if case .rotated = $0 { true } else { false } } == samples.count)
  }

  @Test func `blur leaves boxes where half of the colour is`() throws {
    let painted = try PaintedDataset.oneObjectEach()
    let samples = try painted.samples(configuration { $0.blur = 3 }, epochs: 10)
    for sample in samples { #expect(sample.worstMiss(above: 0.49) <= 1, "\(sample.origin)") }
    #expect(count(samples) { if case .blurred = $0 { true } else { false } } == samples.count)
  }

  @Test func `the objects of four pictures keep their boxes in a mosaic`() throws {
    let painted = try PaintedDataset.oneObjectEach()
    let samples = try painted.samples(configuration { $0.mosaic = 1 }, epochs: Self.epochs)
    for sample in samples { #expect(sample.worstMiss(above: 0.5) <= 1.5, "\(sample.origin)") }
    #expect(samples.reduce(0) { $0 + $1.boxes.count } > samples.count * 2)
    for sample in samples {
      #expect(sample.origin.steps.count == 1)
      #expect((sample.width, sample.height) == (sample.origin.width, sample.origin.height))
    }
  }

  @Test func `both pictures of a mix keep their boxes`() throws {
    let painted = try PaintedDataset.oneObjectEach()
    let samples = try painted.samples(configuration { $0.mixup = 1 }, epochs: Self.epochs)
    // Each has 0.4 or more of the weight: half of that is the edge.
    for sample in samples { #expect(sample.worstMiss(above: 0.2) <= 1.5, "\(sample.origin)") }
    #expect(samples.allSatisfy { $0.boxes.count == 2 })
    #expect(Set(samples.map { $0.boxes.map(\.label) }).count == 9)
  }

  @Test func `parts of JPEGs that are decoded at a fraction keep their boxes`() throws {
    // 640x480 for a frame of 96x72: a half, a quarter or all of it, as the crop is small or large.
    let painted = try PaintedDataset(
      [
        .init(width: 640, height: 480, boxes: [(label: 0, x: 130, y: 90, width: 250, height: 211)]),
        .init(
          width: 641,
          height: 477,
          boxes: [(label: 1, x: 301, y: 155, width: 222, height: 243)]
        ),
      ],
      fileExtension: "jpg"
    )
    let configuration = configuration {
      $0.iouCrop = 1
      $0.minimumVisibleShare = 0.25
    }
    let samples = try painted.samples(configuration, epochs: 20)
    // Colours of a JPEG are stored at half the size, and run into each other by a pixel or two.
    for sample in samples { #expect(sample.worstMiss(above: 0.4) <= 2, "\(sample.origin)") }
    let shares = samples.flatMap(\.origin.steps).compactMap { step in
      if case .cropped(let share, _) = step { share } else { nil }
    }
    #expect((shares.min() ?? 1) < 0.3 && (shares.max() ?? 0) > 0.5)
  }

  @Test func `all of it at once keeps boxes on their objects`() throws {
    let painted = try PaintedDataset.oneObjectEach()
    let configuration = configuration {
      $0.iouCrop = 0.5
      $0.mosaic = 0.5
      $0.mixup = 0.5
      $0.rotation = 15
      $0.quarterTurn = 0.5
      $0.scaleJitter = 0.8...1.25
      $0.translation = 0.1
    }
    // Pieces of one class may touch in a mosaic, so what is asked is that no box reaches beyond what is
    // seen of its class, and nothing that is seen beyond the boxes; slivers lose their colour.
    for sample in try painted.samples(configuration, epochs: Self.epochs) {
      for label in 0..<3 {
        let boxes = sample.boxes.filter { $0.label == label }.map(\.box)
        let hidden = sample.ignoreRegions + boxes.filter { $0.width < 4 || $0.height < 4 }
        let clear = boxes.filter { $0.width >= 4 && $0.height >= 4 }
        guard let seen = sample.bounds(of: label, above: 0.15, without: hidden) else {
          #expect(clear.isEmpty, "\(sample.origin)")
          continue
        }
        for box in clear {
          #expect(seen.x1 - 3 <= box.x1 && seen.y1 - 3 <= box.y1, "\(sample.origin)")
          #expect(box.x2 <= seen.x2 + 3 && box.y2 <= seen.y2 + 3, "\(sample.origin)")
        }
        #expect((clear.map(\.x1).min() ?? .infinity) <= seen.x1 + 3, "\(sample.origin)")
        #expect((clear.map(\.y2).max() ?? 0) >= seen.y2 - 3, "\(sample.origin)")
      }
    }
  }

  // MARK: Extremes

  @Test(arguments: [16, 48]) func `pictures of any shape survive all of it at its most`(
    shortSide: Int
  ) throws {
    let sizes = [(1, 1), (2, 1), (1, 3), (300, 1), (1, 300), (2, 200), (40, 30), (64, 64)]
    let painted = try PaintedDataset(
      sizes.enumerated().map { number, size in
        let (width, height) = size
        return .init(
          width: width,
          height: height,
          boxes: [(label: 0, x: 0, y: 0, width: width, height: height)]
            + (number > 5
              ? [(label: 1, x: 5, y: 5, width: 9, height: 9)] : [])
        )
      }
    )
    var configuration = configuration {
      $0 = AugmentationConfiguration()
      $0.verticalFlip = 0.5
      $0.quarterTurn = 0.7
      $0.scaleJitter = 0.125...8
      $0.translation = 0.5
      $0.brightness = 1
      $0.contrast = 1
      $0.saturation = 1
      $0.hue = 0.5
      $0.iouCrop = 0.8
      $0.iouCropScale = 0.1...1
      $0.rotation = 45
      $0.blur = 16
      $0.mosaic = 0.7
      $0.mosaicScale = 0.1...2
      $0.mixup = 0.7
      $0.copyPaste = 1
      $0.copyPasteObjects = 10
      $0.minimumVisibleShare = 1
    }
    #expect(configuration.augmentation.faults.isEmpty)
    configuration.resize = ResizeRule(shortSide: shortSide, longSideCap: 96, multiple: 8)
    configuration.repeatThreshold = 1
    for sample in try painted.samples(configuration, epochs: 12) {
      #expect(sample.pixels.allSatisfy { $0.isFinite })
      #expect(sample.origin.width <= sample.width && sample.origin.height <= sample.height)
      for box in sample.boxes.map(\.box) + sample.ignoreRegions {
        #expect(box.isFinite && box.x1 >= 0 && box.y1 >= 0)
        #expect(box.x2 <= Float(sample.origin.width) && box.y2 <= Float(sample.origin.height))
      }
    }
  }
}
