package import BoxGeometry
package import DetectionDatasets
package import DetectionModels

/// Everything a training run depends on besides its data: one value, written to the run folder as YAML.
///
/// Every default is written once, here or in the section's own type; presets are statics.
package struct TrainingRecipe: Codable, Hashable, Sendable {
  package var model = ModelSection()
  package var loss = DetectionLossConfiguration()
  package var input = InputSection()
  package var augmentation = AugmentationConfiguration()
  package var sampling = SamplingSection()
  package var anchors = AnchorSection()
  package var detection = DetectionSection()
  package var schedule = ScheduleSection()
  package var optimizer = OptimizerSection()
  package var evaluation = EvaluationSection()
  package var earlyStop = EarlyStopSection()
  package var checkpoint = CheckpointSection()
  package var loader = LoaderSection()
  package var lens = LensSection()
  package var precision = Precision.auto
  package var seed: UInt64 = 0
  package var workers = 2
  package var threads = 0
  package var onBadData = BadDataPolicy.skip
  package var onNonFinite = NonFinitePolicy.stop

  package init() {}

  /// The network.
  package struct ModelSection: Codable, Hashable, Sendable {
    package var dialect = RetinaNetDialect.paper
    package var backbone = ResNetDepth.resnet50
    package var norm = BackboneNorm.batch
    package var normEpsilon = 1e-5
    package var trainableStages = 5
    package var freeze: [String] = []
    package var width = 64
    package var pyramidChannels = 256
    package var extraLevelInput = RetinaNetConfiguration.ExtraLevelInput.c5
    package var classLayout = RetinaNetConfiguration.ClassLayout.contiguous
    package var headDepth = 4
    package var headNorm = HeadConfiguration.HeadNorm.identity
    package var priorProbability = 0.01
  }

  /// The size of the pictures, and how their pixels become numbers.
  package struct InputSection: Codable, Hashable, Sendable {
    package var shortSide = 600
    package var longSideCap = 1000
    package var trainingShortSides: [Int] = []
    package var trainingSideRule = TrainingSides.Rule.list
    package var trainingSideDraw = TrainingSides.Draw.picture
    package var channelOrder = InputConfiguration.ChannelOrder.rgb
    package var pixelRange = InputConfiguration.PixelRange.unit
    package var mean = [0.485, 0.456, 0.406]
    package var standardDeviation = [0.229, 0.224, 0.225]
  }

  /// How often each picture is seen.
  package struct SamplingSection: Codable, Hashable, Sendable {
    package var repeatThreshold = 0.0
  }

  /// Anchors and what becomes of them.
  package struct AnchorSection: Codable, Hashable, Sendable {
    // Double, so that 0.4 is written as 0.4; the geometry is Float.
    package var sizes: [Double] = [32, 64, 128, 256, 512]
    package var scales: [Double] = [1, 1.2599210498948732, 1.5874010519681994]
    package var aspectRatios: [Double] = [0.5, 1, 2]
    package var centerOffset = 0.0
    package var rounding = AnchorConfiguration.Rounding.exact
    package var spacing = AnchorConfiguration.Spacing.stride
    package var foregroundThreshold = 0.5
    package var backgroundThreshold = 0.4
    package var lowQualityMatches = AnchorMatcher.LowQualityMatches.never
  }

  /// Which candidates become detections, in evaluation and in the model file.
  package struct DetectionSection: Codable, Hashable, Sendable {
    package var scoreThreshold = 0.05
    package var scoreComparison = DetectionConfiguration.ScoreComparison.above
    package var candidatesPerLevel = 1000
    package var iouThreshold = 0.5
    package var detectionsPerImage = 100
    package var classAgnostic = false
  }

  /// How long, and how the learning rate moves.
  package struct ScheduleSection: Codable, Hashable, Sendable {
    package var epochs = 12
    package var batchSize = 16
    package var accumulation = 1
    package var warmupImages = 8000
    package var warmupFactor = 0.1
    package var decay = Decay.step
    package var milestones: [Double] = [2.0 / 3, 8.0 / 9]
    package var stepFactor = 0.1
    package var finalFactor = 0.0

    /// The shape after the warm-up.
    package enum Decay: String, Codable, Hashable, Sendable, CaseIterable {
      case step, cosine
    }
  }

  /// How the weights follow the gradient, and what keeps it steady.
  package struct OptimizerSection: Codable, Hashable, Sendable {
    package var kind = Kind.sgd
    package var learningRatePer16Images = 0.01
    package var backboneRateScale = 1.0
    package var momentum = 0.9
    package var beta2 = 0.999
    package var nesterov = false
    package var weightDecay = 1e-4
    package var decayBiases = false
    package var decayNorms = false
    package var gradientClip = 10.0
    package var ema = 0.0

    /// The rules.
    package enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
      case sgd, adamw
    }
  }

  /// When the validation set is scored.
  package struct EvaluationSection: Codable, Hashable, Sendable {
    package var everyEpochs = 1
  }

  /// When a run ends before its schedule does.
  package struct EarlyStopSection: Codable, Hashable, Sendable {
    package var patience = 0
    package var leastImprovement = 0.0
    package var figure = EvaluationFigure.ap
  }

  /// When the state is saved.
  package struct CheckpointSection: Codable, Hashable, Sendable {
    package var everySteps = 0
    package var keep = 2
  }

  /// How pictures are read.
  package struct LoaderSection: Codable, Hashable, Sendable {
    package var cacheMiB = 0
  }

  /// When the imbalance lens looks at a step's logits.
  package struct LensSection: Codable, Hashable, Sendable {
    package var everySteps = 20
    package var saveLogitsAtStep = 0
  }

  /// What is done about a step whose loss or gradient is not finite.
  package enum NonFinitePolicy: String, Codable, Hashable, Sendable, CaseIterable {
    /// The run ends, its state saved.
    case stop
    /// The weights stay as they are and the run goes on; ten steps in a row end it.
    case skip
  }

  /// The number format of the network's arithmetic; weights, losses and updates are float32 in each.
  package enum Precision: String, Codable, Hashable, Sendable, CaseIterable {
    case auto, float32, bfloat16
  }
}
