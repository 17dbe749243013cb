public import Foundation

/// One detection of a COCO results file.
public struct COCODetection: Hashable, Sendable {
  /// The id of the picture.
  public var imageID: Int
  /// The id of the category.
  public var categoryID: Int
  /// The box in pixels.
  public var box: COCOBox
  /// How sure the detector is; any finite number, only the order counts.
  public var score: Double

  /// A detection.
  ///
  /// - Parameters:
  ///   - imageID: The id of the picture.
  ///   - categoryID: The id of the category.
  ///   - box: The box in pixels.
  ///   - score: How sure the detector is.
  public init(imageID: Int, categoryID: Int, box: COCOBox, score: Double) {
    self.imageID = imageID
    self.categoryID = categoryID
    self.box = box
    self.score = score
  }
}

/// What a COCO results file says: a list of detections.
public struct COCODetections: Hashable, Sendable {
  /// The detections, in file order, without those left out.
  ///
  /// The order decides between equal scores.
  public var detections: COCODetectionTable
  /// Faults of single detections that the reader met, in file order.
  public var problems: [COCOProblem]

  /// A results file from values.
  ///
  /// - Parameter detections: The detections.
  public init(_ detections: some Sequence<COCODetection>) {
    self.detections = COCODetectionTable(detections)
    problems = []
  }

  /// Reads a results file.
  ///
  /// The text is parsed in pieces by several threads; memory grows with the detections, not with the text.
  /// - Parameters:
  ///   - url: A JSON file: a list of `image_id`, `category_id`, `bbox` and `score`.
  ///   - groundTruth: If given, the ids of images and categories are checked against it.
  ///   - options: What becomes of unknown ids; threads.
  ///   - progress: Hears how many bytes of how many were read; any thread calls it, one at a time.
  /// - Throws: ``COCOFormatError`` for the first fault of structure or the first unknown id.
  public init(
    contentsOf url: URL,
    for groundTruth: COCOGroundTruth? = nil,
    options: COCOReadingOptions = .evaluation,
    progress: (@Sendable (_ bytesRead: Int, _ bytes: Int) -> Void)? = nil
  ) throws(COCOFormatError) {
    let source = try COCOFile.source(of: url)
    let check = DetectionCheck(groundTruth, options)
    if let quick = COCODetectionPieces.detections(in: source.bytes, check, options, progress) {
      self = quick
    } else {
      self = try COCODetectionsReader.detections(in: source.data(url), file: url.path, check)
    }
  }

  /// Reads a results file that is already in memory.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8 JSON text.
  ///   - file: The name to give in errors; empty if there is none.
  ///   - groundTruth: What to check ids against, if anything.
  ///   - options: What becomes of unknown ids; threads.
  /// - Throws: ``COCOFormatError`` for the first fault of structure or the first unknown id.
  public init(
    parsing bytes: Data,
    file: String = "",
    for groundTruth: COCOGroundTruth? = nil,
    options: COCOReadingOptions = .evaluation
  ) throws(COCOFormatError) {
    let check = DetectionCheck(groundTruth, options)
    if let quick = COCODetectionPieces.detections(in: ByteSource(bytes), check, options, nil) {
      self = quick
    } else {
      self = try COCODetectionsReader.detections(in: bytes, file: file, check)
    }
  }

  /// Writes a results file; numbers read back as the same numbers.
  ///
  /// - Parameter url: The file, replaced if it exists.
  /// - Throws: ``COCOFormatError`` if a number is not finite or the file cannot be written.
  public func write(to url: URL) throws(COCOFormatError) {
    try COCOFile.write(jsonBytes(file: url.path), to: url)
  }
}
