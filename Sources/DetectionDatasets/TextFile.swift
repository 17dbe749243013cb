import FileErrors
import Foundation

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
    let data: Data
    do {
      let handle = try FileHandle(forReadingFrom: file)
      defer { try? handle.close() }
      data = try handle.read(upToCount: limit + 1) ?? Data()
    } catch {
      throw DatasetError(
        .unreadable,
        file: file.path,
        message: "cannot be read: \(FileReason(error))"
      )
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
  /// - Parameter file: The list.
  /// - Returns: The lines in their order.
  /// - Throws: ``DatasetError`` if the file cannot be read, is too large, or is not UTF-8.
  static func numberedLines(
    of file: URL
  ) throws(DatasetError) -> [(number: Int, text: String)] {
    let text = try text(of: file, limit: largestList, expected: "a list, one name a line")
    return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .map { (number: $0 + 1, text: $1.trimmingCharacters(in: .whitespaces)) }
      .filter { !$0.text.isEmpty }
  }

  /// The same lines without their numbers.
  /// - Parameter file: The list.
  /// - Returns: The lines in their order.
  /// - Throws: As ``numberedLines(of:)``.
  static func lines(of file: URL) throws(DatasetError) -> [String] {
    try numberedLines(of: file).map(\.text)
  }
}
