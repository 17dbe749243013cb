package import DetectionDatasets
package import DetectionTraining
import DetectionInference

/// What a run needs of memory and disk, computed: good to about a third.
package struct RunSize: Codable, Hashable, Sendable {
  /// Bytes of a process, at the largest step.
  package var memory: Int
  /// Bytes of the run's folder at its end.
  package var disk: Int
  /// Bytes of the first checkpoint and the weights beside it: with less, nothing can be saved at all.
  package var leastDisk: Int

  /// What the program and LibTorch occupy by themselves.
  private static let program = 250 << 20

  /// - Parameters:
  ///   - recipe: What is trained.
  ///   - dataset: What on.
  ///   - picturesAtOnce: Pictures that the process computes at once.
  /// - Throws: `ModelError` if the recipe makes no network; `TorchError` if memory runs out.
  package init(
    _ recipe: TrainingRecipe,
    dataset: DetectionDataset,
    picturesAtOnce: Int
  ) throws {
    let side = LargestPictures.padded(dataset, recipe)
    let size = try NetworkSize(
      recipe,
      classes: dataset.categories.count,
      width: side.width,
      height: side.height
    )
    memory =
      Self.program + Self.tensors(recipe, size, pictures: picturesAtOnce)
      + Self.loader(recipe, dataset, side: side)
    (disk, leastDisk) = Self.disk(
      recipe,
      size,
      steps: recipe.stepsPerEpoch(of: dataset) * recipe.schedule.epochs
    )
  }

  /// Bytes of the loader: batches that wait, and pictures that are kept.
  static func loader(
    _ recipe: TrainingRecipe,
    _ dataset: DetectionDataset,
    side: (width: Int, height: Int)
  ) -> Int {
    // Batches in the making or waiting, and the one at work; floats of three colours, and the tensor made of them.
    let batches = max(4, recipe.workers * 2) + 2
    let waiting =
      min(batches, recipe.stepsPerEpoch(of: dataset) + 1)
      * min(recipe.schedule.batchSize, max(1, dataset.samples.count)) * side.width * side.height
      * 3 * 4
    let decoded = dataset.samples.reduce(0) { $0 + $1.width * $1.height * 3 }
    return waiting + min(recipe.loader.cacheMiB << 20, decoded)
  }

  /// Bytes of weights, gradients, memories of the optimizer, and of a step's activations.
  private static func tensors(_ recipe: TrainingRecipe, _ size: NetworkSize, pictures: Int) -> Int {
    let isHalf = recipe.precision.resolved == .bfloat16
    let memories = recipe.optimizer.kind == .adamw ? 2 : recipe.optimizer.momentum > 0 ? 1 : 0
    let state = size.parameters + size.buffers
    let weights =
      4 * (state + size.trained * (1 + memories) + (recipe.optimizer.ema > 0 ? state : 0))
      + (isHalf ? 2 * size.parameters : 0)
    let element = isHalf ? 2 : 4
    // Kept for the way back, and the gradients of the largest outputs on it.
    let activations = pictures * (size.outputs + 2 * size.largestOutput) * element
    // Logits and deltas joined over the levels, as float32, with their gradients.
    let heads = pictures * size.anchors * (size.logits + 4) * 4 * 3
    return weights + activations + heads
  }

  private static func disk(_ recipe: TrainingRecipe, _ size: NetworkSize, steps: Int) -> (Int, Int)
  {
    let model = 4 * (size.parameters + size.buffers)
    let memories = recipe.optimizer.kind == .adamw ? 2 : recipe.optimizer.momentum > 0 ? 1 : 0
    let checkpoint = model + 4 * size.trained * memories + (recipe.optimizer.ema > 0 ? model : 0)
    // One more checkpoint than are kept, while it is written; best, last and final weights; a line a step.
    return (
      (recipe.checkpoint.keep + 1) * checkpoint + 3 * model + steps * 600, checkpoint + model
    )
  }
}
