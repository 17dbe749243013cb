import BoxGeometry
import DetectionDatasets
package import DetectionInference
package import DetectionModels

extension TrainingRecipe {
  /// What is wrong with the values, in words for people; `nil` where nothing is.
  package var fault: String? {
    if let fault = schedule.fault ?? optimizer.fault ?? model.fault { return fault }
    if let fault = input.fault ?? detection.fault { return fault }
    if let fault = augmentation.faults.first { return "augmentation.\(fault)" }
    if !(0...1).contains(sampling.repeatThreshold) {
      return "sampling.repeatThreshold: found \(sampling.repeatThreshold), expected 0...1"
    }
    if let fault = anchors.fault { return fault }
    if evaluation.everyEpochs < 1 {
      return "evaluation.everyEpochs: found \(evaluation.everyEpochs), expected 1 or more"
    }
    if let fault = earlyStop.fault { return fault }
    if checkpoint.everySteps < 0 || checkpoint.keep < 1 {
      return "checkpoint: found everySteps \(checkpoint.everySteps) and keep \(checkpoint.keep), "
        + "expected 0 or more and 1 or more"
    }
    if !(0...1_048_576).contains(loader.cacheMiB) {
      return "loader.cacheMiB: found \(loader.cacheMiB), expected 0...1048576"
    }
    if lens.everySteps < 0 {
      return "lens.everySteps: found \(lens.everySteps), expected 0 or more"
    }
    if lens.saveLogitsAtStep < 0 {
      return "lens.saveLogitsAtStep: found \(lens.saveLogitsAtStep), expected 0 or more"
    }
    if !(0...64).contains(workers) {
      return "workers: found \(workers), expected 0...64 decoding threads (processes: --nproc)"
    }
    if !(0...256).contains(threads) { return "threads: found \(threads), expected 0...256" }
    return configuration(categories: ["object"], categoryIDs: [1]).fault
  }

  /// The model that this recipe trains for a dataset's categories.
  ///
  /// - Parameters:
  ///   - categories: The category names, in the order of the labels.
  ///   - categoryIDs: Their ids in results files.
  /// - Returns: The model's configuration.
  package func configuration(categories: [String], categoryIDs: [Int]) -> RetinaNetConfiguration {
    var configuration = RetinaNetConfiguration(categories: categories, categoryIDs: categoryIDs)
    configuration.backbone = ResNetConfiguration(
      depth: model.backbone,
      norm: model.norm,
      width: model.width
    )
    configuration.backbone.normEpsilon = model.normEpsilon
    configuration.backbone.trainableStages = model.trainableStages
    configuration.classLayout = model.classLayout
    configuration.pyramidChannels = model.pyramidChannels
    configuration.extraLevelInput = model.extraLevelInput
    configuration.head.depth = model.headDepth
    configuration.head.norm = model.headNorm
    configuration.head.priorProbability = model.priorProbability
    configuration.loss = loss
    configuration.anchors.sizes = anchors.sizes.map { Float($0) }
    configuration.anchors.scales = anchors.scales.map { Float($0) }
    configuration.anchors.aspectRatios = anchors.aspectRatios.map { Float($0) }
    configuration.anchors.centerOffset = Float(anchors.centerOffset)
    configuration.anchors.rounding = anchors.rounding
    configuration.anchors.spacing = anchors.spacing
    configuration.matcher.foregroundThreshold = Float(anchors.foregroundThreshold)
    configuration.matcher.backgroundThreshold = Float(anchors.backgroundThreshold)
    configuration.matcher.lowQualityMatches = anchors.lowQualityMatches
    configuration.input.resize = ResizeRule(
      shortSide: input.shortSide,
      longSideCap: input.longSideCap
    )
    configuration.input.channelOrder = input.channelOrder
    configuration.input.pixelRange = input.pixelRange
    configuration.input.mean = input.mean.map { Float($0) }
    configuration.input.standardDeviation = input.standardDeviation.map { Float($0) }
    configuration.detection = detection.configuration
    return configuration
  }

