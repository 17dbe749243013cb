import BoxGeometry
package import DetectionModels

extension TrainingRecipe {
  /// The recipe with every key in which dialects differ at a dialect's value; itself for none.
  func speaking(_ dialect: RetinaNetDialect?) -> TrainingRecipe {
    guard let dialect else { return self }
    let values = RetinaNetConfiguration(dialect, categories: ["object"])
    var recipe = self
    recipe.model.dialect = dialect
    recipe.model.norm = values.backbone.norm
    recipe.model.normEpsilon = values.backbone.normEpsilon
    recipe.model.trainableStages = values.backbone.trainableStages
    recipe.model.extraLevelInput = values.extraLevelInput
    recipe.model.classLayout = values.classLayout
    recipe.model.headNorm = values.head.norm
    recipe.loss.boxKind = values.loss.boxKind
    recipe.loss.boxBeta = values.loss.boxBeta
    recipe.loss.normalizer = values.loss.normalizer
    recipe.anchors.centerOffset = Double(shortest: values.anchors.centerOffset)
    recipe.anchors.rounding = values.anchors.rounding
    recipe.anchors.spacing = values.anchors.spacing
    recipe.anchors.foregroundThreshold = Double(shortest: values.matcher.foregroundThreshold)
    recipe.anchors.backgroundThreshold = Double(shortest: values.matcher.backgroundThreshold)
    recipe.anchors.lowQualityMatches = values.matcher.lowQualityMatches
    recipe.setInput(values.input)
    recipe.detection.scoreComparison = values.detection.scoreComparison
    recipe.detection.detectionsPerImage = values.detection.detectionsPerImage
    recipe.input.take(values.input.resize)
    return recipe
  }

  /// The recipe of the network that a model file describes: its parts, anchors, box loss, pictures and detections.
  ///
  /// Schedule, optimizer and classification loss stay, and so does the probability that new classes start at.
  /// - Parameter configuration: What the file says of itself.
  /// - Returns: The recipe; its dialect is the one that it comes nearest to.
  package func adopting(_ configuration: RetinaNetConfiguration) -> TrainingRecipe {
    var recipe = self
    recipe.model.backbone = configuration.backbone.depth
    // Frozen and trained batch norm are one network: whoever asks for less to be trained gets it.
    recipe.model.trainableStages = min(
      model.trainableStages,
      configuration.backbone.trainableStages
    )
    let isBatch = [.batch, .frozen].contains(configuration.backbone.norm)
    if !(isBatch && model.norm == .frozen) { recipe.model.norm = configuration.backbone.norm }
    recipe.model.normEpsilon = configuration.backbone.normEpsilon
    recipe.model.width = configuration.backbone.width
    recipe.model.pyramidChannels = configuration.pyramidChannels
    recipe.model.extraLevelInput = configuration.extraLevelInput
    recipe.model.classLayout = configuration.classLayout
    recipe.model.headDepth = configuration.head.depth
    recipe.model.headNorm = configuration.head.norm
    recipe.loss.boxKind = configuration.loss.boxKind
    recipe.loss.boxBeta = configuration.loss.boxBeta
    recipe.loss.normalizer = configuration.loss.normalizer
    recipe.setAnchors(configuration)
    recipe.setInput(configuration.input)
    recipe.input.take(configuration.input.resize)
    recipe.setDetection(configuration.detection)
    recipe.model.dialect = recipe.nearestDialect
    return recipe
  }

  private mutating func setAnchors(_ configuration: RetinaNetConfiguration) {
    anchors.sizes = configuration.anchors.sizes.map { Double(shortest: $0) }
    anchors.scales = configuration.anchors.scales.map { Double(shortest: $0) }
    anchors.aspectRatios = configuration.anchors.aspectRatios.map { Double(shortest: $0) }
    anchors.centerOffset = Double(shortest: configuration.anchors.centerOffset)
    anchors.rounding = configuration.anchors.rounding
    anchors.spacing = configuration.anchors.spacing
    anchors.foregroundThreshold = Double(shortest: configuration.matcher.foregroundThreshold)
    anchors.backgroundThreshold = Double(shortest: configuration.matcher.backgroundThreshold)
    anchors.lowQualityMatches = configuration.matcher.lowQualityMatches
  }

  private mutating func setDetection(_ values: DetectionConfiguration) {
    detection.scoreThreshold = Double(shortest: values.scoreThreshold)
    detection.scoreComparison = values.scoreComparison
    detection.candidatesPerLevel = values.candidatesPerLevel
    detection.iouThreshold = Double(shortest: values.iouThreshold)
    detection.detectionsPerImage = values.detectionsPerImage
    detection.classAgnostic = values.classAgnostic
  }

  /// The dialect that the fewest keys speak against; of equals the first.
  private var nearestDialect: RetinaNetDialect {
    let scored = RetinaNetDialect.allCases.map { dialect in
      (dialect, speaking(dialect).differences(from: self).count)
    }
    return scored.min { $0.1 < $1.1 }?.0 ?? .paper
  }

  /// The keys whose values are not those of the recipe's own dialect, as `loss.boxKind l1, not giou`.
  package var departuresFromDialect: [String] { differences(from: speaking(model.dialect)) }

  private func differences(from other: TrainingRecipe) -> [String] {
    guard let (own, others) = try? (RecipeTree(self), RecipeTree(other)) else { return [] }
    return own.values.compactMap { path, value in
      let expected = others.values.first { $0.path == path }?.value ?? ""
      return value == expected || path == "model.dialect"
        ? nil : "\(path) \(value), not \(expected)"
    }
  }

  /// How pixels become numbers, as a model has it; the size of the pictures stays.
  mutating func setInput(_ values: InputConfiguration) {
    input.channelOrder = values.channelOrder
    input.pixelRange = values.pixelRange
    input.mean = values.mean.map { Double(shortest: $0) }
    input.standardDeviation = values.standardDeviation.map { Double(shortest: $0) }
  }
}

extension TrainingRecipe.InputSection {
  /// Pictures of another size; sides that training draws from keep their proportion to it.
  fileprivate mutating func take(_ resize: ResizeRule) {
    let scale = Double(resize.shortSide) / Double(max(1, shortSide))
    (shortSide, longSideCap) = (resize.shortSide, resize.longSideCap)
    trainingShortSides = trainingShortSides.map {
      min(max(Int((Double($0) * scale).rounded()), 16), max(16, longSideCap))
    }
  }
}

extension Double {
  /// The number with the fewest digits that is this one as a `Float`: 0.4, not 0.4000000059604645.
  init(shortest value: Float) { self = Double("\(value)") ?? Double(value) }
}
