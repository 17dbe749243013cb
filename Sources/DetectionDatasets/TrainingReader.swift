import BoxGeometry
import Raster

/// Makes any batch of an epoch from nothing but its number; called on several threads at once.
struct TrainingReader: Sendable {
  private let dataset: DetectionDataset
  private let configuration: BatchLoaderConfiguration
  private let plan: BatchPlan
  private let epoch: Int
  private let anchors: AnchorCache
  private let composer: SampleComposer

  /// So many pictures in a row that cannot be used are no accident any more.
  private static let mostSkippedInARow = 64

  init(
    dataset: DetectionDataset,
    configuration: BatchLoaderConfiguration,
    plan: BatchPlan,
    epoch: Int,
    cache: PictureCache?
  ) {
    self.dataset = dataset
    self.configuration = configuration
    self.plan = plan
    self.epoch = epoch
    anchors = AnchorCache(configuration: configuration.anchors)
    composer = SampleComposer(
      dataset: dataset,
      configuration: configuration,
      order: plan.order,
      rareObjects: RareObjects(configuration.augmentation.copyPaste > 0 ? dataset.samples : []),
      cache: cache
    )
  }

  /// One picture, ready to be put into a batch.
  private struct Prepared {
    var imageID: Int
    var visible: (image: RasterImage, x: Int, y: Int)
    var boxes: [LabeledBox]
    var ignoreRegions: [BoundingBox]
    var origin: SampleOrigin
  }

  /// One batch, and the pictures that were passed over for it by their index in the dataset.
  ///
  /// - Parameters:
  ///   - index: The batch's number in its epoch.
  ///   - first: What lies before this place of the epoch is left out.
  /// - Returns: The batch.
  /// - Throws: ``DatasetError`` naming a picture that cannot be used.
  func batch(
    _ index: Int,
    from first: Int
  ) throws -> (batch: TrainingBatch, skipped: [Int: DatasetError]) {
    var skipped: [Int: DatasetError] = [:]
    let positions = plan.positions(ofBatch: index)
    let remaining = positions.clamped(to: min(first, positions.upperBound)..<Int.max)
    let samples = try configuration.share.of(remaining).map {
      try prepared(position: $0, skipped: &skipped)
    }
    let size = configuration.resize.padded(
      width: samples.reduce(0) { max($0, $1.origin.width) },
      height: samples.reduce(0) { max($0, $1.origin.height) }
    )
    // Nobody asks for the anchors of an empty share.
    let anchors = samples.isEmpty ? [] : anchors.anchors(width: size.width, height: size.height)
    let batch = TrainingBatch(
      index: index,
      imageIDs: samples.map(\.imageID),
      width: size.width,
      height: size.height,
      pixels: PixelBatch.pixels(
        of: samples.map(\.visible),
        width: size.width,
        height: size.height,
        mean: configuration.mean,
        standardDeviation: configuration.standardDeviation
      ),
      boxes: samples.map(\.boxes),
      ignoreRegions: samples.map(\.ignoreRegions),
      targets: samples.map {
        AnchorTargets(
          anchors: anchors,
          boxes: $0.boxes,
          ignoreRegions: $0.ignoreRegions,
          matcher: configuration.matcher,
          coder: configuration.coder
        )
      },
      origins: samples.map(\.origin)
    )
    return (batch, skipped)
  }

  /// A batch with more padding: other anchors, to which the boxes are assigned anew.
  func padded(_ batch: TrainingBatch, width: Int, height: Int) -> TrainingBatch {
    guard (batch.width, batch.height) != (width, height) else { return batch }
    var padded = batch
    (padded.width, padded.height) = (width, height)
    padded.pixels = PixelBatch.padded(
      batch.pixels,
      count: batch.count,
      from: (batch.width, batch.height),
      to: (width, height)
    )
    let anchors = batch.count == 0 ? [] : anchors.anchors(width: width, height: height)
    padded.targets = zip(batch.boxes, batch.ignoreRegions).map { boxes, regions in
      AnchorTargets(
        anchors: anchors,
        boxes: boxes,
        ignoreRegions: regions,
        matcher: configuration.matcher,
        coder: configuration.coder
      )
    }
    return padded
  }

  /// The picture at a position of the epoch, or the next after it that can be used.
  private func prepared(
    position: Int,
    skipped: inout [Int: DatasetError]
  ) throws(DatasetError) -> Prepared {
    let most = min(plan.order.count, Self.mostSkippedInARow)
    for step in 0..<most {
      let index = plan.order[(position + step) % plan.order.count]
      do {
        return try prepared(index: index, position: position, skipped: &skipped)
      } catch {
        guard configuration.onBadData == .skip else { throw error }
        skipped[index] = error
      }
    }
    let last = plan.order[(position + most - 1) % plan.order.count]
    throw DatasetError(
      .noUsablePicture,
      file: dataset.location,
      message: "\(most) pictures in a row cannot be used; the last: "
        + (skipped[last].map(\.description) ?? dataset.samples[last].name)
    )
  }

  private func prepared(
    index: Int,
    position: Int,
    skipped: inout [Int: DatasetError]
  ) throws(DatasetError) -> Prepared {
    let draws = SampleDraws(seed: configuration.seed, epoch: epoch, position: position)
    let sizes = configuration.trainingSides
    let resize = sizes?.rule(
      for: configuration.resize,
      draws,
      batch: plan.batch(ofPosition: position)
    )
    var (picture, steps) = try composer.composed(
      index,
      resize: resize ?? configuration.resize,
      draws: draws,
      skipped: &skipped
    )
    if let resize { steps.insert(.resized(shortSide: resize.shortSide), at: 0) }
    let (boxes, ignoreRegions) = picture.settled(
      minimumVisibleShare: configuration.augmentation.minimumVisibleShare
    )
    let sample = dataset.samples[index]
    return Prepared(
      imageID: sample.imageID,
      visible: (picture.image, picture.x, picture.y),
      boxes: boxes,
      ignoreRegions: ignoreRegions,
      origin: SampleOrigin(
        name: sample.name,
        steps: steps,
        width: picture.width,
        height: picture.height
      )
    )
  }
}
