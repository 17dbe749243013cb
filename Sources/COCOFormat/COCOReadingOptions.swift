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

  /// What becomes of faulty boxes.
  public var faultyBoxes: FaultyBoxes
  /// Which names of pictures pass.
  public var fileNames: FileNames

  /// The strict options, unless told otherwise.
  ///
  /// - Parameters:
  ///   - faultyBoxes: What becomes of boxes without extent or outside their image.
  ///   - fileNames: Which names of pictures pass.
  public init(faultyBoxes: FaultyBoxes = .leftOut, fileNames: FileNames = .insideFolder) {
    self.faultyBoxes = faultyBoxes
    self.fileNames = fileNames
  }

  /// Every box counts and no picture is opened, as in the reference evaluator.
  public static let evaluation = COCOReadingOptions(faultyBoxes: .kept, fileNames: .any)
}
