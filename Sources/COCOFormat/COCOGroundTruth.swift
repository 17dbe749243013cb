public import Foundation

/// What a COCO annotation file says: pictures, kinds of objects, and the objects.
public struct COCOGroundTruth: Hashable, Sendable {
  /// The pictures, in file order.
  public var images: [COCOImage]
  /// The kinds of objects, in file order.
  public var categories: [COCOCategory]
  /// The objects, in file order, without those left out.
  public var annotations: COCOAnnotationTable
  /// Faults of single annotations that the reader met, in file order.
  public var problems: [COCOProblem]

  /// A ground truth from values.
  ///
  /// - Parameters:
  ///   - images: The pictures.
  ///   - categories: The kinds of objects.
  ///   - annotations: The objects.
  public init(
    images: [COCOImage],
    categories: [COCOCategory],
    annotations: some Sequence<COCOAnnotation>
  ) {
    self.images = images
    self.categories = categories
    self.annotations = COCOAnnotationTable(annotations)
    problems = []
  }

  /// Reads an annotation file.
  ///
  /// The text is parsed in pieces by several threads; memory grows with the annotations, not with the text.
  /// - Parameters:
  ///   - url: A JSON file of the COCO "object detection" form.
  ///   - options: What becomes of faulty boxes and odd file names; threads.
  ///   - progress: Hears how many bytes of how many were read; any thread calls it, one at a time.
  /// - Throws: ``COCOFormatError`` for the first fault of structure.
  public init(
    contentsOf url: URL,
    options: COCOReadingOptions = COCOReadingOptions(),
    progress: (@Sendable (_ bytesRead: Int, _ bytes: Int) -> Void)? = nil
  ) throws(COCOFormatError) {
    let source = try COCOFile.source(of: url)
    if let quick = COCOGroundTruthPieces.groundTruth(in: source.bytes, options, progress) {
      self = quick
    } else {
      self = try COCOGroundTruthReader.groundTruth(
        in: source.data(url),
        file: url.path,
        options: options
      )
    }
  }

  /// Reads an annotation file that is already in memory.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8 JSON text.
  ///   - file: The name to give in errors; empty if there is none.
  ///   - options: What becomes of faulty boxes and odd file names; threads.
  /// - Throws: ``COCOFormatError`` for the first fault of structure.
  public init(
    parsing bytes: Data,
    file: String = "",
    options: COCOReadingOptions = COCOReadingOptions()
  ) throws(COCOFormatError) {
    if let quick = COCOGroundTruthPieces.groundTruth(in: ByteSource(bytes), options, nil) {
      self = quick
    } else {
      self = try COCOGroundTruthReader.groundTruth(in: bytes, file: file, options: options)
    }
  }

  /// Writes a COCO annotation file; equal values give equal bytes.
  ///
  /// - Parameter url: The file, replaced if it exists.
  /// - Throws: ``COCOFormatError`` if a number is not finite or the file cannot be written.
  public func write(to url: URL) throws(COCOFormatError) {
    try COCOFile.write(jsonBytes(file: url.path), to: url)
  }

  /// Writes a COCO annotation file, and which objects are difficult to find, as Pascal VOC says it.
  ///
  /// - Parameters:
  ///   - url: The file, replaced if it exists.
  ///   - difficult: The ids of annotations that get `"difficult": 1`, which
  ///     ``COCOReadingOptions/difficultObjects`` reads again.
  /// - Throws: ``COCOFormatError`` if a number is not finite or the file cannot be written.
  package func write(to url: URL, difficult: Set<Int>) throws(COCOFormatError) {
    try COCOFile.write(jsonBytes(file: url.path, difficult: difficult), to: url)
  }
}
