package import BoxGeometry
import Raster

/// Pictures for the network as they are: decoded, resized, normalised, in the dataset's order.
package struct EvaluationBatch: Sendable {
  /// The pictures' places in the dataset.
  package var sampleIndices: [Int]
  /// The pictures' numbers.
  package var imageIDs: [Int]
  /// Width of all pictures once padded, in pixels.
  package var width: Int
  /// Height of all pictures once padded, in pixels.
  package var height: Int
  /// Normalised values, shape [N, height, width, 3]; padding is 0, the mean colour.
  package var pixels: [Float]
  /// Size of each picture in the batch before padding: detections are clipped to it.
  package var resizedSizes: [(width: Int, height: Int)]
  /// Size of each picture as it was.
  package var originalSizes: [(width: Int, height: Int)]

  /// Number of pictures.
  package var count: Int { imageIDs.count }

  /// Pixels of the batch per pixel of the picture, in x and in y: a box of the batch divided by it
  /// is a box of the picture.
  /// - Parameter number: The picture's place in the batch.
  /// - Returns: The factors (x, y).
  package func scale(of number: Int) -> SIMD2<Float> {
    SIMD2(
      Float(resizedSizes[number].width) / Float(originalSizes[number].width),
      Float(resizedSizes[number].height) / Float(originalSizes[number].height)
    )
  }

  /// A box of the batch in the picture as it was, clipped to it.
  /// - Parameters:
  ///   - box: A box in pixels of the batch.
  ///   - number: The picture's place in the batch.
  /// - Returns: The box in pixels of the picture.
  package func original(_ box: BoundingBox, of number: Int) -> BoundingBox {
    let scale = scale(of: number)
    let size = originalSizes[number]
    return box.scaled(x: 1 / scale.x, y: 1 / scale.y)
      .clipped(width: Float(size.width), height: Float(size.height))
  }
}

/// How a dataset becomes the batches of an evaluation.
package struct EvaluationLoaderConfiguration: Hashable, Sendable {
  /// Pictures a batch at most, >= 1; there are fewer where the padded size changes.
  package var batchSize: Int = 1
  /// Threads that decode and resize; 0 does it all inside `next()`.
  package var workers: Int = 1
  /// Batches in the making or waiting, >= 1; bounds memory.
  package var queueDepth: Int = 4
  /// The size pictures are brought to.
  package var resize: ResizeRule
  /// Mean of red, green and blue, of values in 0...1; ImageNet's.
  package var mean: [Float] = [0.485, 0.456, 0.406]
  /// Standard deviation of red, green and blue; ImageNet's.
  package var standardDeviation: [Float] = [0.229, 0.224, 0.225]
  /// What to do about a picture that cannot be used; when skipped it is in no batch.
  package var onBadData = BadDataPolicy.stop
  /// Which batches are made; the others are other workers'.
  package var share = BatchShare.whole

  /// Mean and deviation together.
  var normalization: PixelNormalization {
    precondition(mean.count == 3 && standardDeviation.count == 3, "one value for each of 3 colours")
    return PixelNormalization(
      mean: SIMD3(mean[0], mean[1], mean[2]),
      standardDeviation: SIMD3(
        standardDeviation[0],
        standardDeviation[1],
        standardDeviation[2]
      )
    )
  }

  /// Creates a configuration with the defaults for everything else.
  /// - Parameter resize: The size pictures are brought to.
  package init(resize: ResizeRule) {
    self.resize = resize
  }
}

