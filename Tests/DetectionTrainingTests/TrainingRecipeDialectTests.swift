import BoxGeometry
import DetectionModels
import Testing

@testable import DetectionTraining

struct TrainingRecipeDialectTests {
  private func recipe(
    _ text: String,
    over base: TrainingRecipe = TrainingRecipe()
  ) throws -> TrainingRecipe {
    try RecipeYAML.recipe(parsing: text, file: "r.yaml", over: base)
  }

  /// So that whatever the table of differences names can be said in a recipe.
  @Test(arguments: RetinaNetDialect.allCases)
  func `a dialect in a recipe is the dialect of the library`(dialect: RetinaNetDialect) throws {
    let expected = RetinaNetConfiguration(dialect, categories: ["a", "b"], categoryIDs: [3, 5])
    for found in [
      try recipe("model: {dialect: \(dialect.rawValue)}"),
      try RecipeYAML.recipe(
        setting: ["model.dialect=\(dialect.rawValue)"],
        over: TrainingRecipe()
      ),
      try recipe(
        "model: {dialect: \(dialect.rawValue)}",
        over: recipe("model: {dialect: detectron2}")
      ),
    ] {
      #expect(found.configuration(categories: ["a", "b"], categoryIDs: [3, 5]) == expected)
      #expect(found.fault == nil && found.departuresFromDialect.isEmpty)
      #expect(try recipe(RecipeYAML.text(found)) == found)
      #expect(try recipe(RecipeYAML.text(found), over: .small) == found)
    }
  }

  @Test func `keys beside a dialect win, wherever it stands`() throws {
    let file = try recipe("loss: {boxKind: giou}\nmodel: {norm: batch, dialect: torchvision-v1}")
    let set = try RecipeYAML.recipe(
      setting: ["loss.boxKind=giou", "model.dialect=torchvision-v1", "model={norm: batch}"],
      over: TrainingRecipe()
    )
    #expect(file == set)
    #expect(file.loss.boxKind == .giou && file.model.norm == .batch)
    #expect(file.model.classLayout == .backgroundFirst && file.input.shortSide == 800)
    #expect(
      file.departuresFromDialect == ["model.norm batch, not frozen", "loss.boxKind giou, not l1"]
    )
  }

  @Test func `what no dialect speaks of stays`() throws {
    let small = try recipe("model: {dialect: detectron2}", over: .small)
    #expect(small.schedule == TrainingRecipe.small.schedule)
    #expect(small.optimizer == TrainingRecipe.small.optimizer)
    #expect(small.augmentation == TrainingRecipe.small.augmentation)
    #expect(small.model.backbone == .resnet18 && small.model.pyramidChannels == 128)
    #expect(small.anchors.sizes == [16, 32, 64, 128, 256] && small.loss.gamma == 2)
  }

  @Test func `a recipe of an older release is read as it was meant`() throws {
    let old = """
      model:
        backbone: resnet18
        norm: group
        width: 64
        extraLevelInput: p5
      input:
        shortSide: 240
        longSideCap: 400
      """
    var expected = TrainingRecipe()
    expected.model.backbone = .resnet18
    expected.model.norm = .group
    expected.model.extraLevelInput = .p5
    expected.input.shortSide = 240
    expected.input.longSideCap = 400
    #expect(try recipe(old) == expected)
    let configuration = try recipe(old).configuration(categories: ["a"], categoryIDs: [1])
    #expect(configuration.classLayout == .contiguous && configuration.detection == .init())
    #expect(
      configuration.backbone.trainableStages == 5 && configuration.backbone.normEpsilon == 1e-5
    )
    #expect(configuration.input.mean == InputConfiguration().mean)
    #expect(configuration.anchors.rounding == .exact && configuration.anchors.spacing == .stride)
  }

  @Test(arguments: RetinaNetDialect.allCases)
  func `adopting a model gives its own recipe`(dialect: RetinaNetDialect) throws {
    var model = RetinaNetConfiguration(dialect, categories: ["a"])
    model.backbone.depth = .resnext101x64x4d
    model.backbone.trainableStages = 2
    model.pyramidChannels = 64
    model.head.depth = 2
    model.anchors.sizes = [8, 16, 32, 64, 128]
    model.input.resize = ResizeRule(shortSide: 320, longSideCap: 480)
    model.detection.scoreThreshold = 0.125
    model.detection.classAgnostic = true
    let adopted = TrainingRecipe.small.adopting(model)
    #expect(adopted.configuration(categories: ["a"], categoryIDs: [1]) == model)
    #expect(adopted.model.dialect == dialect)
    #expect(adopted.schedule == TrainingRecipe.small.schedule && adopted.fault == nil)
  }

  @Test func `sides that are drawn keep their proportion to an adopted size`() {
    var recipe = TrainingRecipe(preset: .finetune)
    #expect(recipe.input.trainingShortSides.first == 640 && recipe.input.shortSide == 800)
    let small = TrainingRecipe(preset: .small).configuration(categories: ["a"], categoryIDs: [1])
    recipe = recipe.adopting(small)
    // 240 / 800 of 640, 672, 704, 736, 768, 800.
    #expect(recipe.input.trainingShortSides == [192, 202, 211, 221, 230, 240])
    #expect(recipe.fault == nil)
  }
}
