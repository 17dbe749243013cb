import Foundation

/// How lenient the readers of COCO files are; the structure of a file is always checked.
public struct COCOReadingOptions: Hashable, Sendable {
  /// What becomes of boxes without extent or outside their image.
  public enum FaultyBoxes: Hashable, Sendable {
    /// They are left out and listed as problems.
    case leftOut
    /// They are kept, as the reference evaluator keeps them, and listed as problems.
    case kept
  }

  /// Which names of pictures pass.
  public enum FileNames: Hashable, Sendable {
    /// Relative names that stay inside the image folder.
    case insideFolder
    /// Any text, for uses that open no picture.
    case any
  }

  /// What becomes of detections whose image or category the ground truth lacks.
  public enum UnknownIDs: Hashable, Sendable {
    /// The file is refused.
    case refused
    /// They are left out and listed as problems, once for each id.
    case leftOut
  }

  /// What becomes of objects that a file marks by `difficult` or `ignore`, as files made of Pascal VOC's do.
  public enum DifficultObjects: Hashable, Sendable {
    /// The marks are passed over, as the reference evaluator of COCO does.
    case asAnyOther
    /// They are read as crowds: neither asked for nor punished when found.
    case crowds
  }

  /// What becomes of faulty boxes.
  public var faultyBoxes: FaultyBoxes
  /// Which names of pictures pass.
  public var fileNames: FileNames
  /// What becomes of detections whose image or category the ground truth lacks.
  public var unknownIDs: UnknownIDs
  /// What becomes of objects marked by `difficult` or `ignore`; they are as any other unless told otherwise.
  public var difficultObjects = DifficultObjects.asAnyOther
  /// How many threads read; what is read does not depend on it.
  public var threads: Int
  /// How many bytes each thread parses at once; what is read does not depend on it.
  ///
  /// 256 KiB: the text and what the parser makes of it stay in a processor's own cache.
  package var pieceSize = 1 << 18

  /// The strict options, unless told otherwise.
  ///
  /// - Parameters:
  ///   - faultyBoxes: What becomes of boxes without extent or outside their image.
  ///   - fileNames: Which names of pictures pass.
  ///   - unknownIDs: What becomes of detections of unknown images or categories.
  ///   - threads: How many threads read; `nil` takes one for each processor.
  public init(
    faultyBoxes: FaultyBoxes = .leftOut,
    fileNames: FileNames = .insideFolder,
    unknownIDs: UnknownIDs = .refused,
    threads: Int? = nil
  ) {
    self.faultyBoxes = faultyBoxes
    self.fileNames = fileNames
    self.unknownIDs = unknownIDs
    self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
  }

  /// Every box counts and no picture is opened, as in the reference evaluator.
  public static let evaluation = COCOReadingOptions(faultyBoxes: .kept, fileNames: .any)
}
