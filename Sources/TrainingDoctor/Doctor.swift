package import DetectionTraining
import BoxGeometry
import DatasetInspection
import DetectionDatasets
import DetectionModels

/// What was found, and what it was found on.
package struct DoctorReport: Codable, Sendable {
  /// The worst first.
  package var findings: [DoctorFinding]
  package var machine: MachineFacts
  /// What the run needs, computed; `nil` without data.
  package var size: RunSize?
  /// The step that was taken, where one was.
  package var step: StepTrial?
  /// The picture that was learned by heart, where one was.
  package var overfit: OverfitTrial?

  package init(findings: [DoctorFinding], machine: MachineFacts, size: RunSize? = nil) {
    self.findings = findings.sortedBySeverity
    (self.machine, self.size) = (machine, size)
  }

  /// Adds findings.
  package mutating func add(_ more: [DoctorFinding]) {
    findings = (findings + more).sortedBySeverity
  }
}

/// All checks together.
package enum Doctor {
  /// What needs neither pixels nor the network: a fraction of a second to a few, whatever the data.
  ///
  /// - Parameters:
  ///   - subject: What is to be trained.
  ///   - folder: Where, if that is known.
  /// - Returns: What was found.
  /// - Throws: `ModelError` if the recipe makes no network; `TorchError` if memory runs out.
  package static func quick(_ subject: DoctorCase, folder: FolderFacts?) throws -> DoctorReport {
    let recipe = subject.recipe
    let resize = recipe.configuration(categories: ["object"], categoryIDs: [1]).input.resize
    let size = try RunSize(
      recipe,
      dataset: subject.training,
      picturesAtOnce: subject.picturesAtOnce
    )
    let coverage = try coverage(subject)
    var findings = machine(recipe, processes: subject.processes, on: subject.machine)
    findings += MemoryCheck.findings(
      needed: size.memory,
      isMeasured: false,
      processes: subject.processes,
      on: subject.machine
    )
    if let folder {
      findings += FolderCheck.findings(folder)
      findings += DiskCheck.findings(needed: size.disk, least: size.leastDisk, folder: folder)
    }
    for dataset in [subject.training, subject.validation].compactMap(\.self) {
      findings += BoxesCheck.findings(dataset)
      findings += BoxRangeCheck.findings(dataset, resize: resize)
      findings += PicturesCheck.findings(dataset)
    }
    findings += ClassMapCheck.findings(
      training: subject.training,
      validation: subject.validation
    )
    findings += ClassCountsCheck.findings(subject.training)
    if case .network(let classes) = subject.start {
      findings += ModelClassesCheck.findings(classes: classes, dataset: subject.training)
    }
    findings += PictureCountsCheck.findings(
      training: subject.training,
      validation: subject.validation
    )
    findings += PictureSizeCheck.findings(subject.training, resize: resize)
    if let validation = subject.validation {
      findings += LeaksCheck.findings(training: subject.training, validation: validation)
    }
    findings += LearningRateCheck.findings(recipe)
    findings += NormsCheck.findings(
      recipe,
      pictures: subject.picturesAtOnce,
      start: subject.start
    )
    findings += ScheduleCheck.findings(
      recipe,
      pictures: subject.training.placesPerEpoch(
        repeatThreshold: recipe.sampling.repeatThreshold
      )
    )
    if let coverage {
      findings += AnchorsCheck.findings(
        coverage,
        rule: recipe.anchors.lowQualityMatches,
        data: subject.training.location
      )
    }
    findings += LossCheck.findings(recipe, expected: expectedLoss(subject, coverage))
    return DoctorReport(findings: findings, machine: subject.machine, size: size)
  }

  /// What needs no data.
  ///
  /// - Parameters:
  ///   - recipe: What is to be trained.
  ///   - processes: How many share the machine.
  ///   - machine: What there is.
  /// - Returns: What was found.
  package static func machine(
    _ recipe: TrainingRecipe,
    processes: Int,
    on machine: MachineFacts
  ) -> [DoctorFinding] {
    ArithmeticCheck.findings(recipe, processes: processes, on: machine)
      + WorkersCheck.findings(recipe, processes: processes, on: machine)
  }

  /// So many pictures tell how anchors fit; of more, so many are taken at even distances.
  private static let mostPictures = 5000

  /// The recipe's anchors against the objects; `nil` without any.
  private static func coverage(_ subject: DoctorCase) throws -> AnchorCoverage? {
    var dataset = subject.training
    if dataset.samples.count > mostPictures {
      let all = dataset.samples
      dataset.samples = (0..<mostPictures).map { all[$0 * all.count / mostPictures] }
    }
    guard dataset.boxCount > 0 else { return nil }
    let model = subject.recipe.configuration(categories: ["object"], categoryIDs: [1])
    return try AnchorCoverage(
      [InspectedSplit(name: "train", dataset: dataset)],
      settings: AnchorSettings(
        anchors: model.anchors,
        matcher: model.matcher,
        resize: model.input.resize
      )
    )
  }

  /// Of a fresh head; one that comes with weights begins elsewhere.
  private static func expectedLoss(_ subject: DoctorCase, _ coverage: AnchorCoverage?) -> Double? {
    if case .network = subject.start { return nil }
    guard let coverage, coverage.anchors.foreground > 0 else { return nil }
    let model = subject.recipe.configuration(
      categories: subject.training.categories.map(\.name),
      categoryIDs: subject.training.categories.map(\.id)
    )
    let pictures = Double(subject.recipe.schedule.batchSize)
    return ExpectedFirstLoss.value(
      subject.recipe,
      foreground: coverage.anchors.foreground * pictures,
      background: coverage.anchors.background * pictures,
      logits: model.logitsPerAnchor,
      pictures: pictures
    )
  }
}
