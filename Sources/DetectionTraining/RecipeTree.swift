import Foundation
import Yams

/// A recipe as a tree of YAML nodes: sections, keys, and values that are scalars or lists of scalars.
struct RecipeTree {
  var root: Node

  /// The tree of a recipe, keys in the order of its declaration.
  init(_ recipe: TrainingRecipe) throws(RecipeError) {
    do {
      // The YAML encoder keeps the order of the keys, but 15 digits of a number; the JSON encoder keeps all 17.
      let encoder = JSONEncoder()
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: ".inf",
        negativeInfinity: "-.inf",
        nan: ".nan"
      )
      let values = String(decoding: try encoder.encode(recipe), as: UTF8.self)
      guard let ordered = try Yams.compose(yaml: YAMLEncoder().encode(recipe)),
        let exact = try Yams.compose(yaml: values)
      else { throw RecipeError(place: "recipe", message: "it came out empty") }
      root = Self.ordered(ordered, values: exact)
    } catch let error as RecipeError {
      throw error
    } catch {
      throw RecipeError(place: "recipe", message: RecipeYAML.oneLine(error))
    }
  }

  /// The values of one tree in the order, and of the kinds, of another.
  private static func ordered(_ node: Node, values: Node) -> Node {
    switch (node, values) {
    case (.mapping(let mapping), .mapping(let source)):
      Node(mapping.map { key, value in (key, ordered(value, values: source[key] ?? value)) })
    case (.sequence(let sequence), .sequence(let source)):
      Node(zip(sequence, source).map { ordered($0, values: $1) })
    case (.scalar, .scalar(let source)): Node(source.string, node.tag)
    default: node
    }
  }

  /// Every key by its path, `model.norm`, with its value as it is written.
  var values: [(path: String, value: String)] {
    (root.mapping ?? [:]).flatMap { key, value -> [(path: String, value: String)] in
      let name = key.string ?? ""
      guard let section = value.mapping else { return [(name, RecipeYAML.plain(value))] }
      return section.map { ("\(name).\($0.key.string ?? "")", RecipeYAML.plain($0.value)) }
    }
  }

  // MARK: - Back to a recipe

  /// The recipe that the tree describes.
  ///
  /// - Parameter source: Where the values come from that were laid over it.
  /// - Returns: The recipe.
  /// - Throws: ``RecipeError`` with the first value that cannot be taken.
  func recipe(from source: RecipeSource) throws(RecipeError) -> TrainingRecipe {
    let (message, mark): (String, Mark?)
    do {
      let recipe = try YAMLDecoder().decode(TrainingRecipe.self, from: root)
      guard let fault = recipe.fault else { return recipe }
      (message, mark) = (fault, self.mark(ofKeyNamedFirstIn: fault))
    } catch let error as DecodingError {
      (message, mark) = explain(error)
    } catch {
      (message, mark) = (RecipeYAML.oneLine(error), nil)
    }
    throw RecipeError(place: source.place, message: source.told(mark?.line) + message)
  }

  /// Where the value stands that a fault names first, `schedule.epochs: found 0`; `nil` for one that was not laid over.
  private func mark(ofKeyNamedFirstIn fault: String) -> Mark? {
    let path = fault.prefix { $0 != ":" && $0 != "[" }.split(separator: ".")
    var node: Node? = root
    for key in path { node = node?.mapping?[Node(String(key))] }
    return node?.mark
  }

  private func explain(_ error: DecodingError) -> (String, Mark?) {
    let (context, type): (DecodingError.Context, String?) =
      switch error {
      case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
        (context, "\(type)")
      case .keyNotFound(_, let context), .dataCorrupted(let context): (context, nil)
      @unknown default: (DecodingError.Context(codingPath: [], debugDescription: "\(error)"), nil)
      }
    var (path, found) = ("", root)
    for key in context.codingPath {
      if let index = key.intValue, let list = found.sequence {
        path += "[\(index)]"
        if list.indices.contains(index) { found = list[index] }
      } else {
        path += (path.isEmpty ? "" : ".") + key.stringValue
        found = found.mapping?[Node(key.stringValue)] ?? found
      }
    }
    // A section that checks itself says key, found and expected.
    if found.mapping != nil { return ("\(path).\(context.debugDescription)", nil) }
    let value = found.scalar.map { "\"\(RecipeYAML.shortened($0.string))\"" }
    let wanted =
      Self.choice(path) ?? type.map(Self.expectation(ofType:)) ?? context.debugDescription
    return ("\(path): found \(value ?? Self.kind(of: found)), expected \(wanted)", found.mark)
  }

  // MARK: - Words

  private static func choice(_ path: String) -> String? {
    RecipeComments.forms[path]
      ?? RecipeComments.choices[path].map { "one of \($0.joined(separator: ", "))" }
  }

  /// What a key takes, told by the value that it has.
  static func expectation(_ base: Node, path: String) -> String {
    if let choice = choice(path) { return choice }
    return switch base.tag {
    case Tag(.int): "a whole number"
    case Tag(.float): "a number"
    case Tag(.bool): "true or false"
    default: "a single value"
    }
  }

  private static func expectation(ofType type: String) -> String {
    switch type {
    case "Int": "a whole number"
    case "UInt64": "a whole number, 0 or more"
    case "Double": "a number"
    case "Bool": "true or false"
    default: "a single value"
    }
  }

  static func kind(of node: Node) -> String {
    switch node {
    case .scalar(let scalar): "the value \"\(RecipeYAML.shortened(scalar.string))\""
    case .mapping: "keys with values"
    default: "a list"
    }
  }
}
