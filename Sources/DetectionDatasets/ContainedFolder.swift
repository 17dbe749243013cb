import Foundation

/// A folder whose files may be read through names that stand in an annotation.
///
/// Annotations come from elsewhere and are not trusted: a name must be relative, without `..`,
/// and must still lie inside the folder once every symbolic link is followed.
struct ContainedFolder: Sendable {
  /// The folder as the user gave it, for messages.
  let path: String
  /// The folder with its symbolic links resolved, without a final slash.
  private let resolved: String

  /// Opens a folder; `nil` if there is none at this place.
  init?(_ url: URL) {
    guard let resolved = Self.resolve(url.path), Self.kind(of: resolved) == S_IFDIR else {
      return nil
    }
    self.path = url.path
    self.resolved = resolved == "/" ? "" : resolved
  }

  /// The regular file that `name` stands for.
  /// - Parameters:
  ///   - name: A name from an annotation.
  ///   - file: The file in which the name was read, for messages.
  ///   - place: Where in that file.
  /// - Returns: The file, with all links resolved.
  /// - Throws: ``DatasetError`` if the name is unsafe, or no regular file is there.
  func file(named name: String, in file: String, at place: String) throws(DatasetError) -> URL {
    if let fault = Self.fault(in: name) {
      throw DatasetError(
        .unsafePath,
        file: file,
        place: place,
        message: "the file name \(quoted(name)) \(fault); expected a relative name inside \(path)"
      )
    }
    guard let found = Self.resolve(resolved + "/" + name) else {
      throw DatasetError(
        .notFound,
        file: file,
        place: place,
        message: "there is no file \(quoted(name)) in \(path)"
      )
    }
    guard found.hasPrefix(resolved + "/") else {
      throw DatasetError(
        .unsafePath,
        file: file,
        place: place,
        message: "the file name \(quoted(name)) is a link that leaves \(path); "
          + "copy the file into the folder, or name the folder it lies in"
      )
    }
    // Opening a pipe or a device would block or do worse.
    guard Self.kind(of: found) == S_IFREG else {
      throw DatasetError(
        .notFound,
        file: file,
        place: place,
        message: "\(quoted(name)) in \(path) is not a regular file"
      )
    }
    return URL(fileURLWithPath: found, isDirectory: false)
  }

  /// What is unsafe about a name before any file is looked at; `nil` if nothing is.
  static func fault(in name: String) -> String? {
    if name.isEmpty { return "is empty" }
    if name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      return "holds a control character"
    }
    if name.hasPrefix("/") { return "is absolute" }
    if name.utf8.contains(UInt8(ascii: "\\")) { return "holds a backslash (write folders with /)" }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    if parts.contains("..") { return "leads upwards (..)" }
    if let last = parts.last, last.isEmpty || last == "." { return "names a folder" }
    return nil
  }

  private static func resolve(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  private static func kind(of path: String) -> mode_t? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return status.st_mode & S_IFMT
  }
}

/// A name from a file in quotation marks, shortened, with control characters made visible.
func quoted(_ name: String, limit: Int = 120) -> String {
  var text = ""
  for scalar in name.unicodeScalars.prefix(limit) {
    text +=
      scalar.value < 0x20 || scalar.value == 0x7F
      ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
  }
  return name.unicodeScalars.count > limit ? "\"\(text)…\"" : "\"\(text)\""
}
