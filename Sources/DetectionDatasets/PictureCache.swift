import Foundation
import Raster

/// Decoded pictures, kept from one epoch to the next as far as a number of bytes allows.
///
/// What has been put in stays: every epoch visits every picture once, so the picture that was used
/// longest ago is the one that is needed soonest, and to drop it (LRU) for another is the worst that
/// can be done. This way a share of the dataset as large as the limit is found in every epoch.
///
/// A picture is kept at the size it was decoded at, which for a JPEG depends on the size that is
/// asked for. What comes out of the cache is what decoding would give, bit for bit.
///
/// `@unchecked`: everything below `lock` is used under it.
package final class PictureCache: @unchecked Sendable {
  /// Most bytes of pixels that are kept, >= 0.
  package let byteLimit: Int
  private let lock = NSLock()
  private var pictures: [Key: RasterImage] = [:]
  /// Pictures that have one size whatever is asked for: they are no JPEGs.
  private var unscaled: Set<Int> = []
  private var bytes = 0
  private var hits = 0
  private var misses = 0

  private struct Key: Hashable {
    var sample: Int
    var denominator: Int
  }

  /// Makes an empty cache.
  /// - Parameter byteLimit: Most bytes of pixels that are kept, >= 0.
  package init(byteLimit: Int) {
    precondition(byteLimit >= 0, "a cache has 0 bytes or more: \(byteLimit)")
    self.byteLimit = byteLimit
  }

  /// What it holds and how often it was of use.
  package struct Statistics: Hashable, Sendable {
    package var pictures: Int
    /// Of pixels; never above the limit.
    package var bytes: Int
    package var hits: Int
    package var misses: Int
  }

  /// What it holds and how often it was of use, so far.
  package var statistics: Statistics {
    lock.lock()
    defer { lock.unlock() }
    return Statistics(pictures: pictures.count, bytes: bytes, hits: hits, misses: misses)
  }

  /// The picture of a sample, decoded if it is not here.
  /// - Parameters:
  ///   - index: The sample's place in the dataset.
  ///   - dataset: The dataset; the same at every call.
  ///   - target: The size it will be resized to, as in ``DetectionDataset/image(of:fitting:)``.
  /// - Returns: The picture.
  /// - Throws: ``DatasetError`` if it cannot be decoded.
  func image(
    at index: Int,
    of dataset: DetectionDataset,
    fitting target: (width: Int, height: Int)
  ) throws(DatasetError) -> RasterImage {
    let sample = dataset.samples[index]
    let denominator = RasterImage.scaleDenominator(
      width: sample.width,
      height: sample.height,
      fitting: target
    )
    if let kept = find(index, denominator) { return kept }
    // Decoded without the lock: two threads may do so at once, and the first to finish is kept.
    let image = try dataset.image(of: sample, fitting: target)
    let isWhole = image.width == sample.width && image.height == sample.height
    insert(image, index, denominator, isUnscaled: isWhole && denominator > 1)
    return image
  }

  private func find(_ sample: Int, _ denominator: Int) -> RasterImage? {
    lock.lock()
    defer { lock.unlock() }
    let denominator = unscaled.contains(sample) ? 1 : denominator
    let kept = pictures[Key(sample: sample, denominator: denominator)]
    if kept == nil { misses += 1 } else { hits += 1 }
    return kept
  }

  private func insert(
    _ image: RasterImage,
    _ sample: Int,
    _ denominator: Int,
    isUnscaled: Bool
  ) {
    lock.lock()
    defer { lock.unlock() }
    if isUnscaled { unscaled.insert(sample) }
    let key = Key(sample: sample, denominator: isUnscaled ? 1 : denominator)
    guard pictures[key] == nil, image.pixels.count <= byteLimit - bytes else { return }
    pictures[key] = image
    bytes += image.pixels.count
  }
}
