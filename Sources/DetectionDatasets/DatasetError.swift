/// Why a dataset, or one of its pictures, cannot be used.
package struct DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong; cases may be added.
  package enum Code: Hashable, Sendable {
    /// The specification of the dataset is not one we know, or its numbers are out of range.
    case invalidSpecification
    /// No such file or folder.
    case notFound
    /// A file that cannot be opened or read.
    case unreadable
    /// A file whose contents break the format.
    case malformed
    /// A class that the dataset, or the model, does not have.
    case unknownCategory
    /// A name in an annotation that leads out of the dataset's folder.
    case unsafePath
    /// A picture that cannot be decoded, or is not the one that was annotated.
    case badPicture
    /// Too many pictures in a row cannot be used.
    case noUsablePicture
    /// A file or folder that is in the way of one to be written.
    case alreadyExists
    /// A file or folder that cannot be written.
    case notWritable
  }

  /// What is wrong, for programs.
  package var code: Code
  /// The file or specification in question.
  package var file: String
  /// Where in that file; empty when it is the whole file.
  package var place: String
  /// What was found, what was expected and what to do, for people.
  package var message: String

  /// Creates an error.
  /// - Parameters:
  ///   - code: What is wrong, for programs.
  ///   - file: The file or specification in question.
  ///   - place: Where in that file; empty for the whole of it.
  ///   - message: What was found, what was expected and what to do.
  package init(_ code: Code, file: String, place: String = "", message: String) {
    self.code = code
    self.file = file
    self.place = place
    self.message = message
  }

  /// One line: `FILE: place: message`.
  package var description: String {
    place.isEmpty ? "\(file): \(message)" : "\(file): \(place): \(message)"
  }
}

extension DatasetError {
  /// Whether it is about a file or folder that is not there or cannot be reached.
  package var isAboutPlaces: Bool { [.notFound, .unreadable, .unsafePath].contains(code) }

  /// The same, as a problem of a dataset that goes on without the picture.
  package var problem: DatasetProblem {
    let kind: DatasetProblem.Kind =
      switch code {
      case .unsafePath: .unsafePath
      case .notFound: .missingFile
      case .unknownCategory: .unknownCategory
      case .badPicture, .noUsablePicture: .unreadablePicture
      case .unreadable, .malformed, .invalidSpecification, .alreadyExists, .notWritable:
        .unreadableAnnotation
      }
    return DatasetProblem(file: file, place: place, kind: kind, message: message)
  }
}
