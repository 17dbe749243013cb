import BoxGeometry
import DetectionDatasets
import DetectionModels

extension TrainingRecipe {
  /// A named starting point.
  package enum Preset: String, Hashable, Sendable, CaseIterable {
    /// The paper's schedule: 90,000 steps of 16 images, which is 12 passes over COCO.
    case oneTimes = "1x"
    /// Three times as long.
    case threeTimes = "3x"
    /// A few hundred pictures, from scratch, on a CPU.
    case small

    /// The preset's name as users write it.
    package var name: String { rawValue }
  }

  /// The recipe of a preset.
  package init(preset: Preset) {
    self.init()
    switch preset {
    case .oneTimes:
      break
    case .threeTimes:
      schedule.epochs = 36
      schedule.milestones = [7.0 / 9, 25.0 / 27]
    case .small:
      self = .small
    }
  }

  /// For a few hundred pictures, trained from scratch in minutes on a CPU.
  ///
  /// ResNet-18 under a pyramid of 128 channels with two-convolution heads: most of a RetinaNet's arithmetic is in its
  /// heads. Group norm in the heads and batch norm in the backbone train at 4 to 8 images a step. Anchors start at half
  /// the paper's size, since pictures are shrunk to a short side of 240. A long cosine schedule with an average of the
  /// weights, because from scratch the number of passes is what counts.
  package static var small: TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.model.backbone = .resnet18
    recipe.model.pyramidChannels = 128
    recipe.model.headDepth = 2
    recipe.model.headNorm = .group
    recipe.input.shortSide = 240
    recipe.input.longSideCap = 400
    recipe.anchors.sizes = [16, 32, 64, 128, 256]
    recipe.anchors.lowQualityMatches = .always
    recipe.augmentation = .small
    recipe.schedule.epochs = 100
    recipe.schedule.batchSize = 8
    recipe.schedule.warmupImages = 800
    recipe.schedule.decay = .cosine
    recipe.optimizer.learningRatePer16Images = 0.04
    recipe.optimizer.ema = 0.998
    recipe.evaluation.everyEpochs = 5
    return recipe
  }
}

extension TrainingRecipe {
  /// What `focal demo` trains: `small`, for half as many minutes.
  package static var demo: TrainingRecipe {
    var recipe = small
    recipe.schedule.epochs = 24
    recipe.evaluation.everyEpochs = 4
    return recipe
  }
}
