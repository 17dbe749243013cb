import Foundation
import Yams

/// What a YOLO `data.yaml` says: where the pictures are and what the classes are called.
///
/// Keys that are not needed are passed over; a script under `download` is never run.
struct YOLODataFile: Hashable, Sendable {
  /// One part of the dataset.
  struct Split: Hashable, Sendable {
    /// `train`, `val` or `test`.
    var name: String
    /// Folders of pictures and lists of pictures, as written.
    var entries: [String]
    /// Where it stands in the file.
    var place: String
  }

  /// The file itself.
  var file: URL
  /// The folder that names are relative to, as written under `path`.
  var path: String?
  /// Where `path` stands in the file.
  var pathPlace = "path"
  /// The splits that the file names, in the order train, val, test.
  var splits: [Split]
  /// The classes by their number; numbers may have gaps.
  var categories: [DatasetCategory]
  /// Keypoints and numbers for each, as `kpt_shape` has them; empty where there are none.
  var keypointShape: [Int] = []

  /// How many numbers of keypoints follow a box in its row; 0 where there are none.
  var keypointColumns: Int { keypointShape.isEmpty ? 0 : keypointShape.reduce(1, *) }

  /// The splits there are, in their order.
  static let splitNames = ["train", "val", "test"]
  /// More classes than any dataset has.
  static let mostClasses = 100_000

  /// Reads a file.
  /// - Parameter file: The file.
  /// - Throws: ``DatasetError`` naming the line and the key at fault.
  init(contentsOf file: URL) throws(DatasetError) {
    try self.init(YAMLDocument.mapping(contentsOf: file), file: file)
  }

  /// Reads a text.
  /// - Parameters:
  ///   - text: The YAML.
  ///   - file: Its name, for messages, and the folder that `path` is relative to.
  /// - Throws: ``DatasetError`` naming the line and the key at fault.
  init(parsing text: String, file: URL) throws(DatasetError) {
    try self.init(YAMLDocument.mapping(parsing: text, file: file.path), file: file)
  }

  private init(_ mapping: Node.Mapping, file: URL) throws(DatasetError) {
    let reader = YOLODataReader(file: file.path, mapping: mapping)
    self.file = file
    path = try reader.text("path")
    pathPlace = reader.place("path")
    var splits: [Split] = []
    for name in Self.splitNames {
      let entries = try reader.texts(name)
      if !entries.isEmpty {
        splits.append(Split(name: name, entries: entries, place: reader.place(name)))
      }
    }
    self.splits = splits
    categories = try reader.categories()
    keypointShape = try reader.keypointShape()
    guard !splits.isEmpty else {
      throw DatasetError(
        .malformed,
        file: file.path,
        message:
          "names no pictures; expected train, val or test with a folder or a list of pictures"
      )
    }
  }

  /// Whether a file is, by its keys, meant to be a `data.yaml`.
  static func isMeant(_ file: URL) -> Bool {
    let name = file.lastPathComponent.lowercased()
    do throws(DatasetError) {
      let mapping = try YAMLDocument.mapping(contentsOf: file)
      func has(_ keys: [String]) -> Bool { keys.contains { mapping[Node($0)] != nil } }
      return has(["names", "nc"]) && has(splitNames)
    } catch {
      // What is wrong with it is told when it is read.
      return name == "data.yaml" || name == "data.yml"
    }
  }
}

/// Takes the values out of the YAML, each checked for its type.
private struct YOLODataReader {
  let file: String
  let mapping: Node.Mapping

  /// Where a key stands.
  func place(_ key: String) -> String {
    mapping[Node(key)].map { YAMLDocument.place($0, key) } ?? key
  }

  func text(_ key: String) throws(DatasetError) -> String? {
    guard let node = value(key) else { return nil }
    guard let text = node.scalar?.string, !text.isEmpty else {
      throw fault(node, key, "expected one folder")
    }
    return text
  }

