import Yams

extension RecipeTree {
  /// Replaces values by those of other trees.
  ///
  /// - Parameters:
  ///   - overlays: The trees, one over the other.
  ///   - source: Where they come from.
  /// - Throws: ``RecipeError`` with every key that this tree lacks, and every value of another kind.
  mutating func lay(_ overlays: [Node], from source: RecipeSource) throws(RecipeError) {
    var laying = RecipeLaying(over: values.map(\.path), from: source)
    for overlay in overlays { laying.lay(overlay, over: &root, path: [], at: overlay.mark) }
    if let error = laying.faults.error { throw error }
  }
}

/// Lays trees over a recipe's and gathers what does not fit.
private struct RecipeLaying {
  private let suggestion: KeySuggestion
  private(set) var faults: RecipeFaults

  /// An unknown section of more keys is told as one.
  private static let mostKeys = 1000

  init(over paths: [String], from source: RecipeSource) {
    suggestion = KeySuggestion(paths)
    faults = RecipeFaults(source)
  }

  mutating func lay(_ overlay: Node, over base: inout Node, path: [String], at mark: Mark?) {
    let name = path.joined(separator: ".")
    switch base {
    case .mapping(var target):
      lay(overlay, over: &target, path: path, at: mark)
      base = .mapping(target)
    case .sequence:
      guard case .sequence(let list) = overlay else {
        return refuse(overlay, path: path, expected: "a list", at: mark)
      }
      if let (index, element) = list.enumerated().first(where: { $0.element.scalar == nil }) {
        let wanted = RecipeComments.forms[name] ?? "a list of numbers"
        return faults.add(
          element.mark,
          "\(name)[\(index)]: found \(RecipeTree.kind(of: element)), expected \(wanted)"
        )
      }
      base = overlay
    default:
      guard overlay.scalar != nil else {
        let wanted = RecipeTree.expectation(base, path: name)
        return refuse(overlay, path: path, expected: wanted, at: mark)
      }
      base = overlay
    }
  }

  private mutating func lay(
    _ overlay: Node,
    over target: inout Node.Mapping,
    path: [String],
    at mark: Mark?
  ) {
    // A section all of whose keys are comments.
    if overlay.null != nil { return }
    let section = path.isEmpty ? "the file" : path.joined(separator: ".")
    guard case .mapping(let source) = overlay else {
      let meant = overlay.scalar == nil ? nil : RecipeAliases.choosing[section]
      return faults.add(
        mark,
        "\(section): expected keys with values, found \(RecipeTree.kind(of: overlay))"
          + (meant.map { "; did you mean \($0)?" } ?? "")
      )
    }
    for (key, value) in source {
      guard let name = key.string else {
        faults.add(key.mark, "\(section): a key is \(RecipeTree.kind(of: key)), expected a name")
        continue
      }
      let place = path + [name]
      guard var inner = target[Node(name)] else {
        tellUnknown(place, value, among: target, at: key.mark)
        continue
      }
      lay(value, over: &inner, path: place, at: key.mark)
      target[Node(name)] = inner
    }
  }

  // MARK: - Faults

  private mutating func refuse(
    _ overlay: Node,
    path: [String],
    expected: String,
    at mark: Mark?
  ) {
    // Another framework's section may have the name of a key of ours.
    if tellLeaves(of: overlay, path: path) { return }
    faults.add(
      mark,
      "\(path.joined(separator: ".")): found \(RecipeTree.kind(of: overlay)), expected \(expected)"
    )
  }

  private mutating func tellUnknown(
    _ path: [String],
    _ value: Node,
    among target: Node.Mapping,
    at mark: Mark?
  ) {
    let here: [String] = target.keys.compactMap { $0.string }
    let isSlip = Self.isSlip(path.last ?? "", value, among: target, here)
    if !isSlip, tellLeaves(of: value, path: path) { return }
    faults.add(
      mark,
      "\(Self.told(path)): no such key"
        + (suggestion.text(for: path, here: here)
          ?? "; known here: \(here.joined(separator: ", "))")
    )
  }

  /// Whether all keys of an unknown section are those of the one that has nearly its name.
  private static func isSlip(
    _ name: String,
    _ value: Node,
    among target: Node.Mapping,
    _ here: [String]
  ) -> Bool {
    guard let keys = value.mapping?.keys,
      let near = NearestName.suggestion(for: name, among: here),
      let section = target[Node(near)]?.mapping
    else { return false }
    return keys.allSatisfy { section[$0] != nil }
  }

  /// Tells of each key inside a section that there is not, where at least one of them can be answered.
  ///
  /// - Returns: Whether it did.
  private mutating func tellLeaves(of section: Node, path: [String]) -> Bool {
    guard section.mapping != nil else { return false }
    var leaves: [(path: [String], mark: Mark?)] = []
    Self.gather(section, path: path, at: nil, into: &leaves)
    let answers = leaves.map { suggestion.named($0.path) }
    guard leaves.count <= Self.mostKeys, answers.contains(where: { $0 != nil }) else {
      return false
    }
    for (leaf, answer) in zip(leaves, answers) {
      faults.add(leaf.mark, "\(Self.told(leaf.path)): no such key" + (answer ?? ""))
    }
    return true
  }

  private static func gather(
    _ node: Node,
    path: [String],
    at mark: Mark?,
    into leaves: inout [(path: [String], mark: Mark?)]
  ) {
    guard let mapping = node.mapping else { return leaves.append((path, mark)) }
    for (key, value) in mapping where leaves.count <= mostKeys {
      gather(value, path: path + [key.string ?? "?"], at: key.mark, into: &leaves)
    }
  }

  private static func told(_ path: [String]) -> String {
    RecipeYAML.shortened(path.joined(separator: "."))
  }
}
