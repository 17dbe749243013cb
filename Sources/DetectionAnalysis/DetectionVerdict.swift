/// What became of one detection.
public enum DetectionVerdict: Hashable, Sendable {
  /// It found an object: a true positive.
  case found
  /// It is a false positive, of this kind; never ``DetectionErrorKind/missed``.
  case error(DetectionErrorKind)
  /// It lies in a crowd of its class, or is of a size that the protocol leaves out.
  case ignored
  /// It has no part in the evaluation: surer ones of its class fill the image's limit, its image is
  /// unknown, its category unknown or not among those that count, or one of its numbers not finite.
  case uncounted
}

/// What became of one annotated object.
public enum ObjectOutcome: Hashable, Sendable {
  /// This detection found it, an index into the detections.
  case found(by: Int)
  /// Nothing found it; this detection, the surest of those, would have with the right class or box.
  case confused(by: Int)
  /// Nothing found it, and no error explains it.
  case missed
  /// A crowd, or of a size that the protocol leaves out.
  case ignored
  /// Its image or category is unknown.
  case uncounted
}
