/// Matches of a detector laid out so that precision can be accumulated again and again, each time with other weights of
/// the images.
///
/// An image of weight 2 counts as two equal images would. Matching knows one image at a time and so does not depend
/// on weights: it is done once.
struct WeightedPrecision: Sendable {
  /// A category in a size range.
  private struct Cell: Sendable {
    /// The image of every detection that counts at some threshold, best first; complemented where it counts
    /// only at thresholds at which it found an object.
    var images: [Int32] = []
    /// Positions in `images` with a match, times two, and one more if the match is an object of the range; one
    /// threshold after another, best first.
    var matches: [UInt32] = []
    /// Where the matches of each threshold end.
    var ends: [Int] = []
    /// The image of each object to be found.
    var objects: [Int32] = []
  }

  let categories: Int
  /// The categories that have objects.
  let present: [Int]
  let ranges: Int
  let thresholds: Int
  private let recallThresholds: [Double]
  private let cells: [Cell]

  /// Lays out the matches of a detector.
  init(_ matched: MatchedDetections) {
    let parameters = matched.parameters
    categories = matched.truths.categoryEnds.count
    (ranges, thresholds) = (parameters.areaRanges.count, parameters.iouThresholds.count)
    recallThresholds = parameters.recallThresholds
    present = (0..<categories).filter { category in
      matched.truths.objectCounts(of: category).contains { $0 > 0 }
    }
    var cells = [Cell](repeating: Cell(), count: categories * ranges)
    for category in present {
      let order = matched.order(of: category)
      for range in 0..<ranges {
        var cell = Self.cell(order, range, matched)
        for truth in matched.truths.range(of: category)
        where matched.truths.ignored[truth] >> range & 1 == 0 {
          cell.objects.append(matched.truths.image[truth])
        }
        cells[category * ranges + range] = cell
      }
    }
    self.cells = cells
  }

  private static func cell(_ order: [Int32], _ range: Int, _ matched: MatchedDetections) -> Cell {
    let (entries, matches) = (matched.detections.entries, matched.matches)
    let thresholds = matched.parameters.iouThresholds.count
    let all = UInt32((UInt64(1) << thresholds) - 1)
    var cell = Cell()
    var positions = [[UInt32]](repeating: [], count: thresholds)
    for detection in order {
      let entry = entries[Int(detection)]
      let isInside = entry.outside >> range & 1 == 0
      var (found, ignored) = (UInt32(0), isInside ? 0 : all)
      if entry.row >= 0 {
        let row = Int(entry.row) * matches.stride + 1 + 2 * range
        (found, ignored) = (matches.rows[row] & ~matches.rows[row + 1], matches.rows[row + 1])
      }
      // What differs from a detection without a match, which counts if it is inside.
      let differs = found | (isInside ? ignored : all & ~ignored)
      guard isInside || differs != 0 else { continue }
      let place = UInt32(cell.images.count)
      cell.images.append(isInside ? entry.image : ~entry.image)
      for threshold in 0..<thresholds where differs >> threshold & 1 == 1 {
        positions[threshold].append(place << 1 | found >> threshold & 1)
      }
    }
    for own in positions {
      cell.matches += own
      cell.ends.append(cell.matches.count)
    }
    return cell
  }

  /// Memory that is used over and over by one thread.
  struct Workspace {
    fileprivate var counted: [Int32] = []
    fileprivate var finds: [(precision: Double, points: Int)] = []
    /// Average precision, indexed by [range, category, threshold]; -1 where there is no object.
    fileprivate(set) var averages: [Double] = []
  }

  /// Accumulates with weights.
  ///
  /// - Parameters:
  ///   - weights: How often each image counts.
  ///   - workspace: Where to; its `averages` hold the outcome.
  func accumulate(_ weights: [Int32], in workspace: inout Workspace) {
    if workspace.averages.count != categories * ranges * thresholds {
      workspace.averages = [Double](repeating: -1, count: categories * ranges * thresholds)
    }
    weights.withUnsafeBufferPointer { weights in
      for category in present {
        for range in 0..<ranges {
          let cell = cells[category * ranges + range]
          let objects = cell.objects.reduce(0) { $0 + Int(weights[Int($1)]) }
          let first = (range * categories + category) * thresholds
          guard objects > 0 else {
            for threshold in 0..<thresholds { workspace.averages[first + threshold] = -1 }
            continue
          }
          count(cell, weights, &workspace)
          for threshold in 0..<thresholds {
            workspace.averages[first + threshold] = average(
              cell,
              threshold,
              objects,
              weights,
              &workspace
            )
          }
        }
      }
    }
  }

  /// How many detections count down to each, where nothing is matched.
  private func count(
    _ cell: Cell,
    _ weights: UnsafeBufferPointer<Int32>,
    _ workspace: inout Workspace
  ) {
    if workspace.counted.count < cell.images.count {
      workspace.counted = [Int32](repeating: 0, count: cell.images.count)
    }
    cell.images.withUnsafeBufferPointer { images in
      workspace.counted.withUnsafeMutableBufferPointer { counted in
        var sum: Int32 = 0
        for place in images.indices {
          let image = images[place]
          if image >= 0 { sum += weights[Int(image)] }
          counted[place] = sum
        }
      }
    }
  }

  private func average(
    _ cell: Cell,
    _ threshold: Int,
    _ objects: Int,
    _ weights: UnsafeBufferPointer<Int32>,
    _ workspace: inout Workspace
  ) -> Double {
    workspace.finds.removeAll(keepingCapacity: true)
    var (found, correction, reached) = (0, 0, 0)
    for position in (threshold == 0 ? 0 : cell.ends[threshold - 1])..<cell.ends[threshold] {
      let match = cell.matches[position]
      let place = Int(match >> 1)
      let image = cell.images[place]
      let isInside = image >= 0
      let weight = Int(weights[Int(isInside ? image : ~image)])
      guard match & 1 == 1 else {
        correction += isInside ? -weight : weight
        continue
      }
      guard weight > 0 else { continue }
      if !isInside { correction += weight }
      found += weight
      let counted = Int(workspace.counted[place]) + correction
      // As without weights: the addend is the reference's guard against 0 / 0.
      let precision = Double(found) / (Double(counted) + Double.ulpOfOne)
      let recall = Double(found) / Double(objects)
      let before = reached
      while reached < recallThresholds.count, recallThresholds[reached] <= recall { reached += 1 }
      workspace.finds.append((precision, reached - before))
    }
    var (best, sum) = (0.0, 0.0)
    for find in workspace.finds.reversed() {
      best = max(best, find.precision)
      sum += best * Double(find.points)
    }
    return sum / Double(recallThresholds.count)
  }
}
