import BoxGeometry

/// Which pictures make up which batch of an epoch: decided by the seed alone, before any is read.
package struct BatchPlan: Hashable, Sendable {
  /// Indices into the dataset, in the order of the epoch.
  package let order: [Int]
  /// Where the batches begin in ``order``, and its end.
  private let starts: [Int]

  /// Plans an epoch.
  /// - Parameters:
  ///   - places: The pictures of the epoch, each as often as it is seen; `nil` for each once.
  ///   - isWide: For each picture of the dataset, whether it is at least as wide as high.
  ///   - configuration: Batch size, seed and order.
  ///   - epoch: The epoch, from 0.
  init(
    places: [Int]? = nil,
    isWide: [Bool],
    configuration: BatchLoaderConfiguration,
    epoch: Int
  ) {
    precondition(configuration.batchSize >= 1, "a batch has at least one picture")
    precondition(epoch >= 0, "epochs are counted from 0")
    var order = places ?? Array(isWide.indices)
    if configuration.shuffle {
      var generator = SplitMix64(
        mixing: configuration.seed,
        UInt64(epoch),
        RandomStream.order.rawValue
      )
      generator.shuffle(&order)
    }
    let size = configuration.batchSize
    if configuration.groupsByOrientation {
      order = Self.grouped(order, isWide: isWide, batchSize: size)
    }
    self.order = order
    starts = Array(stride(from: 0, to: order.count, by: size)) + [order.count]
  }

  /// Number of batches.
  package var count: Int { starts.count - 1 }

  /// The places in ``order`` that make up a batch.
  /// - Parameter index: The batch, in 0..<``count``.
  /// - Returns: A range of ``order``.
  package func positions(ofBatch index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

  /// The batch that a place in ``order`` belongs to; ``count`` for places behind the last.
  func batch(ofPosition position: Int) -> Int {
    starts.firstIndex { $0 > position }.map { $0 - 1 } ?? count
  }

  /// Whole batches of one orientation in the order in which they fill up; the rest follow.
  private static func grouped(_ order: [Int], isWide: [Bool], batchSize: Int) -> [Int] {
    var result: [Int] = []
    result.reserveCapacity(order.count)
    var (wide, upright): ([Int], [Int]) = ([], [])
    for index in order {
      if isWide[index] { wide.append(index) } else { upright.append(index) }
      if wide.count == batchSize {
        result += wide
        wide.removeAll(keepingCapacity: true)
      }
      if upright.count == batchSize {
        result += upright
        upright.removeAll(keepingCapacity: true)
      }
    }
    return result + wide + upright
  }
}
