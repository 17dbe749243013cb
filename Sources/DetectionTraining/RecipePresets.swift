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
    /// Over weights that were trained on other pictures.
    case finetune

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
    case .finetune:
      self = .finetune
    }
  }

  /// For a few hundred pictures, trained from scratch in some twenty minutes on two cores.
  ///
  /// ResNet-18 under a pyramid of 128 channels with two-convolution heads: most of a RetinaNet's
  /// arithmetic is in its heads. Batch norm in the backbone and group norm in the heads train at 4
  /// to 8 images a step. Anchors start at half the paper's size, since pictures are shrunk to a short
  /// side of 240. Single runs of 300 steps on rendered scenes at half this width: AP 0.140 with the
  /// norm in the heads, 0.037 without; 0.149 by SGD, 0.176 by AdamW. A cosine and an average of the
  /// weights as is usual for few passes; their share was not measured.
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
    recipe.schedule.epochs = 60
    recipe.schedule.batchSize = 8
    recipe.schedule.warmupImages = 800
    recipe.schedule.decay = .cosine
    recipe.optimizer.kind = .adamw
    recipe.optimizer.learningRatePer16Images = 0.0015
    recipe.optimizer.weightDecay = 0.02
    recipe.optimizer.ema = 0.998
    recipe.evaluation.everyEpochs = 5
    return recipe
  }

  /// Over pre-trained weights: a whole network by `--weights`, or a backbone by `--backbone-weights`.
  ///
  /// The first stages stay as they are, with the statistics that their norms came with; the rest of the backbone moves
  /// at a tenth of the rate of pyramid and heads, which have more to learn. Half the paper's rate, short, with a
  /// warm-up of its own length, and an end as soon as nothing is gained any more. The sides are those of detectron2's
  /// training, a common stand-in for more data.
  package static var finetune: TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.model.norm = .frozen
    recipe.model.trainableStages = 3
    recipe.input.shortSide = 800
    recipe.input.longSideCap = 1333
    recipe.input.trainingShortSides = [640, 672, 704, 736, 768, 800]
    recipe.anchors.lowQualityMatches = .always
    recipe.schedule.epochs = 24
    recipe.schedule.batchSize = 4
    recipe.schedule.warmupImages = 1000
    recipe.schedule.decay = .cosine
    recipe.optimizer.learningRatePer16Images = 0.005
    recipe.optimizer.backboneRateScale = 0.1
    recipe.evaluation.everyEpochs = 2
    recipe.earlyStop.patience = 4
    recipe.earlyStop.leastImprovement = 0.001
    return recipe
  }

  /// What `focal demo` trains: `small` at half the width, a quarter of the arithmetic.
  ///
  /// The pictures are rendered, so there are enough of them not to be varied further.
  package static var demo: TrainingRecipe {
    var recipe = small
    recipe.model.width = 32
    recipe.model.pyramidChannels = 64
    recipe.augmentation = AugmentationConfiguration()
    recipe.schedule.epochs = 12
    recipe.optimizer.learningRatePer16Images = 0.002
    recipe.evaluation.everyEpochs = 3
    return recipe
  }
}
