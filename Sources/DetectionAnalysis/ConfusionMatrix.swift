/// Which class was taken for which: rows are true classes and background, columns predicted classes
/// and *missed*.
///
/// Classes are forgotten while boxes are matched: by falling score, each detection that reaches the
/// score threshold takes the free object that it overlaps most, from the IoU threshold on; of equal
/// overlaps one of its own class, then the later. A detection that takes none is one of background,
/// an object that none takes is missed. Crowds neither count nor are taken; a detection in a crowd of
/// its class may take an object of its class, and otherwise does not count. The limit of detections
/// is that of COCO.
///
/// Only what occurs is stored, so that a thousand classes cost no more than their detections.
public struct ConfusionMatrix: Hashable, Sendable {
  /// One field that is not empty.
  public struct Entry: Hashable, Sendable {
    /// The true class, a place in ``categoryIDs``; `nil` for background.
    public let truth: Int?
    /// The predicted class, a place in ``categoryIDs``; `nil` for a missed object.
    public let prediction: Int?
    /// How often.
    public let count: Int
    /// Its share of the row, 0...1.
    public let share: Double
  }

  /// The ids of the classes, ascending.
  public let categoryIDs: [Int]
  /// The names of the classes.
  public let names: [String]
  /// The overlap from which a detection takes an object.
  public let iouThreshold: Double
  /// The score from which detections count.
  public let scoreThreshold: Double
  /// The fields that are not empty, by row, then by column; background and missed are last.
  public let entries: [Entry]
  private let rowStarts: [Int]

  /// Counts which class was taken for which.
  ///
  /// - Parameters:
  ///   - analysis: What was detected, and what there is.
  ///   - iouThreshold: Overlap from which a detection takes an object, above 0, at most 1;
  ///     `nil` is the foreground threshold of the analysis.
  ///   - scoreThreshold: Detections below it do not count. MMDetection's `confusion_matrix.py`: 0.3.
  public init(
    _ analysis: DetectionErrorAnalysis,
    iouThreshold: Double? = nil,
    scoreThreshold: Double = 0.3
  ) {
    let iouThreshold = iouThreshold ?? analysis.parameters.foregroundThreshold
    precondition(
      iouThreshold > 0 && iouThreshold <= 1,
      "the IoU threshold must be above 0 and at most 1"
    )
    self.iouThreshold = iouThreshold
    self.scoreThreshold = scoreThreshold
    categoryIDs = analysis.groups.categoryIDs
    names = analysis.groups.categoryNames
    var counter = ConfusionCounter(
      analysis,
      iouThreshold: iouThreshold,
      scoreThreshold: scoreThreshold
    )
    for image in analysis.groups.imageIDs.indices { counter.count(image: image) }
    let classes = categoryIDs.count
    var sums = [Int](repeating: 0, count: classes + 1)
    for (field, count) in counter.counts { sums[Int(field.truth)] += count }
    let fields = counter.counts.sorted {
      ($0.key.truth, $0.key.prediction) < ($1.key.truth, $1.key.prediction)
    }
    entries = fields.map { field, count in
      Entry(
        truth: Int(field.truth) == classes ? nil : Int(field.truth),
        prediction: Int(field.prediction) == classes ? nil : Int(field.prediction),
        count: count,
        share: Double(count) / Double(sums[Int(field.truth)])
      )
    }
    var starts = [Int](repeating: 0, count: classes + 2)
    for field in fields { starts[Int(field.key.truth) + 1] += 1 }
    for row in 0...classes { starts[row + 1] += starts[row] }
    rowStarts = starts
  }

  /// The fields of a row that are not empty, by column.
  ///
  /// - Parameter truth: A place in ``categoryIDs``; `nil` for background.
  /// - Returns: The fields; empty if the class neither occurs nor was anything taken for it.
  public func row(_ truth: Int?) -> ArraySlice<Entry> {
    let row = truth ?? categoryIDs.count
    return entries[rowStarts[row]..<rowStarts[row + 1]]
  }

  /// How often one class was taken for another.
  ///
  /// - Parameters:
  ///   - truth: The true class, a place in ``categoryIDs``; `nil` for background.
  ///   - prediction: The predicted class; `nil` for missed.
  /// - Returns: The count; 0 for an empty field.
  public func count(truth: Int?, prediction: Int?) -> Int {
    row(truth).first { $0.prediction == prediction }?.count ?? 0
  }

  /// The whole matrix: a row for each class and background, a column for each class and missed.
  ///
  /// - Returns: (classes + 1) by (classes + 1) counts.
  public func table() -> [[Int]] {
    filled { $0.count }
  }

  /// The whole matrix with every row divided by its sum; a row of zeros stays.
  ///
  /// - Returns: (classes + 1) by (classes + 1) shares, 0...1.
  public func normalizedTable() -> [[Double]] {
    filled { $0.share }
  }

  /// The commonest confusions of two different classes; background and missed are not among them.
  ///
  /// - Parameter limit: How many at most.
  /// - Returns: By falling count, then by row and column.
  public func largestConfusions(limit: Int) -> [Entry] {
    let mistaken = entries.filter {
      $0.truth != nil && $0.prediction != nil && $0.truth != $0.prediction
    }
    let order = mistaken.indices.sorted {
      mistaken[$0].count == mistaken[$1].count
        ? $0 < $1 : mistaken[$0].count > mistaken[$1].count
    }
    return order.prefix(max(limit, 0)).map { mistaken[$0] }
  }

  private func filled<Number: Numeric>(_ value: (Entry) -> Number) -> [[Number]] {
    let side = categoryIDs.count + 1
    var table = Array(repeating: Array(repeating: Number.zero, count: side), count: side)
    for entry in entries {
      table[entry.truth ?? side - 1][entry.prediction ?? side - 1] = value(entry)
    }
    return table
  }
}
