import Foundation

/// The figures of one detector less those of another, for every resample of the images.
struct ResampledDifferences {
  /// What the figures are of.
  let figures: ResampledFigures
  private let resamples: Int
  /// Indexed by [resample, figure]; NaN where a figure is undefined.
  private var values: [Double]
  private let places: [Int: Int]

  /// Draws resamples and scores both detectors on each.
  ///
  /// - Parameters:
  ///   - first: What the first detector found.
  ///   - second: What the second found, in the same images.
  ///   - imageCount: How many images there are.
  ///   - resamples: How many resamples are drawn.
  ///   - seed: What the draws follow from; each has a stream of its own, whatever thread makes it.
  ///   - threads: How many threads take part.
  ///   - progress: Hears how many are done; any thread calls it, one at a time.
  init(
    _ first: MatchedDetections,
    _ second: MatchedDetections,
    imageCount: Int,
    resamples: Int,
    seed: UInt64,
    threads: Int,
    progress: (@Sendable (_ done: Int) -> Void)?
  ) {
    let layouts = [WeightedPrecision(first), WeightedPrecision(second)]
    let figures = ResampledFigures(layouts[0], first.parameters)
    let counter = progress.map(ResampleCount.init)
    self.figures = figures
    self.resamples = resamples
    places = Dictionary(uniqueKeysWithValues: zip(figures.present, figures.names.count...))
    values = [Double](repeating: .nan, count: resamples * figures.count)
    values.withUnsafeMutableBufferPointer { values in
      let values = SharedPlaces(places: values)
      ParallelUnits.run(resamples, threads: threads) {
        (ImageResample(imageCount: imageCount), WeightedPrecision.Workspace())
      } _: { worker, number in
        worker.0.draw(seed: seed, number: number)
        var sides: [[Double]] = []
        for layout in layouts {
          layout.accumulate(worker.0.weights, in: &worker.1)
          sides.append(figures.values(worker.1.averages))
        }
        for (place, (a, b)) in zip(sides[0], sides[1]).enumerated() where a > -1 && b > -1 {
          values[number * figures.count + place] = b - a
        }
        counter?.increment()
      }
    }
  }

  /// The place of a category among the figures; `nil` if it has no objects.
  func place(ofCategory category: Int) -> Int? { places[category] }

  /// The differences of one figure, as far as they are defined.
  func differences(_ place: Int) -> [Double] {
    (0..<resamples).map { values[$0 * figures.count + place] }.filter { !$0.isNaN }
  }
}

/// Counts what several threads do.
private final class ResampleCount: @unchecked Sendable {
  // Sendable: `done` is touched, and `hear` called, under the lock alone.
  private let lock = NSLock()
  private var done = 0
  private let hear: @Sendable (Int) -> Void

  init(_ hear: @escaping @Sendable (Int) -> Void) { self.hear = hear }

  func increment() {
    lock.lock()
    defer { lock.unlock() }
    done += 1
    hear(done)
  }
}
