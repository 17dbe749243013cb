import DetectionModels
import Foundation
import Yams

/// A recipe as a commented YAML file, and back.
///
/// Reading lays the user's keys over the defaults: a key left out keeps its default, a key that no recipe has is an
/// error that names the nearest one.
package enum RecipeYAML {
  /// The whole recipe as YAML, each key with its comment; it reads back equal.
  package static func text(_ recipe: TrainingRecipe) throws -> String {
    let tree = try RecipeTree(recipe)
    var lines = [
      "# A Focal training recipe. A key left out keeps its default; `--set key=value` overrides one,",
      "# as in `--set schedule.epochs=50`.",
      "",
    ]
    for (key, value) in tree.root.mapping ?? [:] {
      let name = key.string ?? ""
      if let section = value.mapping {
        lines.append("")
        if let comment = RecipeComments.text[name] { lines.append("# \(comment)") }
        lines.append("\(name):")
        for (innerKey, innerValue) in section {
          let inner = innerKey.string ?? ""
          lines.append(entry(inner, innerValue, path: "\(name).\(inner)", indent: "  "))
        }
      } else {
        lines.append(entry(name, value, path: name, indent: ""))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Every key of a recipe by its path, `model.norm`, with its value as the YAML has it.
  ///
  /// - Parameter recipe: The recipe.
  /// - Returns: Paths and values in the order of the YAML.
  /// - Throws: ``RecipeError`` if the recipe cannot be written.
  package static func values(of recipe: TrainingRecipe) throws -> [(path: String, value: String)] {
    try RecipeTree(recipe).values
  }

  /// Lays a YAML text over a recipe.
  ///
  /// - Parameters:
  ///   - text: The YAML.
  ///   - file: The name errors carry.
  ///   - base: What the keys are laid over.
  /// - Returns: The recipe.
  /// - Throws: ``RecipeError`` with line, key, what was found and what was expected: of every key that cannot be
  ///   taken, else of the first value out of its range.
  package static func recipe(
    parsing text: String,
    file: String,
    over base: TrainingRecipe
  ) throws(RecipeError) -> TrainingRecipe {
    let source = RecipeSource.file(file)
    guard let overlay = try node(parsing: text, source) else { return base }
    var tree = try RecipeTree(base.speaking(dialect(in: [overlay])))
    try tree.lay([overlay], from: source)
    return try tree.recipe(from: source)
  }

  /// Sets single keys, each written `section.key=value`.
  package static func recipe(
    setting assignments: [String],
    over base: TrainingRecipe
  ) throws(RecipeError) -> TrainingRecipe {
    var overlays: [Node] = []
    for assignment in assignments {
      guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
        throw RecipeError(
          place: "--set \(assignment)",
          message: "expected key=value, as in schedule.epochs=50"
        )
      }
      let path = String(assignment[..<equals])
      let text = String(assignment[assignment.index(after: equals)...])
      let value = try node(parsing: text, .option("--set \(path)")) ?? Node("")
      overlays.append(
        path.split(separator: ".", omittingEmptySubsequences: false).reversed()
          .reduce(value) { inner, key in Node([(Node(String(key)), inner)]) }
      )
    }
    // A dialect comes before the keys beside it, wherever it stands among them.
    var tree = try RecipeTree(base.speaking(dialect(in: overlays)))
    try tree.lay(overlays, from: .option("--set"))
    return try tree.recipe(from: .option("--set"))
  }

  // MARK: - Reading

  /// The last dialect that is named; one that there is not is told of where the key is read.
  private static func dialect(in overlays: [Node]) -> RetinaNetDialect? {
    let names = overlays.compactMap { overlay -> String? in
      overlay.mapping?[Node("model")]?.mapping?[Node("dialect")]?.string
    }
    return names.last.flatMap(RetinaNetDialect.init(rawValue:))
  }

  private static func node(
    parsing text: String,
    _ source: RecipeSource
  ) throws(RecipeError) -> Node? {
    if let (line, word) = alias(in: text) {
      let advice =
        word.hasPrefix("*") && word.count > 1
        ? "a name that begins with * stands in quotes, \"\(word)\"" : "write the value out"
      throw RecipeError(
        place: source.place,
        message: source.told(line)
          + "holds an anchor or alias, \(word): a recipe has none; \(advice)"
      )
    }
    do {
      return try Yams.compose(yaml: text)
    } catch {
      throw RecipeError(place: source.place, message: "this is not YAML: \(oneLine(error))")
    }
  }

  /// The first `&` or `*` outside comments, with its line and what it begins; `nil` where there is none.
  ///
  /// Aliases of aliases make gigabytes of a few lines, and the parser below walks them all. No value of a recipe
  /// needs these marks there. A star inside or at the end of a word, or right behind a quote, is a letter of a name
  /// (`model.freeze`): no alias can begin there. After the first quote, what looks like a comment may be none.
  private static func alias(in text: String) -> (line: Int, word: String)? {
    var sawQuote = false
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (number, line) in lines.enumerated() {
      var previous: Character = " "
      for place in line.indices {
        let character = line[place]
        if character == "#", previous.isWhitespace, !sawQuote { break }
        let isInWord = previous.isLetter || previous.isNumber || "._\"'".contains(previous)
        if character == "&" || character == "*" && !isInWord {
          let word = line[place...].prefix(40).prefix {
            $0.isASCII && ($0.isLetter || $0.isNumber || "._*&".contains($0))
          }
          return (number + 1, String(word))
        }
        if character == "\"" || character == "'" { sawQuote = true }
        // The second of two stars in a word is in the word, too.
        if character != "*" { previous = character }
      }
    }
    return nil
  }

  // MARK: - Writing

  private static func entry(_ key: String, _ value: Node, path: String, indent: String) -> String {
    let line = "\(indent)\(key): \(plain(value))"
    guard let comment = RecipeComments.text[path] else { return line }
    return line.padding(toLength: max(40, line.count + 2), withPad: " ", startingAt: 0)
      + "# \(comment)"
  }

  static func plain(_ node: Node) -> String {
    if let sequence = node.sequence {
      return "[" + sequence.map(plain).joined(separator: ", ") + "]"
    }
    let text = node.scalar?.string ?? ""
    // What begins with a star would be read as an alias.
    return text.hasPrefix("*") ? "\"\(text)\"" : text
  }

  /// An error of the parser as one line of bearable length.
  static func oneLine(_ error: any Error) -> String {
    let lines = String(describing: error).split(separator: "\n")
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { $0 != "^" }
    return shortened(lines.joined(separator: " "), to: 160)
  }

  static func shortened(_ text: String, to length: Int = 60) -> String {
    text.count <= length ? text : text.prefix(length) + "…"
  }
}
