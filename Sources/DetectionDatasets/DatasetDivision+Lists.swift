import Foundation

extension DatasetDivision {
  /// Writes a list and reads it again: a name that breaks a line, or is taken for something else in
  /// one, would stand for another picture or for none.
  /// - Parameters:
  ///   - names: The names, one a line.
  ///   - list: The file to write.
  ///   - thing: What the names are those of, for the message.
  ///   - read: What the reader of the list makes of a line.
  /// - Throws: ``DatasetError`` naming the first name that does not come back.
  func writeList(
    _ names: [String],
    to list: URL,
    of thing: String,
    read: (String) -> String = { $0 }
  ) throws {
    try PartialFolder.write(Data(names.map { $0 + "\n" }.joined().utf8), to: list)
    let lines = try TextFile.lines(of: list).map(read)
    for (index, name) in names.enumerated() where index >= lines.count || lines[index] != name {
      throw DatasetError(
        .invalidSpecification,
        file: dataset.location,
        message: "a list with a name in each line cannot hold the \(thing) \(quoted(name)); rename "
          + "it first"
      )
    }
  }

  /// The classes as a `data.yaml` has them.
  ///
  /// Names that were made of the number of classes alone are not written: those of a hundred
  /// thousand take more bytes than a file of settings may have.
  /// - Parameter file: The file that they were read from, for messages.
  /// - Returns: The lines with `nc` or `names`.
  /// - Throws: ``DatasetError`` if what is read back would not be the classes.
  func classes(of file: URL) throws(DatasetError) -> String {
    let categories = dataset.categories
    let areMade = categories.enumerated().allSatisfy { $1.id == $0 && $1.name == "class_\($0)" }
    if areMade, !categories.isEmpty { return "nc: \(categories.count)\n" }
    let lines = categories.map { "  \($0.id): \(DatasetWriter.quotedYAML($0.name))\n" }
    let text = "names:\n" + lines.joined()
    // Beside the names there are the folders and a few short lines.
    let limit = YAMLDocument.maximumBytes - (32 << 10)
    guard text.utf8.count <= limit else {
      throw DatasetError(
        .invalidSpecification,
        file: file.path,
        place: "names",
        message: "the \(categories.count) classes would take \(text.utf8.count) bytes of a "
          + "data.yaml, and at most \(limit) are read back; shorten the names"
      )
    }
    let read: [DatasetCategory]
    do {
      read = try YOLODataFile(parsing: "train: .\n" + text, file: file).categories
    } catch {
      throw DatasetError(error.code, file: file.path, place: "names", message: error.message)
    }
    for (category, other) in zip(categories, read) where category != other {
      throw DatasetError(
        .invalidSpecification,
        file: file.path,
        place: "names",
        message: "a data.yaml cannot hold the class \(quoted(category.name)); rename it first"
      )
    }
    return text
  }
}
