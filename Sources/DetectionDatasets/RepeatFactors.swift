import BoxGeometry

/// How often each picture is seen in an epoch, so that rare classes are seen more often.
///
/// Gupta, Dollár and Girshick 2019 (LVIS), section 5.1: a class found in a share f of the pictures is
/// to be seen as if that share were √(t f) at least, so r = max(1, √(t/f)) for a threshold t; a picture
/// has the greatest r of its classes, and 1 without any.
///
/// Each epoch rounds every r to one of its two neighbours by chance, as Detectron2 does, but all of
/// them together: of the fractions, laid end to end in random order, those are rounded up that hold
/// one of the points u, 1 + u, 2 + u, … with u random. So r is what each comes to in the mean, and
/// every epoch has the same number of places, which steps and learning rates are planned by.
package struct RepeatFactors: Hashable, Sendable {
  /// r of each picture of the dataset, at least 1.
  package let factors: [Double]

  /// Counts the classes of a dataset.
  /// - Parameters:
  ///   - samples: The pictures.
  ///   - threshold: t, 0...1; classes in a smaller share of the pictures are repeated. 0: none is.
  package init(_ samples: [DatasetSample], threshold: Double) {
    precondition((0...1).contains(threshold), "a repeat threshold is a share: \(threshold)")
    let labels = samples.map { Set($0.boxes.map(\.label)) }
    var pictures: [Int: Int] = [:]
    for label in labels.joined() { pictures[label, default: 0] += 1 }
    let byClass = pictures.mapValues { count in
      max(1, (threshold * Double(samples.count) / Double(count)).squareRoot())
    }
    factors = labels.map { $0.reduce(1) { max($0, byClass[$1] ?? 1) } }
  }

  /// Pictures of an epoch, repeats counted: the same in every epoch.
  package var placesPerEpoch: Int {
    factors.reduce(0) { $0 + Int($1) } + Int(fractions.reduce(0, +))
  }

  private var fractions: [Double] { factors.map { $0 - $0.rounded(.down) } }

  /// The pictures of an epoch in the dataset's order, each as often as it is seen.
  /// - Parameters:
  ///   - seed: The run's seed.
  ///   - epoch: The epoch, from 0.
  /// - Returns: Indices of pictures.
  func places(seed: UInt64, epoch: Int) -> [Int] {
    var counts = factors.map { Int($0) }
    let fractions = fractions
    let sum = fractions.reduce(0, +)
    let points = Int(sum)
    if points > 0 {
      var generator = SplitMix64(mixing: seed, UInt64(epoch), RandomStream.repeats.rawValue)
      var order = Array(fractions.indices.filter { fractions[$0] > 0 })
      generator.shuffle(&order)
      // The fractions are shrunk to add up to a whole number, by less than one place an epoch.
      let scale = Double(points) / sum
      let offset = generator.uniform()
      var (end, taken) = (0.0, 0)
      for index in order {
        end += fractions[index] * scale
        // The point `taken + offset` lies in this stretch.
        if taken < points, end > Double(taken) + offset {
          counts[index] += 1
          taken += 1
        }
      }
      // What rounding errors kept from the last stretch.
      if taken < points, let last = order.last(where: { counts[$0] == Int(factors[$0]) }) {
        counts[last] += 1
      }
    }
    return counts.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
  }
}

extension DetectionDataset {
  /// Pictures of an epoch of training, repeats counted.
  /// - Parameter repeatThreshold: As in ``RepeatFactors``; 0 repeats none.
  /// - Returns: The number of pictures, or more.
  package func placesPerEpoch(repeatThreshold: Double) -> Int {
    repeatThreshold > 0
      ? RepeatFactors(samples, threshold: repeatThreshold).placesPerEpoch : samples.count
  }
}
