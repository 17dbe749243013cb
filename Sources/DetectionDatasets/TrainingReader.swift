import BoxGeometry
import Raster

/// Makes any batch of an epoch from nothing but its number; called on several threads at once.
struct TrainingReader: Sendable {
  private let dataset: DetectionDataset
  private let configuration: BatchLoaderConfiguration
  private let plan: BatchPlan
  private let epoch: Int
  private let anchors: AnchorCache

  /// So many pictures in a row that cannot be used are no accident any more.
  private static let mostSkippedInARow = 64

  init(
    dataset: DetectionDataset,
    configuration: BatchLoaderConfiguration,
    plan: BatchPlan,
    epoch: Int
  ) {
    self.dataset = dataset
    self.configuration = configuration
    self.plan = plan
    self.epoch = epoch
    anchors = AnchorCache(configuration: configuration.anchors)
  }

  /// One picture, ready to be put into a batch.
  private struct Prepared {
    var imageID: Int
    var transform: SampleTransform
    var visible: (image: RasterImage, x: Int, y: Int)
    var boxes: [LabeledBox]
    var ignoreRegions: [BoundingBox]
  }

  /// One batch, and the pictures that were passed over for it by their index in the dataset.
  func batch(_ index: Int) throws -> (batch: TrainingBatch, skipped: [Int: DatasetError]) {
    var skipped: [Int: DatasetError] = [:]
    let samples = try plan.positions(ofBatch: index).map {
      try prepared(position: $0, skipped: &skipped)
    }
    let size = configuration.resize.padded(
      width: samples.reduce(0) { max($0, $1.transform.width) },
      height: samples.reduce(0) { max($0, $1.transform.height) }
    )
    let anchors = anchors.anchors(width: size.width, height: size.height)
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
      }
    )
    return (batch, skipped)
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
        return try prepared(sample: dataset.samples[index], position: position)
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
    sample: DatasetSample,
    position: Int
  ) throws(DatasetError) -> Prepared {
    var generator = SplitMix64(
      mixing: configuration.seed,
      UInt64(epoch),
      RandomStream.augmentation.rawValue,
      UInt64(position)
    )
    let choices = AugmentationChoices(configuration.augmentation, using: &generator)
    let frame = configuration.resize.resized(width: sample.width, height: sample.height)
    let image = try dataset.image(of: sample, fitting: Self.target(frame, zoom: choices.zoom))
    let transform = SampleTransform(
      width: image.width,
      height: image.height,
      frame: frame,
      choices: choices
    )
    let toImage = SIMD2(
      Float(image.width) / Float(sample.width),
      Float(image.height) / Float(sample.height)
    )
    let (boxes, ignoreRegions) = transform(
      sample.boxes.map {
        LabeledBox(box: $0.box.scaled(x: toImage.x, y: toImage.y), label: $0.label)
      },
      ignoreRegions: sample.ignoreRegions.map { $0.scaled(x: toImage.x, y: toImage.y) },
      minimumVisibleShare: configuration.augmentation.minimumVisibleShare
    )
    return Prepared(
      imageID: sample.imageID,
      transform: transform,
      visible: transform(image),
      boxes: boxes,
      ignoreRegions: ignoreRegions
    )
  }

  /// The size that the whole picture has at the scale of the frame: more pixels would be wasted.
  private static func target(
    _ frame: (width: Int, height: Int),
    zoom: Double
  ) -> (width: Int, height: Int) {
    (
      Int((Double(frame.width) * zoom).rounded(.up)),
      Int((Double(frame.height) * zoom).rounded(.up))
    )
  }
}
