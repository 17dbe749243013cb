import CommandConsole
import FileErrors
import Foundation
import WeightImport

/// The names of classes as a command line gives them: in a row, or in a file.
enum ClassNames {
  /// The longest list that is read.
  private static let limit = 100_000

  /// - Parameters:
  ///   - text: `a,b,c`; the path of a COCO .json, of a JSON list of names, or of a text with one a line; a number.
  ///   - option: The option it was given to, for messages.
  ///   - takesNumber: Whether a number stands for so many classes of numbered names.
  /// - Returns: The classes, each name once.
  /// - Throws: ``CommandFailure`` naming what was found and what was expected.
  static func parse(
    _ text: String,
    option: String,
    takesNumber: Bool = false
  ) throws -> [ImportOptions.Category] {
    if takesNumber, let count = Int(text) {
      guard (1...limit).contains(count) else {
        throw CommandFailure.usage("\(option) \(text): expected 1...\(limit) classes")
      }
      return (1...count).map { ImportOptions.Category(name: "class\($0)", id: $0) }
    }
    let isFile =
      FileManager.default.fileExists(atPath: text)
      || [".json", ".txt", ".names"].contains { text.lowercased().hasSuffix($0) }
    let classes = isFile ? try read(text) : row(text)
    let place = isFile ? text : "\(option) \(text)"
    guard !classes.isEmpty, classes.count <= limit, !classes.contains(where: { $0.name.isEmpty })
    else {
      throw failure(isFile, "\(place): expected one or more names, none of them empty")
    }
    var seen: Set<String> = []
    if let twice = classes.first(where: { !seen.insert($0.name).inserted }) {
      throw failure(
        isFile,
        "\(place): found the name '\(PlainText.escaped(twice.name))' twice, expected each once"
      )
    }
    return classes
  }

  private static func failure(_ isFile: Bool, _ message: String) -> CommandFailure {
    isFile ? .failed(message) : .usage(message)
  }

  private static func row(_ text: String) -> [ImportOptions.Category] {
    text.split(separator: ",", omittingEmptySubsequences: false).map {
      ImportOptions.Category(name: $0.trimmingCharacters(in: .whitespaces))
    }
  }

  private struct Dataset: Decodable {
    struct Category: Decodable {
      let id: Int
      let name: String
    }

    let categories: [Category]
  }

  private static func read(_ path: String) throws -> [ImportOptions.Category] {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw CommandFailure.failed("\(path): \(FileReason(error))")
    }
    let decoder = JSONDecoder()
    if let dataset = try? decoder.decode(Dataset.self, from: data) {
      return dataset.categories.map { ImportOptions.Category(name: $0.name, id: $0.id) }
    }
    if let names = try? decoder.decode([String].self, from: data) {
      return names.map { ImportOptions.Category(name: $0) }
    }
    guard !path.lowercased().hasSuffix(".json"), let text = String(data: data, encoding: .utf8)
    else {
      throw CommandFailure.failed(
        "\(path): found no names of classes, expected a COCO file (categories with id and name), a JSON list of names, "
          + "or a text with one name a line"
      )
    }
    return text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
      .map { ImportOptions.Category(name: $0) }
  }
}
