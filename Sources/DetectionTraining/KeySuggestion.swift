/// What somebody meant by a key that no recipe has.
enum KeySuggestion {
  /// - Parameters:
  ///   - name: The key as it was written.
  ///   - section: The section that it stands in; empty at the top.
  ///   - here: The keys of that section.
  ///   - paths: Every key of a recipe, as `section.key`.
  /// - Returns: `; did you mean …?` or what there is instead; `nil` where nothing is near.
  static func text(
    for name: String,
    in section: String,
    here: [String],
    paths: [String]
  ) -> String? {
    func asked(_ path: String) -> String {
      let prefix = section.isEmpty ? "" : section + "."
      let isHere = path.hasPrefix(prefix) && here.contains(String(path.dropFirst(prefix.count)))
      return "; did you mean \(isHere ? String(path.dropFirst(prefix.count)) : path)?"
    }
    if let other = RecipeAliases.notKeys[plain(name)] { return "; \(other)" }
    // A key of that very name in another section, then a name of other frameworks, then a slip of the pen.
    let same = paths.filter { lastName($0) == name }
    if same.count == 1 { return asked(same[0]) }
    if let alias = RecipeAliases.paths[plain(name)], paths.contains(alias) { return asked(alias) }
    if let near = NearestName.suggestion(for: name, among: here) {
      return "; did you mean \(near)?"
    }
    let names = paths.map(lastName)
    guard let near = NearestName.suggestion(for: name, among: names),
      let path = paths.first(where: { lastName($0) == near })
    else { return nil }
    return asked(path)
  }

  private static func lastName(_ path: String) -> String {
    String(path.split(separator: ".").last ?? "")
  }

  /// Without case, dashes and underscores.
  static func plain(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" && $0 != "-" }
  }
}