  /// One text or a list of them; empty for a key without a value.
  func texts(_ key: String) throws(DatasetError) -> [String] {
    guard let node = value(key) else { return [] }
    if let text = node.scalar?.string { return text.isEmpty ? [] : [text] }
    guard let sequence = node.sequence else {
      throw fault(node, key, "expected a folder, a list of pictures (.txt), or several in brackets")
    }
    var texts: [String] = []
    for entry in sequence {
      guard let text = entry.scalar?.string, !text.isEmpty else {
        throw fault(entry, key, "expected a folder or a list of pictures (.txt)")
      }
      texts.append(text)
    }
    return texts
  }

  func categories() throws(DatasetError) -> [DatasetCategory] {
    let declared = try classCount()
    guard let node = value("names") else {
      guard let declared else {
        throw DatasetError(
          .malformed,
          file: file,
          message: "has neither names nor nc; expected the classes, as in names: [car, bus]"
        )
      }
      return (0..<declared).map { DatasetCategory(id: $0, name: "class_\($0)") }
    }
    let categories: [DatasetCategory]
    if let sequence = node.sequence {
      var entries: [DatasetCategory] = []
      for (index, entry) in sequence.enumerated() {
        entries.append(DatasetCategory(id: index, name: try name(entry, of: index)))
      }
      categories = entries
    } else if let named = node.mapping {
      categories = try numbered(named)
    } else {
      throw fault(node, "names", "expected a list of class names or numbers with names")
    }
    guard !categories.isEmpty, categories.count <= YOLODataFile.mostClasses else {
      throw fault(node, "names", "expected 1 to \(YOLODataFile.mostClasses) classes")
    }
    // With gaps in the numbers, nc may be the count or one more than the last.
    if let declared, declared != categories.count, declared != (categories.last?.id ?? 0) + 1 {
      throw fault(
        node,
        "names",
        "has \(categories.count) classes, but nc says \(declared); correct one of the two"
      )
    }
    return categories
  }

  func keypointShape() throws(DatasetError) -> [Int] {
    guard let node = value("kpt_shape") else { return [] }
    let numbers = node.sequence?.map { $0.scalar.flatMap { Int($0.string) } } ?? []
    guard numbers.count == 2, let count = numbers[0], let width = numbers[1],
      (1...10_000).contains(count), (2...3).contains(width)
    else {
      throw fault(node, "kpt_shape", "expected [keypoints, 2 or 3]")
    }
    return [count, width]
  }

  private func classCount() throws(DatasetError) -> Int? {
    guard let node = value("nc") else { return nil }
    guard let count = node.scalar.flatMap({ Int($0.string) }),
      (1...YOLODataFile.mostClasses).contains(count)
    else {
      throw fault(node, "nc", "expected the number of classes, 1 to \(YOLODataFile.mostClasses)")
    }
    return count
  }

  private func numbered(_ named: Node.Mapping) throws(DatasetError) -> [DatasetCategory] {
    var names: [Int: String] = [:]
    for (key, value) in named {
      guard let text = key.scalar?.string, let id = Int(text),
        (0..<YOLODataFile.mostClasses).contains(id)
      else {
        throw fault(
          key,
          "names",
          "expected the number of a class, 0 to \(YOLODataFile.mostClasses - 1), before its name"
        )
      }
      guard names.updateValue(try name(value, of: id), forKey: id) == nil else {
        throw fault(key, "names", "class \(id) stands twice; expected once")
      }
    }
    return names.sorted { $0.key < $1.key }.map { DatasetCategory(id: $0.key, name: $0.value) }
  }

  private func name(_ node: Node, of id: Int) throws(DatasetError) -> String {
    guard let name = node.scalar?.string, !name.isEmpty else {
      throw fault(node, "names", "class \(id) has no name; expected a text")
    }
    guard !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
      throw fault(node, "names", "the name \(quoted(name)) holds a control character; take it out")
    }
    return name
  }

  /// A key's value; `nil` if it is missing or null.
  private func value(_ key: String) -> Node? {
    guard let node = mapping[Node(key)] else { return nil }
    return node.null != nil ? nil : node
  }

  private func fault(_ node: Node, _ key: String, _ expected: String) -> DatasetError {
    DatasetError(.malformed, file: file, place: YAMLDocument.place(node, key), message: expected)
  }
}
