import FileErrors
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Text files of a dataset: lists of names, tables of boxes, settings.
enum TextFile {
  /// The bytes of a file, without a byte order mark.
  /// - Parameters:
  ///   - file: The file.
  ///   - limit: Most bytes read.
  ///   - expected: What the file should be, for the message about one that is larger.
  /// - Returns: At most `limit` bytes.
  /// - Throws: ``DatasetError`` if the file cannot be read, or is larger.
  static func bytes(of file: URL, limit: Int, expected: String) throws(DatasetError) -> Data {
    // Opening a pipe would wait for its writer; O_NONBLOCK does not, and changes nothing for files.
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw unreadable(file, "\(FileReason(errno: errno))") }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw unreadable(file, "\(FileReason(errno: errno))")
    }
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFREG else {
      throw unreadable(
        file,
        kind == S_IFDIR
          ? "\(FileReason(errno: EISDIR))" : "it is no regular file; put a file in its place"
      )
    }
    let data: Data
    do {
      data = try handle.read(upToCount: limit + 1) ?? Data()
    } catch {
      throw unreadable(file, "\(FileReason(error))")
    }
    guard data.count <= limit else {
      throw DatasetError(
        .malformed,
        file: file.path,
        message: "is larger than \(limit) bytes; expected \(expected)"
      )
    }
    return data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data
  }

  private static func unreadable(_ file: URL, _ reason: String) -> DatasetError {
    DatasetError(.unreadable, file: file.path, message: "cannot be read: \(reason)")
  }

  /// The characters of a file in UTF-8, without a byte order mark.
  /// - Parameters:
  ///   - file: The file.
  ///   - limit: Most bytes read.
  ///   - expected: What the file should be, for messages.
  /// - Returns: Its text.
  /// - Throws: ``DatasetError`` if the file cannot be read, is larger, or is not UTF-8.
  static func text(of file: URL, limit: Int, expected: String) throws(DatasetError) -> String {
    let data = try bytes(of: file, limit: limit, expected: expected)
    guard let text = String(data: data, encoding: .utf8) else {
      throw DatasetError(.malformed, file: file.path, message: "expected \(expected), in UTF-8")
    }
    return text
  }

  /// A list of names or classes larger than this is something else.
  private static let largestList = 64 << 20

  /// The lines of a list that hold something, without the space around it, and their numbers from 1.
  ///
  /// Lines end in LF, CR LF or CR alone. A name may hold what else Unicode takes for the end of a line
  /// or for space.
  /// - Parameter file: The list.
  /// - Returns: The lines in their order.
  /// - Throws: ``DatasetError`` if the file cannot be read, is too large, or is not UTF-8.
  static func numberedLines(
    of file: URL
  ) throws(DatasetError) -> [(number: Int, text: String)] {
    let text = try text(of: file, limit: largestList, expected: "a list, one name a line")
    // CR LF is one character.
    return text.split(omittingEmptySubsequences: false) { ["\n", "\r\n", "\r"].contains($0) }
      .enumerated().map { (number: $0 + 1, text: trimmed($1)) }.filter { !$0.text.isEmpty }
  }

  private static func trimmed(_ line: Substring) -> String {
    func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let start = line.utf8.drop(while: isSpace)
    guard let last = start.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(line[start.startIndex...last])
  }

  /// The same lines without their numbers.
  /// - Parameter file: The list.
  /// - Returns: The lines in their order.
  /// - Throws: As ``numberedLines(of:)``.
  static func lines(of file: URL) throws(DatasetError) -> [String] {
    try numberedLines(of: file).map(\.text)
  }
}
