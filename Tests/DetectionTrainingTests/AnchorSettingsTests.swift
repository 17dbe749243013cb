import DatasetInspection
import DetectionModels
import Testing

@testable import DetectionTraining

@Suite struct AnchorSettingsTests {
  @Test func `what is inspected without a recipe is what the preset 1x trains with`() {
    let model = TrainingRecipe(preset: .oneTimes).configuration(
      categories: ["thing"],
      categoryIDs: [1]
    )
    let settings = AnchorSettings()
    #expect(model.anchors == settings.anchors)
    #expect(model.matcher == settings.matcher)
    #expect(model.input.resize == settings.resize)
  }

  @Test func `anchors that were found are a recipe`() throws {
    let fragment = """
      # Found by: focal anchors data.yaml
      anchors:
        sizes: [14, 28, 56, 112, 224]
        scales: [1, 1.26, 1.61]
        aspectRatios: [0.45, 0.7, 2.1]

      """
    let recipe = try RecipeYAML.recipe(
      parsing: fragment,
      file: "anchors.yaml",
      over: TrainingRecipe(preset: .small)
    )
    #expect(recipe.anchors.sizes == [14, 28, 56, 112, 224])
    #expect(recipe.anchors.scales == [1, 1.26, 1.61])
    #expect(recipe.anchors.aspectRatios == [0.45, 0.7, 2.1])
    var other = recipe
    other.anchors = TrainingRecipe(preset: .small).anchors
    #expect(other == TrainingRecipe(preset: .small))
  }
}