  /// The learning rate at its height, given for 16 images a step and scaled to the batch.
  ///
  /// In proportion for SGD (Goyal and others 2017); by the root for AdamW, whose steps do not grow
  /// with the gradient (Malladi and others 2022).
  package var peakLearningRate: Double {
    let ratio = Double(schedule.batchSize) / 16
    return optimizer.learningRatePer16Images * (optimizer.kind == .sgd ? ratio : ratio.squareRoot())
  }
}

extension TrainingRecipe.DetectionSection {
  var fault: String? {
    if !(0...1).contains(scoreThreshold) {
      return "detection.scoreThreshold: found \(scoreThreshold), expected 0...1"
    }
    if candidatesPerLevel < 0 {
      return "detection.candidatesPerLevel: found \(candidatesPerLevel), expected 0 or more"
    }
    if !(0...1).contains(iouThreshold) {
      return "detection.iouThreshold: found \(iouThreshold), expected 0...1"
    }
    if detectionsPerImage < 0 {
      return "detection.detectionsPerImage: found \(detectionsPerImage), expected 0 or more"
    }
    return nil
  }

  /// The same for a model.
  var configuration: DetectionConfiguration {
    var configuration = DetectionConfiguration()
    configuration.scoreThreshold = Float(scoreThreshold)
    configuration.scoreComparison = scoreComparison
    configuration.candidatesPerLevel = candidatesPerLevel
    configuration.iouThreshold = Float(iouThreshold)
    configuration.detectionsPerImage = detectionsPerImage
    configuration.classAgnostic = classAgnostic
    return configuration
  }
}

extension TrainingRecipe.ModelSection {
  var fault: String? {
    if !(normEpsilon >= 0 && normEpsilon < 1) {
      return "model.normEpsilon: found \(normEpsilon), expected a number from 0 to below 1"
    }
    if !(0...5).contains(trainableStages) {
      return "model.trainableStages: found \(trainableStages), expected 0...5"
    }
    if let pattern = freeze.first(where: { !ParameterPattern.isWellFormed($0) }) {
      return
        "model.freeze: found \"\(RecipeYAML.shortened(pattern))\", expected names of parts as in backbone.body.layer1, "
        + "with * for any letters"
    }
    if !(8...512).contains(width) { return "model.width: found \(width), expected 8...512" }
    if !(1...2048).contains(pyramidChannels) {
      return "model.pyramidChannels: found \(pyramidChannels), expected 1...2048"
    }
    if !(0...16).contains(headDepth) {
      return "model.headDepth: found \(headDepth), expected 0...16"
    }
    if !(priorProbability > 0 && priorProbability < 1) {
      return
        "model.priorProbability: found \(priorProbability), expected a number between 0 and 1"
    }
    return nil
  }
}

extension TrainingRecipe.AnchorSection {
  var fault: String? {
    if sizes.count != 5 || !sizes.allSatisfy({ $0 > 0 && $0.isFinite }) {
      return "anchors.sizes: found \(sizes), expected five numbers above 0, for P3 to P7"
    }
    if scales.isEmpty || !scales.allSatisfy({ $0 > 0 && $0.isFinite }) {
      return "anchors.scales: found \(scales), expected numbers above 0"
    }
    if aspectRatios.isEmpty || !aspectRatios.allSatisfy({ $0 > 0 && $0.isFinite }) {
      return "anchors.aspectRatios: found \(aspectRatios), expected numbers above 0"
    }
    if !(0...1).contains(centerOffset) {
      return "anchors.centerOffset: found \(centerOffset), expected 0...1"
    }
    if !(backgroundThreshold >= 0 && backgroundThreshold <= foregroundThreshold
      && foregroundThreshold > 0 && foregroundThreshold <= 1)
    {
      return "anchors: found backgroundThreshold \(backgroundThreshold) and foregroundThreshold "
        + "\(foregroundThreshold), expected 0 <= background <= foreground <= 1, foreground above 0"
    }
    return nil
  }
}

extension TrainingRecipe.Precision {
  /// What `auto` comes to on this machine.
  package var resolved: ArithmeticPrecision {
    switch self {
    case .auto: .fastest
    case .float32: .float32
    case .bfloat16: .bfloat16
    }
  }
}
