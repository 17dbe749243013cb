import Foundation
import Yams

/// A recipe as a commented YAML file, and back.
///
/// Reading lays the user's keys over the defaults: a key left out keeps its default, a key that no recipe has is an
/// error that names the nearest one.
package enum RecipeYAML {
  /// The whole recipe as YAML, each key with its comment.
  package static func text(_ recipe: TrainingRecipe) throws -> String {
    let root = try node(of: recipe)
    var lines = [
      "# A Focal training recipe. A key left out keeps its default; `--set key=value` overrides one,",
      "# as in `--set schedule.epochs=50`.",
      "",
    ]
    for (key, value) in try mapping(root) {
      let name = try string(key)
      if let section = value.mapping {
        lines.append("")
        if let comment = RecipeComments.text[name] { lines.append("# \(comment)") }
        lines.append("\(name):")
        for (innerKey, innerValue) in section {
          let inner = try string(innerKey)
          lines.append(entry(inner, innerValue, path: "\(name).\(inner)", indent: "  "))
        }
      } else {
        lines.append(entry(name, value, path: name, indent: ""))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Lays a YAML text over a recipe.
  ///
  /// - Parameters:
  ///   - text: The YAML.
  ///   - file: The name errors carry.
  ///   - base: What the keys are laid over.
  /// - Returns: The recipe.
  /// - Throws: ``RecipeError`` naming the key, what was found and what was expected.
  package static func recipe(
    parsing text: String,
    file: String,
    over base: TrainingRecipe
  ) throws(RecipeError) -> TrainingRecipe {
    let overlay: Node?
    do {
      overlay = try Yams.compose(yaml: text)
    } catch {
      throw RecipeError(place: file, message: "this is not YAML: \(oneLine(error))")
    }
    guard let overlay else { return base }
    if overlay.scalar?.string.isEmpty == true { return base }
    var root = try plainNode(of: base)
    try lay(overlay, over: &root, path: "", file: file)
    return try decode(root, file: file)
  }

  /// Sets single keys, each written `section.key=value`.
  package static func recipe(
    setting assignments: [String],
    over base: TrainingRecipe
  ) throws(RecipeError) -> TrainingRecipe {
    var root = try plainNode(of: base)
    for assignment in assignments {
      guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
        throw RecipeError(
          place: "--set \(assignment)",
          message: "expected key=value, as in schedule.epochs=50"
        )
      }
      let path = String(assignment[..<equals])
      let text = String(assignment[assignment.index(after: equals)...])
      let value: Node
      do {
        value = try Yams.compose(yaml: text) ?? Node("")
      } catch {
        throw RecipeError(
          place: "--set \(path)",
          message: "\(text) is not a YAML value: \(oneLine(error))"
        )
      }
      let nested = path.split(separator: ".", omittingEmptySubsequences: false).reversed()
        .reduce(value) { inner, key in Node([(Node(String(key)), inner)]) }
      try lay(nested, over: &root, path: "", file: "--set")
    }
    return try decode(root, file: "--set")
  }

  // MARK: - Laying one tree over another

  private static func lay(
    _ overlay: Node,
    over base: inout Node,
    path: String,
    file: String
  ) throws(RecipeError) {
    guard case .mapping(var target) = base else {
      base = overlay
      return
    }
    guard case .mapping(let source) = overlay else {
      throw RecipeError(
        place: file,
        message:
          "\(path.isEmpty ? "the file" : path): expected keys with values, found \(kind(of: overlay))"
      )
    }
    for (key, value) in source {
      guard let name = key.string else {
        throw RecipeError(
          place: file,
          message: "\(path): a key is \(kind(of: key)), expected a name"
        )
      }
      let place = path.isEmpty ? name : "\(path).\(name)"
      guard var inner = target[Node(name)] else {
        let known: [String] = target.keys.compactMap { $0.string }
        let nearest = NearestName.suggestion(for: name, among: known).map {
          "; did you mean \($0)?"
        }
        throw RecipeError(
          place: file,
          message:
            "\(place): no such key\(nearest ?? "; known here: \(known.joined(separator: ", "))")"
        )
      }
      try lay(value, over: &inner, path: place, file: file)
      target[Node(name)] = inner
    }
    base = .mapping(target)
  }

  private static func decode(_ root: Node, file: String) throws(RecipeError) -> TrainingRecipe {
    do {
      let recipe = try YAMLDecoder().decode(TrainingRecipe.self, from: Yams.serialize(node: root))
      if let fault = recipe.fault { throw RecipeError(place: file, message: fault) }
      return recipe
    } catch let error as RecipeError {
      throw error
    } catch let error as DecodingError {
      throw RecipeError(place: file, message: explain(error, in: root))
    } catch {
      throw RecipeError(place: file, message: oneLine(error))
    }
  }

  private static func explain(_ error: DecodingError, in root: Node) -> String {
    let (context, expected): (DecodingError.Context, String?) =
      switch error {
      case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
        (context, "\(type)")
      case .keyNotFound(_, let context), .dataCorrupted(let context): (context, nil)
      @unknown default: (DecodingError.Context(codingPath: [], debugDescription: "\(error)"), nil)
      }
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    var found = root
    for key in context.codingPath { found = found.mapping?[Node(key.stringValue)] ?? found }
    let value = found.scalar.map { "found \"\($0.string)\"" } ?? "found \(kind(of: found))"
    let wanted =
      RecipeComments.choices[path].map { "expected one of \($0.joined(separator: ", "))" }
      ?? expected.map {
        "expected \($0 == "Int" ? "a whole number" : $0 == "Double" || $0 == "Float" ? "a number" : $0)"
      }
      ?? context.debugDescription
    return "\(path): \(value), \(wanted)"
  }

  // MARK: - Nodes

  private static func node(of recipe: TrainingRecipe) throws -> Node {
    guard let node = try Yams.compose(yaml: YAMLEncoder().encode(recipe)) else {
      throw RecipeError(place: "recipe", message: "it came out empty")
    }
    return node
  }

  private static func plainNode(of recipe: TrainingRecipe) throws(RecipeError) -> Node {
    do { return try node(of: recipe) } catch {
      throw RecipeError(place: "recipe", message: oneLine(error))
    }
  }

  private static func mapping(_ node: Node) throws -> Node.Mapping {
    guard let mapping = node.mapping else {
      throw RecipeError(place: "recipe", message: "expected keys with values")
    }
    return mapping
  }

  private static func string(_ node: Node) throws -> String {
    guard let string = node.string else {
      throw RecipeError(place: "recipe", message: "expected a name")
    }
    return string
  }

  private static func entry(_ key: String, _ value: Node, path: String, indent: String) -> String {
    let line = "\(indent)\(key): \(plain(value))"
    guard let comment = RecipeComments.text[path] else { return line }
    return line.padding(toLength: max(40, line.count + 2), withPad: " ", startingAt: 0)
      + "# \(comment)"
  }

  /// A scalar or a list as a person would write it: 0.01, not 1e-2.
  private static func plain(_ node: Node) -> String {
    if let sequence = node.sequence {
      return "[" + sequence.map(plain).joined(separator: ", ") + "]"
    }
    guard let scalar = node.scalar?.string else { return "" }
    if Int(scalar) != nil { return scalar }
    if let number = Double(scalar) {
      return number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : "\(number)"
    }
    return scalar
  }

  private static func kind(of node: Node) -> String {
    switch node {
    case .scalar(let scalar): "the value \"\(scalar.string)\""
    case .mapping: "keys with values"
    case .sequence: "a list"
    default: "an alias"
    }
  }

  private static func oneLine(_ error: any Error) -> String {
    String(describing: error).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: " ")
  }
}

/// What is wrong with a recipe.
package struct RecipeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file or the option.
  package let place: String
  /// What was found, what was expected.
  package let message: String

  package init(place: String, message: String) {
    self.place = place
    self.message = message
  }

  package var description: String { "\(place): \(message)" }
}
