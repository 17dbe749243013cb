/// Detections as columns: 56 bytes each and nothing besides.
///
/// A collection of ``COCODetection``, in the order of the file.
public struct COCODetectionTable: Hashable, Sendable {
  /// The id of each detection's image.
  package private(set) var imageIDs: [Int] = []
  /// The id of each detection's category.
  package private(set) var categoryIDs: [Int] = []
  /// The boxes.
  package private(set) var boxes: [COCOBox] = []
  /// The scores.
  package private(set) var scores: [Double] = []

  /// No detections.
  public init() {}

  /// Detections from values.
  ///
  /// - Parameter detections: In the order that decides between equal scores.
  public init(_ detections: some Sequence<COCODetection>) {
    reserveCapacity(detections.underestimatedCount)
    for detection in detections { append(detection) }
  }

  /// Makes room.
  ///
  /// - Parameter capacity: For how many detections.
  public mutating func reserveCapacity(_ capacity: Int) {
    imageIDs.reserveCapacity(capacity)
    categoryIDs.reserveCapacity(capacity)
    boxes.reserveCapacity(capacity)
    scores.reserveCapacity(capacity)
  }

  /// Adds one detection.
  ///
  /// - Parameter detection: The detection.
  public mutating func append(_ detection: COCODetection) {
    imageIDs.append(detection.imageID)
    categoryIDs.append(detection.categoryID)
    boxes.append(detection.box)
    scores.append(detection.score)
  }
}

extension COCODetectionTable: RandomAccessCollection {
  /// Always 0.
  public var startIndex: Int { 0 }

  /// How many detections there are.
  public var endIndex: Int { scores.count }

  /// One detection.
  ///
  /// - Parameter position: Counted from 0.
  public subscript(position: Int) -> COCODetection {
    COCODetection(
      imageID: imageIDs[position],
      categoryID: categoryIDs[position],
      box: boxes[position],
      score: scores[position]
    )
  }
}

extension COCODetectionTable: ExpressibleByArrayLiteral {
  /// Detections from values.
  ///
  /// - Parameter elements: In the order that decides between equal scores.
  public init(arrayLiteral elements: COCODetection...) { self.init(elements) }
}
