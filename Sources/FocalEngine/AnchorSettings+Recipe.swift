import DatasetInspection
import DetectionModels
import DetectionTraining

extension AnchorSettings {
  /// What a recipe trains with.
  ///
  /// - Parameter recipe: The recipe.
  init(_ recipe: TrainingRecipe) {
    let model = recipe.configuration(categories: ["object"], categoryIDs: [1])
    self.init(anchors: model.anchors, matcher: model.matcher, resize: model.input.resize)
  }
}
