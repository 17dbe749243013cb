import Foundation
import Yams

/// A YAML file whose top level is a mapping, read with its size, depth and anchors bounded.
///
/// Anchors are refused: aliases of aliases make gigabytes of a few lines. So is nesting that no
/// settings have, as the parser goes down it by recursion.
enum YAMLDocument {
  /// Largest file read, in bytes; the names of a thousand classes take some 20 kB.
  static let maximumBytes = 1 << 20
  /// Deepest nesting, in brackets or in columns of indentation; a `data.yaml` needs two levels.
  private static let maximumDepth = 100

  /// Reads a file.
  /// - Parameter file: The file.
  /// - Returns: Its top level.
  /// - Throws: ``DatasetError`` naming the file and the line at fault.
  static func mapping(contentsOf file: URL) throws(DatasetError) -> Node.Mapping {
    let text = try TextFile.text(of: file, limit: maximumBytes, expected: "a YAML file")
    return try mapping(parsing: text, file: file.path)
  }

  /// Reads a text.
  /// - Parameters:
  ///   - text: The YAML.
  ///   - file: Its name, for messages.
  /// - Returns: Its top level.
  /// - Throws: ``DatasetError`` naming the file and the line at fault.
  static func mapping(parsing text: String, file: String) throws(DatasetError) -> Node.Mapping {
    try check(text, file: file)
    let node: Node?
    do {
      node = try Yams.compose(yaml: text, .default, .default, .utf8)
    } catch {
      throw malformed(error, file: file)
    }
    guard let mapping = node?.mapping else {
      throw DatasetError(
        .malformed,
        file: file,
        message: node == nil
          ? "is empty; expected keys and values, as in names: [car, bus]"
          : "expected keys and values at the top, as in names: [car, bus]"
      )
    }
    return mapping
  }

  /// Where a node stands, for messages.
  static func place(_ node: Node, _ key: String) -> String {
    node.mark.map { "line \($0.line): \(key)" } ?? key
  }

  private static func check(_ text: String, file: String) throws(DatasetError) {
    var brackets = 0
    for (index, line) in text.utf8.split(
      omittingEmptySubsequences: false,
      whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    ).enumerated() {
      let place = "line \(index + 1)"
      if opensAnchor(line) {
        throw DatasetError(
          .malformed,
          file: file,
          place: place,
          message: "holds a YAML anchor (&), which is not read here; write the value out where it "
            + "is needed"
        )
      }
      // A block level costs a column or a mark, and a mark a column: leading "- - - " nests too.
      let indentation = line.prefix { " -?\t".utf8.contains($0) }.count
      for byte in line {
        if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { brackets += 1 }
        if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
          brackets = max(0, brackets - 1)
        }
        guard brackets <= maximumDepth else { break }
      }
      guard brackets <= maximumDepth, indentation <= 2 * maximumDepth else {
        throw DatasetError(
          .malformed,
          file: file,
          place: place,
          message: "is nested deeper than expected of a file of settings"
        )
      }
    }
  }

  /// Whether `&name` stands where a value may begin.
  ///
  /// A `&` between spaces or inside a word is text, as scripts under `download:` have it.
  private static func opensAnchor(_ line: Substring.UTF8View.SubSequence) -> Bool {
    var previous = UInt8(ascii: " ")
    var wasMark = false
    for byte in line {
      let isName =
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
        || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      if wasMark, isName { return true }
      wasMark = byte == UInt8(ascii: "&") && " \t[{,:-?".utf8.contains(previous)
      previous = byte
    }
    return false
  }

  private static func malformed(_ error: any Error, file: String) -> DatasetError {
    var place = ""
    var problem = "this is not YAML"
    switch error as? YamlError {
    case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _),
      .composer(_, let text, let mark, _):
      place = "line \(mark.line)"
      problem =
        text.contains("another document")
        ? "a second YAML document begins here (---); expected one, move the other to a file of its own"
        : "this is not YAML: \(text)"
    case .duplicatedKeysInMapping(let keys, let context):
      place = "line \(context.mark.line)"
      problem = "the key \(quoted(keys.first ?? "")) stands twice; expected once"
    case .reader(let text, let offset, _, _):
      problem = "this is not YAML: \(text)" + (offset.map { " at byte \($0)" } ?? "")
    default: break
    }
    return DatasetError(
      .malformed,
      file: file,
      place: place,
      message: Substring(problem).prefix(200).split(whereSeparator: \.isNewline)
        .joined(separator: " ")
    )
  }
}
