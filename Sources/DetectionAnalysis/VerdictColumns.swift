/// What became of every detection and every annotated object, as columns in file order.
struct VerdictColumns: Sendable {
  /// One code for each detection; see ``VerdictCode``.
  var detections: [UInt8]
  /// The annotation each detection found or is confused about; −1 if there is none.
  var objectOfDetection: [Int32]
  /// The overlap with that annotation; 0 if there is none.
  var overlaps: [Double]
  /// Whether a false positive is the surest to explain an object that was not found.
  var explains: [Bool]
  /// One code for each annotation; see ``OutcomeCode``.
  var objects: [UInt8]
  /// The detection that found or explains each annotation; −1 if there is none.
  var detectionOfObject: [Int32]

  init(detections count: Int, objects: Int) {
    detections = [UInt8](repeating: VerdictCode.uncounted, count: count)
    objectOfDetection = [Int32](repeating: -1, count: count)
    overlaps = [Double](repeating: 0, count: count)
    explains = [Bool](repeating: false, count: count)
    self.objects = [UInt8](repeating: OutcomeCode.uncounted, count: objects)
    detectionOfObject = [Int32](repeating: -1, count: objects)
  }
}

/// A verdict in one byte: the places of ``DetectionErrorKind``, then the other verdicts.
enum VerdictCode {
  static let errors = UInt8(0)..<5
  static let found: UInt8 = 6
  static let ignored: UInt8 = 7
  static let uncounted: UInt8 = 8
}

/// An object's outcome in one byte.
enum OutcomeCode {
  static let found: UInt8 = 0
  static let confused: UInt8 = 1
  static let missed: UInt8 = 2
  static let ignored: UInt8 = 3
  static let uncounted: UInt8 = 4
}