/// The pictures of a dataset in its order, each once, made ready ahead on threads of its own.
///
/// Pictures share a batch only where their padded sizes are the same, so that none has padding that
/// it would not have alone: a group norm takes its statistics over the padding too. All pixels of a
/// picture are decoded, as predicting does, also where it is shrunk a lot: what training may decode at
/// 1/2, 1/4 or 1/8 for speed is close to it, but not the same.
package final class EvaluationLoader: Sendable {
  private let prefetcher: OrderedPrefetcher<(batch: EvaluationBatch, skipped: [Int: DatasetError])>
  private let skippedSamples = SkippedSamples()

  /// Starts reading.
  /// - Parameters:
  ///   - dataset: The pictures.
  ///   - configuration: How they become batches.
  package init(dataset: DetectionDataset, configuration: EvaluationLoaderConfiguration) {
    let size = configuration.batchSize
    precondition(size >= 1, "a batch has at least one picture")
    let batches = Self.batches(of: dataset, upTo: size, resize: configuration.resize)
    prefetcher = OrderedPrefetcher(
      range: configuration.share.of(0..<batches.count),
      workers: configuration.workers,
      depth: configuration.queueDepth,
      name: "focal evaluation"
    ) { index in
      try Self.batch(
        batches[index],
        of: dataset,
        configuration: configuration
      )
    }
  }

  /// The next batch that has a picture; waits for it.
  /// - Returns: The batch, or `nil` after the last.
  /// - Throws: ``DatasetError`` naming a picture that cannot be used; `CancellationError` after
  ///   ``cancel()``.
  package func next() throws -> EvaluationBatch? {
    while let made = try prefetcher.next() {
      skippedSamples.insert(made.skipped)
      if made.batch.count > 0 { return made.batch }
    }
    return nil
  }

  /// Ends the reading and waits for the threads; so does giving up the last reference.
  package func cancel() { prefetcher.cancel() }

  /// How long ``next()`` has waited for pictures so far.
  package var waitSeconds: Double { prefetcher.waited / .seconds(1) }

  /// The pictures left out so far, in the dataset's order.
  package var skipped: [DatasetProblem] { skippedSamples.problems }

  /// Runs of neighbours with one padded size, `size` pictures at most.
  private static func batches(
    of dataset: DetectionDataset,
    upTo size: Int,
    resize: ResizeRule
  ) -> [Range<Int>] {
    let padded = dataset.samples.map { sample in
      let resized = resize.resized(width: sample.width, height: sample.height)
      return resize.padded(width: resized.width, height: resized.height)
    }
    var batches: [Range<Int>] = []
    for index in padded.indices {
      if let last = batches.last, last.count < size, padded[last.lowerBound] == padded[index] {
        batches[batches.count - 1] = last.lowerBound..<(index + 1)
      } else {
        batches.append(index..<(index + 1))
      }
    }
    return batches
  }

  private static func batch(
    _ indices: Range<Int>,
    of dataset: DetectionDataset,
    configuration: EvaluationLoaderConfiguration
  ) throws -> (batch: EvaluationBatch, skipped: [Int: DatasetError]) {
    // Neighbours share a batch only where their padded sizes are the same.
    let samples = dataset.samples[indices]
    let sizes = samples.map { configuration.resize.resized(width: $0.width, height: $0.height) }
    let padded = configuration.resize.padded(
      width: sizes.reduce(0) { max($0, $1.width) },
      height: sizes.reduce(0) { max($0, $1.height) }
    )
    var batch = EvaluationBatch(
      sampleIndices: [],
      imageIDs: [],
      width: padded.width,
      height: padded.height,
      pixels: [],
      resizedSizes: [],
      originalSizes: []
    )
    var skipped: [Int: DatasetError] = [:]
    let slot = padded.width * padded.height * 3
    batch.pixels = [Float](repeating: 0, count: indices.count * slot)
    for (index, size) in zip(indices, sizes) {
      let sample = dataset.samples[index]
      let place = batch.count * slot..<(batch.count + 1) * slot
      do throws(DatasetError) {
        try batch.pixels.withUnsafeMutableBufferPointer { buffer throws(DatasetError) in
          try dataset.writeNormalized(
            sample,
            size: size,
            normalization: configuration.normalization,
            into: UnsafeMutableBufferPointer(rebasing: buffer[place]),
            rowPixels: padded.width
          )
        }
        batch.sampleIndices.append(index)
        batch.imageIDs.append(sample.imageID)
        batch.originalSizes.append((sample.width, sample.height))
        batch.resizedSizes.append(size)
      } catch {
        guard configuration.onBadData == .skip else { throw error }
        skipped[index] = error
        // The next picture takes the place, and may be smaller than what was read of this one.
        batch.pixels.replaceSubrange(place, with: repeatElement(0, count: slot))
      }
    }
    batch.pixels.removeLast(batch.pixels.count - batch.count * slot)
    return (batch, skipped)
  }
}
