import ArgumentParser
import CommandConsole
import DatasetInspection
import DetectionDatasets
import DetectionModels
import DetectionTraining
import Foundation
import TrainingDoctor
import WeightImport

/// `focal doctor`: what will go wrong before it does.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Find what will go wrong with a training before it does.",
    discussion: """
      Examples:
        focal doctor
        focal doctor --train train.json --val val.json --images pictures/ \\
          --preset small
        focal doctor --train VOC:train --val VOC:val --config recipe.yaml \\
          --out runs/first --nproc 2
        focal doctor --train train.json --preset small --overfit
        focal doctor --train train.json --weights coco.safetensors \\
          --preset finetune --json

      Without --train: the machine and the folder of --out. With it: classes, boxes, pictures (each is decoded), leaks, \
      anchors, learning rate, schedule; one step at the largest batch tells the memory needed and where the loss begins. \
      --overfit trains the recipe's network on one picture until its objects are found, in a minute or a few.

      Each finding says what was found, why it matters and what to do. Exit status: 1 if one is an error, else 0. \
      focal train runs the quick part of it by itself (--no-doctor leaves it out).
      """
  )

  @OptionGroup var dataOptions: TrainingDataOptions

  @Option(help: ArgumentHelp("The same as --train.", valueName: "data"))
  var data: String?

  @Option(help: ArgumentHelp("The run folder that training would make.", valueName: "run"))
  var out: String?

  @Option(help: "Processes that share the training.")
  var nproc = 1

  @OptionGroup var weightOptions: StartingWeightOptions

  @OptionGroup var recipeOptions: RecipeOptions

  @OptionGroup var policyOptions: FaultPolicyOptions

  @Flag(help: "Train on one picture until its objects are found, or not.")
  var overfit = false

  @Flag(help: "Decode no picture and take no step: the quick part alone.")
  var quick = false

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "No progress; what was asked for is printed all the same.")
  var quiet = false

  func validate() throws {
    guard (1...1024).contains(nproc) else {
      throw ValidationError("--nproc \(nproc): expected 1...1024")
    }
    if data != nil, dataOptions.train != nil {
      throw ValidationError("--data: --train says the same; leave one of them out")
    }
    if pictures == nil {
      let needing = [
        ("--val", dataOptions.val != nil), ("--images", dataOptions.images != nil),
        ("--overfit", overfit),
      ]
      if let option = needing.first(where: \.1) {
        throw ValidationError("\(option.0): needs pictures to learn from: give --train")
      }
    }
    if quick, overfit { throw ValidationError("--overfit: takes steps, which --quick leaves out") }
  }

  /// What to learn from.
  private var pictures: String? { dataOptions.train ?? data }

  func run() throws {
    // There is nothing to save.
    Interruption.endAtOnce(isQuiet: quiet)
    let start = try weightOptions.startingWeights()
    var recipe = try recipeOptions.recipe(adopting: start?.configuration)
    policyOptions.apply(to: &recipe)
    try start?.check(recipe.configuration(categories: ["object"], categoryIDs: [1]))
    let folder = out.map { RunFolder(URL(fileURLWithPath: $0, isDirectory: true)) }
    let facts = folder.map { FolderFacts(of: $0) }
    var report: DoctorReport
    if let pictures {
      report = try examine(pictures, recipe: recipe, start: start, folder: facts)
    } else {
      let machine = MachineFacts.current
      report = DoctorReport(
        findings: Doctor.machine(recipe, processes: nproc, on: machine)
          + (facts.map { FolderCheck.findings($0) } ?? []),
        machine: machine
      )
    }
    if json {
      try JSONLine.print(DoctorFigures(report, folder: facts))
    } else {
      try StandardOutput.print(DoctorReportText.text(report, folder: facts))
    }
    if report.findings.hasError { throw CommandFailure.silent(status: 1) }
  }

  private func examine(
    _ data: String,
    recipe: TrainingRecipe,
    start: StartingWeights?,
    folder: FolderFacts?
  ) throws -> DoctorReport {
    func load(_ specification: String) throws -> DetectionDataset {
      try DetectionDataset.load(
        specification,
        images: dataOptions.images.map { URL(fileURLWithPath: $0, isDirectory: true) },
        onBadData: .skip
      )
    }
    var training = try load(data)
    var validation = try dataOptions.val.map(load)
    let leaks = quick ? [] : try decode(&training, &validation)
    let subject = DoctorCase(
      recipe: recipe,
      training: training,
      validation: validation,
      start: weightOptions.startingPoint(start),
      processes: nproc,
      machine: .current
    )
    var report = try Doctor.quick(subject, folder: folder)
    report.add(leaks)
    if quick || training.samples.isEmpty || training.boxCount == 0 { return report }
    try takeStep(subject, start: start, report: &report)
    if overfit {
      var progress = ProgressLine("overfit", total: 300, unit: "steps", isQuiet: quiet)
      let trial = try OverfitTrial(subject) {
        try start?.load(silentlyInto: $0)
      } progress: { step, loss in
        progress.update(step, details: ["loss \(ProgressLine.decimals(loss, 3))"])
      }
      progress.clear()
      report.overfit = trial
      report.add(OverfitCheck.findings(trial))
    }
    return report
  }

  /// Reads every picture to its end; those that fail become problems of their data.
  private func decode(
    _ training: inout DetectionDataset,
    _ validation: inout DetectionDataset?
  ) throws -> [DoctorFinding] {
    let total = training.samples.count + (validation?.samples.count ?? 0)
    var progress = ProgressLine("pictures", total: total, unit: "pictures", isQuiet: quiet)
    var done = 0
    func scan(_ dataset: inout DetectionDataset) throws -> [PictureThumbnail] {
      try PictureScan.scan(
        &dataset,
        onBadData: .skip,
        workers: ProcessInfo.processInfo.activeProcessorCount
      ) {
        done += 1
        progress.update(done)
      }
    }
    var thumbnails = try scan(&training)
    var splits = [InspectedSplit(name: "training", dataset: training)]
    if var held = validation {
      thumbnails += try scan(&held)
      validation = held
      splits.append(InspectedSplit(name: "validation", dataset: held))
    }
    progress.clear()
    guard splits.count == 2 else { return [] }
    return LeaksCheck.findings(DuplicatePictures(splits, thumbnails: thumbnails))
  }

  /// Takes a step where memory allows it, and holds what it needed and began with against what is there.
  private func takeStep(
    _ subject: DoctorCase,
    start: StartingWeights?,
    report: inout DoctorReport
  ) throws {
    // The finding of the quick part says so already.
    if let size = report.size, size.memory > subject.machine.availableMemory { return }
    if !quiet { Console.note("doctor: one training step at the largest batch") }
    let trial = try StepTrial(subject) { try start?.load(silentlyInto: $0) }
    report.step = trial
    report.findings.removeAll { $0.check == .memory }
    report.add(
      MemoryCheck.findings(
        needed: trial.memory,
        isMeasured: true,
        processes: subject.processes,
        on: subject.machine
      )
    )
    // A head that comes with weights begins where they left it.
    if case .network = subject.start { return }
    report.add(
      FirstLossCheck.findings(
        measured: trial.classificationLoss,
        expected: trial.expectedClassificationLoss
      )
    )
  }
}

extension StartingWeightOptions {
  /// What a network starts from, for the doctor.
  func startingPoint(_ start: StartingWeights?) -> DoctorCase.StartingPoint {
    if weights != nil, let configuration = start?.configuration {
      return .network(classes: configuration.categories)
    }
    return isEmpty ? .nothing : .backbone
  }
}

extension StartingWeights {
  /// Gives a network the weights and says nothing of it.
  func load(silentlyInto model: RetinaNet) throws { _ = try load(into: model) }
}
