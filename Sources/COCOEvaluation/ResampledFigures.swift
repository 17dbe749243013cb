/// Which means are taken of the average precisions of a resample.
struct ResampledFigures: Sendable {
  /// The names of the figures over all categories; those of single categories follow without one.
  let names: [String]
  /// The categories that have figures of their own: those with objects.
  let present: [Int]
  private let categories: Int
  private let thresholds: Int
  /// For each name, the range and the thresholds that its mean is over.
  private let choices: [(range: Int, thresholds: [Int])]
  private let allRange: Int?

  init(_ layout: WeightedPrecision, _ parameters: COCOEvaluationParameters) {
    (categories, thresholds, present) = (layout.categories, layout.thresholds, layout.present)
    allRange = parameters.range(.all)
    let every = parameters.thresholds(nil)
    let wanted: [(String, COCOAreaRange, [Int])] = [
      ("AP", .all, every), ("AP50", .all, parameters.thresholds(0.5)),
      ("AP75", .all, parameters.thresholds(0.75)), ("APs", .small, every),
      ("APm", .medium, every), ("APl", .large, every),
    ]
    let defined = wanted.compactMap { name, area, thresholds in
      parameters.range(area).flatMap { range in
        thresholds.isEmpty ? nil : (name: name, range: range, thresholds: thresholds)
      }
    }
    names = defined.map(\.name)
    choices = defined.map { ($0.range, $0.thresholds) }
  }

  /// How many figures there are, those of single categories among them.
  var count: Int { names.count + present.count }

  /// The figures, over all categories and then of each; -1 where there is no object.
  ///
  /// - Parameter averages: Average precision, indexed by [range, category, threshold].
  /// - Returns: `count` numbers.
  func values(_ averages: [Double]) -> [Double] {
    let all = choices.map { choice in
      mean(averages, present[...], choice.range, choice.thresholds)
    }
    return all
      + present.indices.map { index in
        guard let allRange else { return -1 }
        return mean(averages, present[index...index], allRange, Array(0..<thresholds))
      }
  }

  private func mean(
    _ averages: [Double],
    _ categories: ArraySlice<Int>,
    _ range: Int,
    _ thresholds: [Int]
  ) -> Double {
    var (sum, count) = (0.0, 0)
    for category in categories {
      let first = (range * self.categories + category) * self.thresholds
      guard averages[first] > -1 else { continue }
      for threshold in thresholds { sum += averages[first + threshold] }
      count += thresholds.count
    }
    return count == 0 ? -1 : sum / Double(count)
  }
}
