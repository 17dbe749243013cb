import COCOFormat
import Foundation

/// One row of a YOLO label file: a class and a box in shares of the picture's sides.
struct YOLORow: Hashable, Sendable {
  /// The number of the class.
  var categoryID: Int
  /// The centre's distance from the left border, as a share of the width.
  var centerX: Double
  /// The centre's distance from the upper border, as a share of the height.
  var centerY: Double
  /// The box's width as a share of the picture's.
  var width: Double
  /// The box's height as a share of the picture's.
  var height: Double
  /// The line in the file, from 1.
  var line: Int
  /// Whether the row held an outline, and this is the box around it.
  var isPolygon = false

  /// The box in pixels, as COCO files write it, free of the noise of reckoning.
  /// - Parameters:
  ///   - imageWidth: The picture's width.
  ///   - imageHeight: The picture's height.
  /// - Returns: Left, top, width and height.
  func box(imageWidth: Int, imageHeight: Int) -> COCOBox {
    let (across, down) = (Double(imageWidth), Double(imageHeight))
    let horizontal = PixelSpan(
      low: (centerX - width / 2) * across,
      side: width * across,
      of: across
    )
    let vertical = PixelSpan(low: (centerY - height / 2) * down, side: height * down, of: down)
    return COCOBox(
      x: horizontal.low,
      y: vertical.low,
      width: horizontal.side,
      height: vertical.side
    )
  }
}

/// What the rows of a label file may hold.
struct YOLORowRules: Hashable, Sendable {
  /// The numbers of the classes.
  var categoryIDs: Set<Int>
  /// How many numbers of keypoints may follow a box; 0 where the dataset has none.
  var keypointColumns = 0
  /// Largest file read, in bytes; a thousand boxes take some 50 kB.
  var maximumBytes = 16 << 20
}

/// One YOLO label file: a row `class cx cy w h` for each object.
///
/// Rows of a class and three or more points (segmentation, oriented boxes) become the box around the
/// points. A sixth number, a detector's confidence, is refused: results are no annotations. Numbers
/// are decimal, with a point, whatever the language of the machine.
struct YOLOLabels: Hashable, Sendable {
  /// The rows in their order.
  var rows: [YOLORow] = []

  /// A centre or side beyond this many pictures is a number of pixels, not a share.
  private static let largestShare = 2.0

  /// Reads a file.
  /// - Parameters:
  ///   - url: The file.
  ///   - rules: What its rows may hold.
  /// - Throws: ``DatasetError`` naming the file and the line at fault.
  init(contentsOf url: URL, rules: YOLORowRules) throws(DatasetError) {
    let bytes = try TextFile.bytes(
      of: url,
      limit: rules.maximumBytes,
      expected: "rows of a class and four numbers"
    )
    try self.init(parsing: bytes, file: url.path, rules: rules)
  }

  /// Reads a text.
  /// - Parameters:
  ///   - bytes: The rows, without a byte order mark.
  ///   - file: Its name, for messages.
  ///   - rules: What its rows may hold.
  /// - Throws: ``DatasetError`` naming the file and the line at fault.
  init(parsing bytes: Data, file: String, rules: YOLORowRules) throws(DatasetError) {
    var parser = YOLORowParser(file: file, rules: rules)
    let rows = bytes.withUnsafeBytes { buffer in
      Result { () throws(DatasetError) in try parser.rows(in: buffer) }
    }
    self.rows = try rows.get()
  }

  /// A row as written.
  static func checked(
    _ numbers: [Double],
    line: Int,
    rules: YOLORowRules
  ) throws(YOLORowFault) -> YOLORow {
    let isPolygon =
      numbers.count >= 7 && numbers.count % 2 == 1 && numbers.count != 5 + rules.keypointColumns
    guard numbers.count == 5 || isPolygon || numbers.count == 5 + rules.keypointColumns else {
      throw YOLORowFault(
        numbers.count == 6
          ? "has 6 columns; the last looks like a detector's confidence, and an annotation has none: "
            + "expected class cx cy w h"
          : "has \(numbers.count) columns; expected class cx cy w h"
      )
    }
    let number = numbers[0]
    guard let category = Int(exactly: number), rules.categoryIDs.contains(category) else {
      let last = rules.categoryIDs.max() ?? 0
      throw YOLORowFault(
        "has class \(text(number)); expected a whole number from \(rules.categoryIDs.min() ?? 0) to "
          + "\(last) that names has"
      )
    }
    for value in numbers[1...] where abs(value) > largestShare {
      throw YOLORowFault(
        "holds \(text(value)), which looks like pixels; expected shares of the picture's sides, 0 to 1"
      )
    }
    guard isPolygon else {
      return YOLORow(
        categoryID: category,
        centerX: numbers[1],
        centerY: numbers[2],
        width: numbers[3],
        height: numbers[4],
        line: line
      )
    }
    var (low, high) = (SIMD2(numbers[1], numbers[2]), SIMD2(numbers[1], numbers[2]))
    for index in stride(from: 1, to: numbers.count, by: 2) {
      let point = SIMD2(numbers[index], numbers[index + 1])
      low = pointwiseMin(low, point)
      high = pointwiseMax(high, point)
    }
    let (center, side) = ((low + high) / 2, high - low)
    return YOLORow(
      categoryID: category,
      centerX: center.x,
      centerY: center.y,
      width: side.x,
      height: side.y,
      line: line,
      isPolygon: true
    )
  }

  private static func text(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}

/// What is wrong with one row.
struct YOLORowFault: Error {
  let message: String

  init(_ message: String) { self.message = message }
}
