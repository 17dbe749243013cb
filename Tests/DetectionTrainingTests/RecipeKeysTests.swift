import Testing

@testable import DetectionTraining

/// Every key of a recipe, one after the other.
@Suite struct RecipeKeysTests {
  private static let paths =
    ((try? RecipeYAML.values(of: TrainingRecipe())) ?? []).map(\.path)

  /// Values to try; one of them is in every key's range and not its default.
  private static let candidates = [
    "0.5", "0.25", "2", "3", "1", "100", "700", "true", "false", "[0.5, 1]", "[640, 800]",
    "[0.9, 1.1]", "[0.1, 0.2, 0.3]", "[8, 16, 32, 64, 128]", "[backbone.fpn, \"*.bn1\"]",
  ]

  private func value(of path: String, in recipe: TrainingRecipe) throws -> String? {
    try RecipeYAML.values(of: recipe).first { $0.path == path }?.value
  }

  @Test(arguments: paths)
  func `--set reaches the key`(path: String) throws {
    let before = try #require(try value(of: path, in: TrainingRecipe()))
    let choices = RecipeComments.choices[path] ?? Self.candidates
    var changed: TrainingRecipe?
    for choice in choices where choice != before && changed == nil {
      let recipe = try? RecipeYAML.recipe(setting: ["\(path)=\(choice)"], over: TrainingRecipe())
      if let recipe, recipe != TrainingRecipe() { changed = recipe }
    }
    let recipe = try #require(changed, "\(path) takes none of \(choices)")
    #expect(try value(of: path, in: recipe) != before)
    // No other key moves with it; a dialect is a set of keys.
    if path != "model.dialect" {
      let all = try RecipeYAML.values(of: recipe)
      let old = try RecipeYAML.values(of: TrainingRecipe())
      let moved = all.indices.filter { all[$0].value != old[$0].value }.map { all[$0].path }
      #expect(moved == [path])
    }
    // And what is written is read again.
    let text = try RecipeYAML.text(recipe)
    #expect(try RecipeYAML.recipe(parsing: text, file: "r", over: TrainingRecipe()) == recipe)
  }

  @Test(arguments: paths)
  func `what is no number is refused wherever a number is expected`(path: String) throws {
    let value = try #require(try value(of: path, in: TrainingRecipe()))
    let numbers = value.hasPrefix("[") ? value.dropFirst().dropLast() : value[...]
    guard let first = numbers.split(separator: ",").first, Double(first) != nil else { return }
    for text in [".nan", "-1e300", "1e300"] {
      let list = numbers.split(separator: ",").map { _ in text }.joined(separator: ", ")
      let written = value.hasPrefix("[") ? "[\(list)]" : text
      // Below 0 it is off; above every gradient, too.
      if path == "loss.alpha" && text == "-1e300" { continue }
      if ["optimizer.gradientClip", "loss.boxBeta", "loss.boxWeight"].contains(path),
        text == "1e300"
      {
        continue
      }
      // Any rate, decay and colour that is a number is one.
      if ["optimizer.learningRatePer16Images", "optimizer.weightDecay"].contains(path),
        text == "1e300"
      {
        continue
      }
      #expect(throws: RecipeError.self, "\(path)=\(written)") {
        _ = try RecipeYAML.recipe(setting: ["\(path)=\(written)"], over: TrainingRecipe())
      }
    }
  }

  // MARK: - Suggestions

  private func told(_ assignment: String) -> String {
    let error = #expect(throws: RecipeError.self) {
      _ = try RecipeYAML.recipe(setting: [assignment], over: TrainingRecipe())
    }
    return error?.message ?? ""
  }

  @Test(arguments: [
    ("lr=0.1", "lr: no such key; did you mean optimizer.learningRatePer16Images?"),
    ("optimizer.lr=0.1", "optimizer.lr: no such key; did you mean learningRatePer16Images?"),
    ("optimizer.LR=0.1", "optimizer.LR: no such key; did you mean learningRatePer16Images?"),
    ("epochs=5", "epochs: no such key; did you mean schedule.epochs?"),
    ("optimizer.epochs=5", "optimizer.epochs: no such key; did you mean schedule.epochs?"),
    ("train.batch_size=8", "train: no such key"),
    ("schedule.batch_size=8", "schedule.batch_size: no such key; did you mean batchSize?"),
    ("model.imgsz=640", "model.imgsz: no such key; did you mean input.shortSide?"),
    ("patience=3", "patience: no such key; did you mean earlyStop.patience?"),
    ("loss.alfa=0.5", "loss.alfa: no such key; did you mean alpha?"),
    ("model.gama=2", "model.gama: no such key; did you mean loss.gamma?"),
    ("optimizer.weight-decay=0", "optimizer.weight-decay: no such key; did you mean weightDecay?"),
    (
      "model.num_classes=3", "model.num_classes: no such key; the classes are those of the training"
    ),
    ("nc=3", "nc: no such key; the classes are those of the training data"),
    ("schedule.qqqqqqqq=3", "schedule.qqqqqqqq: no such key; known here: epochs,"),
    ("amp=true", "amp: no such key; did you mean precision?"),
  ])
  func `an unknown key says where it is meant`(assignment: String, message: String) {
    let text = told(assignment)
    #expect(text.hasPrefix(message), "\(text)")
  }

  @Test func `each name of other frameworks leads to a key that there is`() {
    let known = Set(Self.paths)
    for (name, path) in RecipeAliases.paths {
      #expect(known.contains(path), "\(name): \(path)")
      #expect(name == KeySuggestion.plain(name))
    }
    #expect(RecipeAliases.notKeys.keys.allSatisfy { $0 == KeySuggestion.plain($0) })
  }

  // MARK: - Names with stars

  @Test func `names of parts may hold stars, and no alias hides among them`() throws {
    for text in [
      "model:\n  freeze: [backbone.body.layer1, head.*reg*]\n",
      "model: {freeze: [backbone.body.layer1, head.*reg*]}",
      "model:\n  freeze:\n    - backbone.body.layer1\n    - 'head.*reg*'\n",
    ] {
      let recipe = try RecipeYAML.recipe(parsing: text, file: "r", over: TrainingRecipe())
      #expect(recipe.model.freeze == ["backbone.body.layer1", "head.*reg*"], "\(text)")
    }
    let starred = try RecipeYAML.recipe(
      setting: ["model.freeze=[\"*.bn1\", \"**\"]"],
      over: TrainingRecipe()
    )
    #expect(starred.model.freeze == ["*.bn1", "**"])
    #expect(told("model.freeze=[*.bn1]").contains("holds an anchor or alias"))
    #expect(told("model.freeze=[a, *b]").contains("holds an anchor or alias"))
    #expect(told("model.freeze=[a/b]").hasPrefix("model.freeze: found \"a/b\", expected names"))
    #expect(told("model.freeze=[[a]]").contains("expected a list of names"))
    #expect(told("model.freeze=backbone").contains("expected a list"))
  }
}
