import FileErrors
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

  /// What lies at a place.
  enum Entry: Hashable, Sendable {
    /// A folder, with its links resolved.
    case folder(URL)
    /// A regular file, with its links resolved.
    case file(URL)
    /// A link that leads out of the folder.
    case outside
    /// Neither folder nor file, as a pipe is.
    case special
    /// Something that cannot be reached, and why.
    case unreachable(String)
    /// Nothing at all.
    case missing
  }

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
      if let reason = Self.obstacle(to: resolved + "/" + name) {
        throw DatasetError(
          .unreadable,
          file: file,
          place: place,
          message: "\(quoted(name)) in \(path) cannot be reached: \(reason)"
        )
      }
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

  /// What lies at a safe name; the empty name is the folder itself.
  func entry(named name: String) -> Entry {
    guard name.isEmpty || Self.fault(in: name) == nil else { return .missing }
    let place = name.isEmpty ? resolved + "/" : resolved + "/" + name
    guard let found = Self.resolve(place) else {
      return Self.obstacle(to: place).map(Entry.unreachable) ?? .missing
    }
    guard found.hasPrefix(resolved + "/") || found == resolved || resolved.isEmpty else {
      return .outside
    }
    switch Self.kind(of: found) {
    case S_IFDIR: return .folder(URL(fileURLWithPath: found, isDirectory: true))
    case S_IFREG: return .file(URL(fileURLWithPath: found, isDirectory: false))
    default: return .special
    }
  }

  /// The relative name of a place written in full; `nil` if it does not begin with this folder.
  func name(ofAbsolute path: String) -> String? {
    for prefix in [self.path, resolved] where path.hasPrefix(prefix + "/") {
      return String(path.dropFirst(prefix.utf8.count + 1))
    }
    return path == self.path || path == resolved ? "" : nil
  }

  /// A relative name without `.`, doubled slashes and steps up and down again; `nil` if it leads out.
  static func simplified(_ name: String) -> String? {
    var parts: [Substring] = []
    for part in name.split(separator: "/") where part != "." {
      if part != ".." {
        parts.append(part)
      } else if parts.popLast() == nil {
        return nil
      }
    }
    return parts.joined(separator: "/")
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

  /// Why a place that does not resolve cannot be reached; `nil` if there is nothing at all.
  private static func obstacle(to path: String) -> String? {
    guard resolve(path) == nil else { return nil }
    // No file can have a name that is longer than names may be.
    if errno == ENAMETOOLONG { return nil }
    guard errno == ENOENT else { return FileReason(errno: errno).description }
    // The first that is there on the way up is the folder in which the rest is missing, or a link
    // that leads nowhere.
    var place = Substring(path)
    while let slash = place.lastIndex(of: "/") {
      var status = stat()
      if lstat(String(place), &status) == 0 {
        return kind(of: String(place)) == nil
          ? "\(place) is a link that leads nowhere; put in place what it means, or remove it" : nil
      }
      place = place[..<slash]
    }
    return nil
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
