/// What sets two detectors apart on the same images, and how sure that is.
public struct COCOComparisonResult: Hashable, Sendable, Codable {
  /// AP, AP50, AP75, APs, APm and APl, as far as the settings define them.
  public let figures: [COCODifference]
  /// AP of each category by ascending id; empty if categories were forgotten.
  public let classes: [COCOClassDifference]
  /// How many images there are; as many were drawn for each resample.
  public let images: Int
  /// How many resamples were drawn.
  public let resamples: Int
  /// The share of resamples inside an interval.
  public let confidence: Double
  /// What the resamples were drawn from.
  public let seed: UInt64
}

/// One figure of two detectors.
public struct COCODifference: Hashable, Sendable, Codable {
  /// The figure's name.
  public let name: String
  /// The first detector's figure; -1 if it is undefined.
  public let first: Double
  /// The second detector's figure; -1 if it is undefined.
  public let second: Double
  /// The second's figure less the first's; `nil` if one is undefined.
  public let difference: Double?
  /// The lower end of the interval around the difference; `nil` if no resample defines it.
  public let lower: Double?
  /// The upper end of the interval around the difference; `nil` if no resample defines it.
  public let upper: Double?
  /// The share of resamples in which the second detector is better, those with equal figures by half; `nil` if
  /// none defines it.
  public let shareBetter: Double?
  /// How many resamples define the figure of both.
  public let resamples: Int

  /// Whether the interval leaves zero out.
  public var isSignificant: Bool { (lower ?? 0) > 0 || (upper ?? 0) < 0 }
}

/// The AP of one category of two detectors.
public struct COCOClassDifference: Hashable, Sendable, Codable {
  /// The category's id.
  public let id: Int
  /// The category's name.
  public let name: String
  /// Its average precision, the mean over the IoU thresholds.
  public let averagePrecision: COCODifference
}

extension COCODifference {
  /// A figure with the interval of its resampled differences.
  ///
  /// - Parameters:
  ///   - name: The figure's name.
  ///   - first: The first detector's figure; -1 if it is undefined.
  ///   - second: The second detector's figure; -1 if it is undefined.
  ///   - differences: The resampled differences, in any order.
  ///   - confidence: The share of them inside the interval.
  init(name: String, first: Double, second: Double, differences: [Double], confidence: Double) {
    self.name = name
    (self.first, self.second) = (first, second)
    difference = first > -1 && second > -1 ? second - first : nil
    let sorted = differences.sorted()
    lower = Self.quantile((1 - confidence) / 2, of: sorted)
    upper = Self.quantile((1 + confidence) / 2, of: sorted)
    resamples = sorted.count
    let better = Double(sorted.count { $0 > 0 }) + Double(sorted.count { $0 == 0 }) / 2
    shareBetter = sorted.isEmpty ? nil : better / Double(sorted.count)
  }

  /// A quantile, by the line between the two nearest of the sorted values.
  static func quantile(_ share: Double, of sorted: [Double]) -> Double? {
    guard let last = sorted.last else { return nil }
    let place = share * Double(sorted.count - 1)
    let index = Int(place)
    guard index + 1 < sorted.count else { return last }
    return sorted[index] + (sorted[index + 1] - sorted[index]) * (place - Double(index))
  }
}
