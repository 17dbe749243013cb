import COCOFormat

/// A category in an image that has both objects and detections.
struct EvaluationCell: Sendable {
  /// Positions in the columns of objects.
  var truths: Range<Int>
  /// Positions in the columns of detections, best first.
  var detections: Range<Int>
}

/// Which detections found an object, for each size range, one bit an IoU threshold.
///
/// Most detections overlap nothing; only of the others is there a row.
struct DetectionMatches: Sendable {
  /// Rows one after another: the rank in the cell, then `found` and `ignored` of each range.
  ///
  /// Ignored: neither right nor wrong, that is matched to an ignored object, or unmatched and outside of the range.
  private(set) var rows: [UInt32] = []
  /// How many numbers a row has.
  let stride: Int

  static func stride(_ parameters: COCOEvaluationParameters) -> Int {
    1 + 2 * parameters.areaRanges.count
  }

  /// Matches all cells and tells the detections their rows.
  init(
    truths: TruthColumns,
    detections: inout DetectionColumns,
    table: COCODetectionTable,
    parameters: COCOEvaluationParameters,
    threads: Int
  ) {
    stride = Self.stride(parameters)
    let cells = Self.cells(truths, detections)
    // Chunks of cells: small enough to share out evenly, large enough for the lock not to matter.
    let chunks = Swift.stride(from: 0, to: cells.count, by: 512)
      .map { cells[$0..<min(cells.count, $0 + 512)] }
    var parts = [[UInt32]](repeating: [], count: chunks.count)
    detections.withEntries { entries in
      let entries = SharedPlaces(places: entries)
      parts.withUnsafeMutableBufferPointer { parts in
        let parts = SharedPlaces(places: parts)
        ParallelUnits.run(chunks.count, threads: threads) {
          CellMatcher(
            truths: truths,
            detections: entries,
            boxes: table.boxes,
            parameters: parameters
          )
        } _: { matcher, chunk in
          var rows: [UInt32] = []
          for cell in chunks[chunk] { matcher.match(cell, into: &rows) }
          parts[chunk] = rows
        }
      }
      // Rows were counted from the start of their chunk.
      for (cells, part) in zip(chunks, parts) {
        let base = Int32(rows.count / stride)
        rows += part
        for cell in cells where base > 0 {
          for detection in cell.detections where entries[detection].row >= 0 {
            entries[detection].row += base
          }
        }
      }
    }
  }

  /// The cells with objects and detections, by category, then image.
  private static func cells(
    _ truths: TruthColumns,
    _ detections: DetectionColumns
  ) -> [EvaluationCell] {
    var cells: [EvaluationCell] = []
    for category in truths.categoryEnds.indices {
      let truthRange = truths.range(of: category)
      let detectionRange = detections.range(of: category)
      var (truth, detection) = (truthRange.lowerBound, detectionRange.lowerBound)
      while truth < truthRange.upperBound, detection < detectionRange.upperBound {
        let (a, b) = (truths.image[truth], detections.entries[detection].image)
        let (firstTruth, firstDetection) = (truth, detection)
        if a <= b {
          while truth < truthRange.upperBound, truths.image[truth] == a { truth += 1 }
        }
        if b <= a {
          while detection < detectionRange.upperBound, detections.entries[detection].image == b {
            detection += 1
          }
        }
        if a == b {
          cells.append(
            EvaluationCell(truths: firstTruth..<truth, detections: firstDetection..<detection)
          )
        }
      }
    }
    return cells
  }
}
