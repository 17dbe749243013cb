import Foundation
import Raster

/// The batches of one epoch, in order, made ahead on threads of its own.
///
/// Order, augmentation and bytes depend on the dataset, the configuration's seed and the epoch
/// alone: not on the number of threads, nor on where in the epoch one starts, nor on a cache. The
/// random choices for a picture come from (seed, epoch, its position in the epoch).
///
/// A picture that cannot be used ends the epoch with an error (`.stop`), delivered after the batches
/// before it; or (`.skip`) its place is taken by the next picture in the order of the epoch that can
/// be used, round its end if need be, so that batches keep their number and size.
package final class BatchLoader: Sendable {
  /// Which pictures make up which batch.
  package let plan: BatchPlan
  private let reader: TrainingReader
  private let prefetcher: OrderedPrefetcher<(batch: TrainingBatch, skipped: [Int: DatasetError])>
  private let skippedSamples = SkippedSamples()

  /// Starts reading.
  /// - Parameters:
  ///   - dataset: The pictures.
  ///   - configuration: How they become batches.
  ///   - epoch: The epoch, from 0.
  ///   - firstBatch: The first batch to deliver, to resume in the middle of an epoch.
  ///   - cache: Keeps decoded pictures for other epochs of the same dataset; `nil` keeps none.
  package convenience init(
    dataset: DetectionDataset,
    configuration: BatchLoaderConfiguration,
    epoch: Int,
    startingAt firstBatch: Int = 0,
    cache: PictureCache? = nil
  ) {
    let sample = max(firstBatch, 0).multipliedReportingOverflow(by: configuration.batchSize)
    self.init(
      dataset: dataset,
      configuration: configuration,
      epoch: epoch,
      startingAtSample: sample.overflow ? Int.max : sample.partialValue,
      cache: cache
    )
  }

  /// Starts reading at any sample.
  ///
  /// Every sample from there on is the one of the whole epoch, and so is every batch but the first,
  /// which has what is left of it: where that makes it smaller, its padding may be less.
  /// - Parameters:
  ///   - dataset: The pictures.
  ///   - configuration: How they become batches.
  ///   - epoch: The epoch, from 0.
  ///   - firstSample: The place in the epoch of the first sample to deliver, from 0.
  ///   - cache: Keeps decoded pictures for other epochs of the same dataset; `nil` keeps none.
  package init(
    dataset: DetectionDataset,
    configuration: BatchLoaderConfiguration,
    epoch: Int,
    startingAtSample firstSample: Int,
    cache: PictureCache? = nil
  ) {
    let threshold = configuration.repeatThreshold
    let repeats = threshold > 0 ? RepeatFactors(dataset.samples, threshold: threshold) : nil
    let plan = BatchPlan(
      places: repeats?.places(seed: configuration.seed, epoch: epoch),
      isWide: dataset.samples.map { $0.width >= $0.height },
      configuration: configuration,
      epoch: epoch
    )
    let reader = TrainingReader(
      dataset: dataset,
      configuration: configuration,
      plan: plan,
      epoch: epoch,
      cache: cache
    )
    (self.plan, self.reader) = (plan, reader)
    let first = min(max(firstSample, 0), plan.order.count)
    prefetcher = OrderedPrefetcher(
      range: plan.batch(ofPosition: first)..<plan.count,
      workers: configuration.workers,
      depth: configuration.queueDepth,
      name: "focal batch"
    ) { try reader.batch($0, from: first) }
  }

  /// Number of batches of the epoch, from its start.
  package var batchCount: Int { plan.count }

  /// The next batch; waits for it.
  /// - Returns: The batch, or `nil` after the last of the epoch.
  /// - Throws: ``DatasetError`` naming a picture that cannot be used; `CancellationError` after
  ///   ``cancel()``.
  package func next() throws -> TrainingBatch? {
    guard let made = try prefetcher.next() else { return nil }
    skippedSamples.insert(made.skipped)
    return made.batch
  }

  /// A batch with more padding, its boxes assigned to the anchors of the new size.
  ///
  /// So all workers' shares of a batch have the size that the whole batch would have in one.
  /// - Parameters:
  ///   - batch: A batch of this loader.
  ///   - width: The new width, not less than it is, of a size that the resize rule pads to.
  ///   - height: The new height.
  /// - Returns: The same pictures.
  package func padded(_ batch: TrainingBatch, width: Int, height: Int) -> TrainingBatch {
    reader.padded(batch, width: width, height: height)
  }

  /// Ends the reading and waits for the threads; so does giving up the last reference.
  package func cancel() { prefetcher.cancel() }

  /// How long ``next()`` has waited for batches so far: time the training could not use.
  package var waitSeconds: Double { prefetcher.waited / .seconds(1) }

  /// The pictures left out of the batches delivered so far, each once, in the dataset's order.
  package var skipped: [DatasetProblem] { skippedSamples.problems }
}

/// Pictures that were left out.
///
/// `@unchecked`: `errors` is used under the lock.
final class SkippedSamples: @unchecked Sendable {
  private let lock = NSLock()
  private var errors: [Int: DatasetError] = [:]

  /// Adds pictures, by their index in the dataset.
  func insert(_ more: [Int: DatasetError]) {
    lock.lock()
    defer { lock.unlock() }
    errors.merge(more) { first, _ in first }
  }

  /// Each picture once, in the dataset's order.
  var problems: [DatasetProblem] {
    lock.lock()
    defer { lock.unlock() }
    return errors.sorted { $0.key < $1.key }.map(\.value.problem)
  }
}
