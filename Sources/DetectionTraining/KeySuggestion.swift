/// What somebody meant by a key that no recipe has.
struct KeySuggestion {
  /// Every key of a recipe, as `section.key`.
  private let paths: [String]
  /// The same by the last part of their names.
  private let pathsByName: [String: [String]]

  /// - Parameter paths: Every key of a recipe, as `section.key`.
  init(_ paths: [String]) {
    self.paths = paths
    pathsByName = Dictionary(grouping: paths) { Self.plain(Self.lastName($0)) }
  }

  /// What is meant by a key of a section that there is.
  ///
  /// - Parameters:
  ///   - path: The names of the sections and the key, the last one last.
  ///   - here: The keys of that section.
  /// - Returns: `; did you mean …?` or what there is instead; `nil` where nothing is near.
  func text(for path: [String], here: [String]) -> String? {
    if let known = named(path) { return known }
    // Last, a slip of the pen: in the section first.
    guard let name = path.last else { return nil }
    if let near = NearestName.suggestion(for: name, among: here) {
      return Self.asked((path.dropLast() + [near]).joined(separator: "."))
    }
    let near = NearestName.suggestion(for: name, among: paths.map(Self.lastName))
    return paths.first { Self.lastName($0) == near }.map { Self.asked($0) }
  }

  /// What is meant by a key, by its name alone: that of another section, or of another framework.
  ///
  /// - Parameter path: The names of the sections and the key, the last one last.
  /// - Returns: `; did you mean …?` or what there is instead; `nil` where the name is not known.
  func named(_ path: [String]) -> String? {
    // Where other frameworks give a name of ours to another thing, the table has it with its section.
    if let answer = RecipeAliases.answer(toPath: path) { return Self.told(answer) }
    guard let name = path.last else { return nil }
    let same = pathsByName[Self.plain(name)] ?? []
    if same.count == 1 { return Self.asked(same[0]) }
    return RecipeAliases.answer(toName: name).map(Self.told)
  }

  private static func told(_ answer: RecipeAliases.Answer) -> String {
    switch answer {
    case .elsewhere(let words): "; \(words)"
    case .key(let meaning):
      asked(meaning.paths.joined(separator: " and "), note: meaning.note)
    }
  }

  private static func asked(_ path: String, note: String? = nil) -> String {
    "; did you mean \(path)\(note.map { " (\($0))" } ?? "")?"
  }

  private static func lastName(_ path: String) -> String {
    String(path.split(separator: ".").last ?? "")
  }

  /// Without case, dashes and underscores.
  static func plain(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" && $0 != "-" }
  }
}
