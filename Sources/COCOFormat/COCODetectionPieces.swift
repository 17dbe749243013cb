import CSimdJSON

/// The fast way through a results file: pieces of the list, rows of plain numbers, columns.
enum COCODetectionPieces {
  /// Reads the detections of a text.
  ///
  /// - Returns: `nil` if anything in it is unusual; nothing is said about what.
  static func detections(
    in source: ByteSource,
    _ check: DetectionCheck,
    _ options: COCOReadingOptions,
    _ progress: (@Sendable (Int, Int) -> Void)?
  ) -> COCODetections? {
    var kept = CheckedDetections(check)
    var (index, isList) = (0, false)
    let bytes = source.expectedCount
    let work = PieceWork<[sj_row]>(
      source,
      pieceSize: options.pieceSize,
      progress: { progress?($0, bytes) },
      parse: { list, place, count in
        place.member == nil ? BoxRows.rows(of: list, SJ_DETECTION, bytes: count) : nil
      },
      take: { rows, _ in
        isList = true
        if index == 0, !rows.isEmpty {
          // Rows of a file are much alike; a tenth more than the first ones promise.
          kept.reserveCapacity(
            min(bytes / 40, bytes / max(1, options.pieceSize) * rows.count * 11 / 10) + rows.count
          )
        }
        for row in rows {
          if kept.add(COCODetection(row), index) != nil { return false }
          index += 1
        }
        return true
      }
    )
    return work.run(threads: options.threads) && isList ? kept.result : nil
  }
}

/// Rows of numbers out of a list.
enum BoxRows {
  /// The rows of a list.
  ///
  /// - Parameters:
  ///   - list: Detections or annotations.
  ///   - kind: Which of them.
  ///   - bytes: The length of the list's text.
  /// - Returns: `nil` if an entry is not what it should be.
  static func rows(of list: sj_element, _ kind: sj_row_kind, bytes: Int) -> [sj_row]? {
    // The shortest entry has more than 48 bytes.
    let capacity = bytes / 48 + 1
    var status = SJ_OK
    let rows = [sj_row](unsafeUninitializedCapacity: capacity) { room, count in
      guard let start = room.baseAddress else { return }
      status = sj_rows_read(list, kind, start, capacity, &count)
    }
    return status == SJ_OK ? rows : nil
  }
}

extension COCODetection {
  init(_ row: sj_row) {
    self.init(
      imageID: Int(row.image_id),
      categoryID: Int(row.category_id),
      box: COCOBox(row),
      score: row.number
    )
  }
}

extension COCOAnnotation {
  init(_ row: sj_row, _ options: COCOReadingOptions) {
    self.init(
      id: Int(row.id),
      imageID: Int(row.image_id),
      categoryID: Int(row.category_id),
      box: COCOBox(row),
      area: row.number,
      isCrowd: row.is_crowd || (options.difficultObjects == .crowds && row.is_difficult)
    )
  }
}

extension COCOBox {
  init(_ row: sj_row) {
    self.init(x: row.box.0, y: row.box.1, width: row.box.2, height: row.box.3)
  }
}
