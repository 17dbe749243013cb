import DetectionDatasets

extension TrainingRecipe.ScheduleSection {
  var fault: String? {
    if !(1...100_000).contains(epochs) {
      return "schedule.epochs: found \(epochs), expected 1...100000"
    }
    if !(1...4096).contains(batchSize) {
      return "schedule.batchSize: found \(batchSize), expected 1...4096"
    }
    if !(1...batchSize).contains(accumulation) {
      return
        "schedule.accumulation: found \(accumulation), expected 1...\(batchSize) (batchSize)"
    }
    if warmupImages < 0 {
      return "schedule.warmupImages: found \(warmupImages), expected 0 or more"
    }
    if !(warmupFactor > 0 && warmupFactor <= 1) {
      return "schedule.warmupFactor: found \(warmupFactor), expected a number above 0, 1 at most"
    }
    if !milestones.allSatisfy({ $0 > 0 && $0 < 1 }) || milestones != milestones.sorted() {
      return
        "schedule.milestones: found \(milestones), expected rising fractions between 0 and 1"
    }
    for (name, value) in [("stepFactor", stepFactor), ("finalFactor", finalFactor)]
    where !(0...1).contains(value) {
      return "schedule.\(name): found \(value), expected 0...1"
    }
    return nil
  }
}

extension TrainingRecipe.InputSection {
  private static let sides = 16...8192

  var fault: String? {
    if !Self.sides.contains(shortSide) {
      return "input.shortSide: found \(shortSide), expected 16...8192"
    }
    if longSideCap < shortSide || longSideCap > 16384 {
      return
        "input.longSideCap: found \(longSideCap), expected \(shortSide)...16384 (at least shortSide)"
    }
    if mean.count != 3 || !mean.allSatisfy(\.isFinite) {
      return "input.mean: found \(mean), expected three numbers, one a colour"
    }
    if standardDeviation.count != 3 || !standardDeviation.allSatisfy({ $0 > 0 && $0.isFinite }) {
      return
        "input.standardDeviation: found \(standardDeviation), expected three numbers above 0, one a colour"
    }
    return trainingSidesFault
  }

  private var trainingSidesFault: String? {
    if let side = trainingShortSides.first(where: { !Self.sides.contains($0) }) {
      return "input.trainingShortSides: found \(side), expected 16...8192"
    }
    if let side = trainingShortSides.first(where: { $0 > longSideCap }) {
      return
        "input.trainingShortSides: found \(side), expected \(longSideCap) at most (input.longSideCap)"
    }
    if trainingSideRule == .range, trainingShortSides.count == 1 {
      return
        "input.trainingShortSides: found \(trainingShortSides) with trainingSideRule range, expected the least and the "
        + "greatest side"
    }
    return nil
  }
}

extension TrainingRecipe.OptimizerSection {
  var fault: String? {
    if !(learningRatePer16Images > 0 && learningRatePer16Images.isFinite) {
      return
        "optimizer.learningRatePer16Images: found \(learningRatePer16Images), expected a number above 0"
    }
    if !(backboneRateScale > 0 && backboneRateScale <= 100) {
      return
        "optimizer.backboneRateScale: found \(backboneRateScale), expected a number above 0, 100 at most; model.freeze "
        + "stops training parts"
    }
    for (name, value) in [("momentum", momentum), ("beta2", beta2), ("ema", ema)]
    where !(value >= 0 && value < 1) {
      return "optimizer.\(name): found \(value), expected 0 or more and below 1"
    }
    if nesterov && kind == .adamw {
      return "optimizer.nesterov: found true with kind adamw, expected false: it is a form of sgd"
    }
    if nesterov && momentum == 0 {
      return "optimizer.nesterov: found true with momentum 0, expected a momentum above 0"
    }
    if !(weightDecay >= 0 && weightDecay.isFinite) {
      return "optimizer.weightDecay: found \(weightDecay), expected 0 or more"
    }
    if !(gradientClip >= 0) {
      return "optimizer.gradientClip: found \(gradientClip), expected 0 or more"
    }
    return nil
  }
}

extension TrainingRecipe.EarlyStopSection {
  var fault: String? {
    if !(0...100_000).contains(patience) {
      return "earlyStop.patience: found \(patience), expected 0...100000"
    }
    if !(0...1).contains(leastImprovement) {
      return "earlyStop.leastImprovement: found \(leastImprovement), expected 0...1"
    }
    return nil
  }
}
