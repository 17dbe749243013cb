extension TrainingRecipe {
  /// Keys that a run may change its mind about: none of them moves a step, but for the last bits of another number of threads.
  private static let free: Set<String> = ["workers", "threads", "onBadData", "onNonFinite"]
  private static let freeSections = ["checkpoint.", "loader.", "lens."]

  /// Checks that a run goes on with the recipe that it began with.
  ///
  /// - Parameters:
  ///   - stored: The recipe in its checkpoint, as YAML.
  ///   - place: The file that this recipe comes from.
  /// - Throws: ``TrainingError`` naming the keys that differ, with both values.
  func checkGoesOn(from stored: String, place: String) throws {
    let before = try RecipeYAML.values(
      of: RecipeYAML.recipe(
        parsing: stored,
        file: "the checkpoint's recipe",
        over: TrainingRecipe()
      )
    )
    let now = Dictionary(
      try RecipeYAML.values(of: self).map { ($0.path, $0.value) },
      uniquingKeysWith: { first, _ in first }
    )
    let changed = before.filter { key in
      !Self.free.contains(key.path) && !Self.freeSections.contains { key.path.hasPrefix($0) }
        && now[key.path] != key.value
    }
    if changed.isEmpty { return }
    let list = changed.prefix(5).map {
      "\($0.path) was \($0.value), found \(now[$0.path] ?? "nothing")"
    }
    throw TrainingError(
      code: .wrongData,
      message: "\(place): the recipe is not the one that the run began with: "
        + list.joined(separator: "; ")
        + (changed.count > 5 ? "; and \(changed.count - 5) more" : "")
        + "; put it back, or start a new run with --out"
    )
  }
}
