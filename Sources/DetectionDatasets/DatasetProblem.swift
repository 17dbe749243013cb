/// Something a dataset can be used without: what was left out or changed, and where it stands.
package struct DatasetProblem: Hashable, Sendable, Codable, CustomStringConvertible {
  /// What is wrong; cases may be added.
  package enum Kind: String, Hashable, Sendable, Codable {
    /// A box without area, or with corners in the wrong order; left out.
    case emptyBox
    /// A box wholly outside its picture; left out.
    case boxOutsidePicture
    /// A box partly outside its picture; clipped to it.
    case boxClipped
    /// An annotation that refers to a class nobody declared; left out.
    case unknownCategory
    /// An annotation of a picture that is not listed; left out.
    case unknownImage
    /// Another fault of one annotation; left out.
    case badAnnotation
    /// The annotation states another size than the picture has; the picture counts.
    case sizeMismatch
    /// A name that leads out of the dataset's folder; the picture is left out.
    case unsafePath
    /// A picture or an annotation file that is not there; the picture is left out.
    case missingFile
    /// A picture that cannot be decoded; left out.
    case unreadablePicture
    /// An annotation file that cannot be read; the picture is left out.
    case unreadableAnnotation
    /// A picture that is listed twice; the second is left out, but of COCO files both are kept.
    case duplicate
    /// Pictures without an annotation file (YOLO); taken as pictures without objects.
    case missingAnnotation
    /// Annotation files without a picture (YOLO); not used.
    case missingPicture
    /// Annotations that are outlines (YOLO); the boxes around them are taken.
    case polygon

    /// Whether it costs the whole picture.
    package var isPictureLeftOut: Bool {
      switch self {
      case .unsafePath, .missingFile, .unreadablePicture, .unreadableAnnotation: true
      case .emptyBox, .boxOutsidePicture, .boxClipped, .unknownCategory, .unknownImage,
        .badAnnotation, .sizeMismatch, .duplicate, .missingAnnotation, .missingPicture, .polygon:
        false
      }
    }
  }

  /// The file to look into.
  package var file: String
  /// Where in that file, for instance `annotations[12].bbox`; empty when it is the whole file.
  package var place: String
  /// What is wrong.
  package var kind: Kind
  /// What was found and what was done about it.
  package var message: String

  /// Creates a problem.
  /// - Parameters:
  ///   - file: The file to look into.
  ///   - place: Where in that file; empty for the whole of it.
  ///   - kind: What is wrong.
  ///   - message: What was found and what was done about it.
  package init(file: String, place: String = "", kind: Kind, message: String) {
    self.file = file
    self.place = place
    self.kind = kind
    self.message = message
  }

  /// One line: `FILE: place: message`.
  package var description: String {
    place.isEmpty ? "\(file): \(message)" : "\(file): \(place): \(message)"
  }
}

/// What to do about a picture or an annotation file that cannot be used.
package enum BadDataPolicy: String, Hashable, Sendable, Codable, CaseIterable {
  /// Leave it out, count it, list it, go on.
  case skip
  /// End with an error that names it.
  case stop
}
