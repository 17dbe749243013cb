import COCOFormat

// swift-format-ignore: AlwaysUseLowerCamelCase
/// The figures of one image alone; -1 where a figure is undefined.
public struct COCOImageResult: Hashable, Sendable, Codable {
  /// The image's id.
  public var id: Int
  /// The image's name.
  public var fileName: String
  /// Average precision of the image alone: the mean over the IoU thresholds and the categories with objects in it.
  public var AP: Double
  /// Objects to be found; crowds are not among them.
  public var groundTruths: Int
  /// Detections within the largest limit.
  public var detections: Int
  /// Detections that found an object at IoU 0.5, or the first threshold if that is not one of them.
  public var truePositives: Int
  /// Detections that found nothing at that IoU, and do not lie in a crowd.
  public var falsePositives: Int
  /// Objects that nothing found at that IoU.
  public var missed: Int
}

extension MatchedDetections {
  /// A category in one image.
  private struct Cell {
    var category: Int
    var truths: Range<Int> = 0..<0
    var detections: Range<Int> = 0..<0
  }

  /// The figures of each image alone.
  func imageResults(
    _ groundTruth: COCOGroundTruth,
    imageIDs: [Int],
    threads: Int
  ) -> [COCOImageResult] {
    let cells = cellsByImage(imageIDs.count)
    let names = Dictionary(groundTruth.images.map { ($0.id, $0.fileName) }) { first, _ in first }
    var results = imageIDs.map { id in
      COCOImageResult(
        id: id,
        fileName: names[id] ?? "",
        AP: -1,
        groundTruths: 0,
        detections: 0,
        truePositives: 0,
        falsePositives: 0,
        missed: 0
      )
    }
    results.withUnsafeMutableBufferPointer { results in
      let results = SharedPlaces(places: results)
      ParallelUnits.run(imageIDs.count, threads: threads) {
        CategoryCurves(parameters)
      } _: { curves, image in
        score(cells[image], &curves, into: &results.places[image])
      }
    }
    return results
  }

  private func score(
    _ cells: [Cell],
    _ curves: inout CategoryCurves,
    into result: inout COCOImageResult
  ) {
    guard let range = parameters.range(.all) else { return }
    let (thresholds, recalls) = (parameters.iouThresholds.count, parameters.recallThresholds.count)
    let threshold = parameters.thresholds(0.5).first ?? 0
    var precisions: [[Double]] = []
    for cell in cells {
      let counts = parameters.areaRanges.indices.map { range in
        truths.ignored[cell.truths].count { $0 & 1 << range == 0 }
      }
      result.groundTruths += counts[range]
      result.detections += cell.detections.count
      for detection in detections.entries[cell.detections] {
        let (isFound, isIgnored) = verdict(detection, range, threshold)
        if isIgnored { continue }
        if isFound { result.truePositives += 1 } else { result.falsePositives += 1 }
      }
      guard counts[range] > 0 else { continue }
      // Best first already.
      let order = cell.detections.map { Int32($0) }
      // Of the other sizes nothing is asked.
      let wanted = counts.indices.map { $0 == range ? counts[$0] : 0 }
      curves.follow(order, objectCounts: wanted[...], matches: matches, detections: detections)
      let first = range * thresholds * recalls
      precisions.append(Array(curves.precision[first..<first + thresholds * recalls]))
    }
    result.missed = result.groundTruths - result.truePositives
    // In the reference's order, so that the sum rounds alike.
    let values = (0..<thresholds * recalls).flatMap { place in precisions.map { $0[place] } }
    result.AP = pairwiseMean(values)
  }

  private func verdict(_ detection: DetectionEntry, _ range: Int, _ threshold: Int) -> (Bool, Bool)
  {
    guard detection.row >= 0 else { return (false, detection.outside >> range & 1 == 1) }
    let place = Int(detection.row) * matches.stride + 1 + 2 * range
    return (
      matches.rows[place] >> threshold & 1 == 1, matches.rows[place + 1] >> threshold & 1 == 1
    )
  }

  private func cellsByImage(_ imageCount: Int) -> [[Cell]] {
    var cells = [[Cell]](repeating: [], count: imageCount)
    for category in truths.categoryEnds.indices {
      Self.forEachRun(truths.range(of: category), { truths.image[$0] }) { image, run in
        cells[image].append(Cell(category: category, truths: run))
      }
      Self.forEachRun(detections.range(of: category), { detections.entries[$0].image }) {
        image,
        run in
        if let last = cells[image].indices.last, cells[image][last].category == category {
          cells[image][last].detections = run
        } else {
          cells[image].append(Cell(category: category, detections: run))
        }
      }
    }
    return cells
  }

  private static func forEachRun(
    _ range: Range<Int>,
    _ image: (Int) -> Int32,
    _ body: (Int, Range<Int>) -> Void
  ) {
    var start = range.lowerBound
    while start < range.upperBound {
      var end = start + 1
      while end < range.upperBound, image(end) == image(start) { end += 1 }
      body(Int(image(start)), start..<end)
      start = end
    }
  }
}
