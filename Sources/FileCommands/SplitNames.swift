import Foundation

/// What the splits are called that several datasets become.
struct SplitNames {
  /// A name and a specification for each argument.
  let parts: [(name: String, specification: String)]
  /// Whether the user has named one.
  let isNamed: Bool

  private static let known = [
    "train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val",
    "test": "test", "testing": "test",
  ]
  /// Words in names of annotation files that say nothing about a split.
  private static let affixes: Set<String> = ["instances", "annotations", "annotation", "coco"]

  /// Reads arguments.
  /// - Parameter arguments: `DATA` or `NAME=DATA`, as the user wrote them.
  init(_ arguments: [String]) {
    let split = arguments.map(Self.taken)
    isNamed = split.contains { $0.name != nil }
    let plain = split.map { Self.short($0.specification) }
    let derived = zip(split, plain).map { $0.name ?? Self.derived($1, of: $0.specification) }
    // A name that two would have tells less than those of the files.
    let names =
      Set(derived).count == derived.count ? derived : zip(split, plain).map { $0.name ?? $1 }
    parts = Array(zip(names, split.map(\.specification)))
  }

  /// `NAME=DATA`, unless something is there that is called so.
  private static func taken(_ text: String) -> (name: String?, specification: String) {
    guard !FileManager.default.fileExists(atPath: text), let mark = text.firstIndex(of: "=")
    else { return (nil, text) }
    let name = String(text[..<mark])
    let isPlain = name.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0))
    }
    guard !name.isEmpty, isPlain else { return (nil, text) }
    return (name, String(text[text.index(after: mark)...]))
  }

  private static func short(_ specification: String) -> String {
    InspectionInput.names(of: [specification])[0]
  }

  /// `instances_train2017` is `train`, `valid/_annotations.coco` is `val`.
  private static func derived(_ name: String, of specification: String) -> String {
    if name == "_annotations.coco" {
      let folder = URL(fileURLWithPath: specification).deletingLastPathComponent().lastPathComponent
      return known[folder.lowercased()] ?? folder
    }
    let words = name.lowercased().split { "_-. ".contains($0) }.map { word in
      let digits = word.reversed().prefix { $0.isNumber }.count
      return digits == 4 && digits < word.count ? String(word.dropLast(4)) : String(word)
    }
    .filter { !affixes.contains($0) }
    guard words.count == 1, let split = known[words[0]] else { return name }
    return split
  }
}
