package import DetectionDatasets
package import DetectionTraining
import BoxGeometry
import DetectionModels

/// The pictures whose batch is the largest that a training can meet.
package enum LargestPictures {
  /// The rule by which pictures are the largest: the greatest side that training draws.
  static func rule(_ recipe: TrainingRecipe) -> ResizeRule {
    var rule = recipe.configuration(categories: ["object"], categoryIDs: [1]).input.resize
    rule.shortSide = max(rule.shortSide, recipe.input.trainingShortSides.max() ?? 0)
    return rule
  }

  /// The padded size of a batch that holds the widest and the highest picture.
  package static func padded(
    _ dataset: DetectionDataset,
    _ recipe: TrainingRecipe
  ) -> (width: Int, height: Int) {
    let rule = rule(recipe)
    var (width, height) = (1, 1)
    let canTurn = recipe.augmentation.quarterTurn > 0
    for sample in dataset.samples {
      let size = rule.resized(width: sample.width, height: sample.height)
      width = max(width, size.width, canTurn ? size.height : 0)
      height = max(height, size.height, canTurn ? size.width : 0)
    }
    // A batch of one has one picture alone, but batches of both are the rule at the end of an epoch.
    return rule.padded(width: width, height: height)
  }

  /// The samples of such a batch: the widest and the highest in turn.
  ///
  /// - Parameters:
  ///   - dataset: The pictures.
  ///   - recipe: The size that they are brought to.
  ///   - count: How many; fewer where there are fewer.
  /// - Returns: The dataset with these alone.
  static func of(
    _ dataset: DetectionDataset,
    _ recipe: TrainingRecipe,
    count: Int
  ) -> DetectionDataset {
    let rule = rule(recipe)
    let sizes = dataset.samples.map { rule.resized(width: $0.width, height: $0.height) }
    let byWidth = sizes.indices.sorted { (sizes[$1].width, $0) < (sizes[$0].width, $1) }
    let byHeight = sizes.indices.sorted { (sizes[$1].height, $0) < (sizes[$0].height, $1) }
    var chosen: [Int] = []
    var seen: Set<Int> = []
    for (wide, high) in zip(byWidth, byHeight) {
      for index in [wide, high] where chosen.count < count && seen.insert(index).inserted {
        chosen.append(index)
      }
      if chosen.count == count { break }
    }
    var result = dataset
    result.samples = chosen.map { dataset.samples[$0] }
    result.problems = []
    return result
  }
}
