/// Precision over recall at every IoU threshold, of all classes together and of each.
package struct PrecisionCurves: Codable, Hashable, Sendable {
  /// The curves of one category, or the mean of all.
  package struct Group: Codable, Hashable, Sendable {
    package var name: String
    /// Objects to be found.
    package var objects: Int
    /// Average precision at each IoU threshold; negative where undefined.
    package var averagePrecisions: [Double]
    /// At each IoU threshold the precision at each recall; empty where undefined.
    package var precisions: [[Double]]

    package init(
      name: String,
      objects: Int,
      averagePrecisions: [Double],
      precisions: [[Double]]
    ) {
      self.name = name
      self.objects = objects
      self.averagePrecisions = averagePrecisions
      self.precisions = precisions
    }
  }

  /// Ascending.
  package var iouThresholds: [Double]
  /// Where the precisions were read, ascending, 0...1.
  package var recalls: [Double]
  /// The mean over the classes.
  package var mean: Group
  /// The categories with objects.
  package var classes: [Group]

  package init(
    iouThresholds: [Double],
    recalls: [Double],
    mean: Group,
    classes: [Group]
  ) {
    self.iouThresholds = iouThresholds
    self.recalls = recalls
    self.mean = mean
    self.classes = classes
  }
}

extension PrecisionCurves {
  /// The most curves of single classes that a page holds.
  ///
  /// A curve takes some 200 bytes, so all of them stay below a megabyte.
  static let mostCurves = 4000

  /// The places of the IoU thresholds at which curves of single classes are kept: all while there is
  /// room, else as many as there is room for, evenly spread from the lowest.
  var keptThresholds: [Int] {
    let count = iouThresholds.count
    let room = max(1, Self.mostCurves / max(classes.count, 1))
    guard count > room else { return Array(iouThresholds.indices) }
    return (0..<room).map { $0 * count / room }
  }

  /// A curve as SVG path data in a plot 1000 wide and 500 high; empty where there is none.
  ///
  /// Points that lie on the line between their neighbours, to a four-hundredth of the height, are
  /// left out: the picture is the same.
  func path(_ precisions: [Double]) -> String {
    let points = zip(recalls, precisions).compactMap { recall, precision -> SIMD2<Double>? in
      guard recall.isFinite, precision.isFinite, precision >= 0 else { return nil }
      return SIMD2(min(max(recall, 0), 1) * 1000, (1 - min(precision, 1)) * 500)
    }
    guard points.count > 1 else { return "" }
    let kept = Self.simplified(points, tolerance: 1.25)
    return "M" + kept.map { "\(Int($0.x.rounded())) \(Int($0.y.rounded()))" }.joined(separator: "L")
  }

  /// Douglas and Peucker's reduction, by the vertical distance; the ends stay.
  static func simplified(_ points: [SIMD2<Double>], tolerance: Double) -> [SIMD2<Double>] {
    guard points.count > 2 else { return points }
    var isKept = [Bool](repeating: false, count: points.count)
    isKept[0] = true
    isKept[points.count - 1] = true
    var open = [(0, points.count - 1)]
    while let (start, end) = open.popLast() {
      let (first, last) = (points[start], points[end])
      let slope = last.x > first.x ? (last.y - first.y) / (last.x - first.x) : 0
      var (farthest, distance) = (start, tolerance)
      for index in (start + 1)..<max(end, start + 1) {
        let away = abs(points[index].y - (first.y + slope * (points[index].x - first.x)))
        if away > distance { (farthest, distance) = (index, away) }
      }
      guard farthest > start else { continue }
      isKept[farthest] = true
      open.append((start, farthest))
      open.append((farthest, end))
    }
    return zip(points, isKept).filter(\.1).map(\.0)
  }
}
