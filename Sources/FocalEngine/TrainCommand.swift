import ArgumentParser
import COCOEvaluation
import CommandConsole
import DetectionDatasets
import DetectionTraining
import Foundation
import TrainingDoctor
import WeightImport

/// `focal train`: from pictures and boxes to a model.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a detector.",
    discussion: """
      Examples:
        focal train --train train.json --val val.json --images pictures/ \\
          --preset small --out runs/first
        focal train --train VOC:train --val VOC:val --config recipe.yaml \\
          --out runs/second
        focal train --train synth:300:1 --val synth:60:2 --preset small \\
          --set schedule.epochs=20 --out runs/synth
        focal train --train train.json --val val.json --weights coco.safetensors \\
          --out runs/tuned
        focal train --train train.json --val val.json \\
          --backbone-weights resnet50.pth --set model.norm=frozen --out runs/third
        focal train --resume runs/first
        focal train --nproc 4 --train train.json --val val.json --out runs/four
        focal train --replay runs/first/non-finite-step-812.safetensors

      --weights starts from a whole network: a model of focal's or torchvision's RetinaNet. The recipe takes over its \
      architecture, anchors, pictures and detections (--config and --set go over them); rows of the class head are \
      kept where names of classes match letter for letter, others begin at the prior. --backbone-weights starts from \
      torchvision's classification weights, or the backbone of any such network. What was loaded and what was not is \
      told, and listed in weights.json.

      Before the first step, the quick part of focal doctor looks at data and recipe: warnings are printed and kept in \
      doctor.json, an error (no anchor reaches nine in ten objects, boxes of another kind than the format's, no room on \
      the disk for a checkpoint) ends the training before it starts. --no-doctor leaves it out.

      The run folder receives recipe.yaml, metrics.jsonl, report.html (how it goes; open it while it does), tensorboard/, \
      last.safetensors, best.safetensors (best AP on --val),
      final.safetensors at the end, and checkpoints/. Ctrl-C saves and stops with exit
      status 130, a second one ends at once; --resume goes on from there.

      A step whose loss or gradient is not finite is never taken: the run stops with its state saved, or passes over \
      the step (--on-non-finite skip), tells the pictures and layers, and writes the step for --replay.
      """
  )

  @OptionGroup var dataOptions: TrainingDataOptions

  @Option(help: ArgumentHelp("The run folder to make.", valueName: "run"))
  var out: String?

  @Option(help: ArgumentHelp("Go on with the run in this folder.", valueName: "run"))
  var resume: String?

  @Option(
    help: ArgumentHelp(
      "Compute a step again whose loss was not finite; trains nothing. --set precision=float32 tries another precision.",
      valueName: "file"
    )
  )
  var replay: String?

  @OptionGroup var weightOptions: StartingWeightOptions

  @OptionGroup var recipeOptions: RecipeOptions

  @OptionGroup var policyOptions: FaultPolicyOptions

  @Option(
    help: ArgumentHelp(
      "Make this picture's pixels no numbers, to see what a run does then; --resume goes on without unless it is given "
        + "again.",
      valueName: "image-id"
    )
  )
  var rehearseNonFinite: Int?

  @Flag(help: "Do not look for what will go wrong (focal doctor) before the first step.")
  var noDoctor = false

  @Flag(help: "Print the outcome as one JSON object on standard output.")
  var json = false

  @Flag(help: "No progress; errors and warnings only.")
  var quiet = false

  @OptionGroup var workerOptions: WorkerOptions

  func run() throws {
    if let replay {
      try checkReplay()
      return try TrainReplay.run(replay, setting: recipeOptions.assignments, json: json)
    }
    guard let launch = try workerOptions.launch(in: ProcessInfo.processInfo.environment) else {
      return try TrainingWorkers.run(train)
    }
    try launch.run {
      let folder = RunFolder(URL(fileURLWithPath: resume ?? out ?? "", isDirectory: true))
      return folder.hasCheckpoint ? "go on with: focal train --resume \(folder.url.path)" : ""
    }
  }

  private func train(with workers: any WorkerGroup) throws {
    let start =
      try resume == nil && workers.isFirst ? weightOptions.startingWeights() : nil
    let (folder, recipe, data) = try ordered(from: start, workers)
    guard workers.count <= recipe.schedule.batchSize else {
      throw CommandFailure.usage(
        "\(workers.count) workers share the \(recipe.schedule.batchSize) pictures of a step (schedule.batchSize): "
          + "expected a picture for each; start fewer, or train with a larger batch"
      )
    }
    let training = try DatasetLoading.load(
      data.train,
      images: data.images,
      onBadData: recipe.onBadData,
      isQuiet: !workers.isFirst
    )
    let validation = try DatasetLoading.load(
      data.validation,
      images: data.images,
      onBadData: recipe.onBadData,
      isQuiet: !workers.isFirst
    )
    try checkEqual([training, validation], workers)
    if let rehearseNonFinite, !training.samples.contains(where: { $0.imageID == rehearseNonFinite })
    {
      throw CommandFailure.usage(
        "--rehearse-non-finite \(rehearseNonFinite): no training picture has this id, which is the id of the picture in "
          + "the annotations, or its place counted from 1"
      )
    }
    let trainer = try Trainer(
      recipe: recipe,
      training: training,
      validation: validation,
      folder: folder,
      rehearsingNonFinite: rehearseNonFinite
    )
    if resume == nil, workers.isFirst {
      let doctor =
        try noDoctor
        ? nil : QuickDoctor(subject(recipe, training, validation, start), folder: folder)
      try folder.create()
      try RecipeYAML.text(recipe).write(to: folder.recipe, atomically: true, encoding: .utf8)
      try data.write(to: folder)
      weightOptions.warn(of: recipe, isQuiet: quiet)
      // What an earlier run left here was said of that one.
      if doctor == nil { try? FileManager.default.removeItem(at: folder.doctor) }
      try doctor?.tell(in: folder)
    }
    Interruption.listen(isQuiet: quiet || !workers.isFirst)
    var display = TrainingDisplay(title: folder.url.lastPathComponent, isQuiet: quiet)
    let recorder =
      try workers.isFirst
      ? TrainingRecorder(
        folder: folder,
        recipe: recipe,
        training: training,
        validation: validation
      ) : nil
    let outcome: TrainingOutcome
    do {
      outcome = try trainer.run(
        with: workers,
        resuming: resume != nil,
        prepare: { try start?.load(into: $0, of: folder, isQuiet: quiet) },
        shouldStop: { Interruption.isRequested },
        observe: { event in
          if case .started(let start) = event {
            keepFacts(RunFacts(of: start, recipe: recipe, processes: workers.count), in: folder)
          }
          display.show(event)
          recorder?.record(event)
        }
      )
    } catch {
      recorder?.fail(error)
      display.finish()
      if let error = error as? TrainingError, !error.details.isEmpty {
        throw CommandFailure(message: error.message, details: error.details, status: 1)
      }
      throw error
    }
    recorder?.finish(outcome)
    display.finish()
    if workers.isFirst { return try finish(outcome, folder: folder) }
    if !outcome.isComplete { throw CommandFailure.silent(status: Interruption.status) }
  }

  /// A run that can be trained does not end over the record of who did it.
  private func keepFacts(_ facts: RunFacts, in folder: RunFolder) {
    do { try facts.append(to: folder) } catch {
      let path = folder.facts.path
      let reason =
        FileFailure.obstacle(toWriting: path) ?? FileFailure.line(for: error) ?? "\(error)"
      Console.warning(
        "\(path): cannot be written: \(reason); training goes on without a record of this process"
      )
    }
  }

  /// What to do: worker 0 knows, and tells the others, who need not see its recipe or its run folder.
  private func ordered(
    from start: StartingWeights?,
    _ workers: any WorkerGroup
  ) throws -> (RunFolder, TrainingRecipe, RunData) {
    if workers.count == 1 { return try resume.map(resumed) ?? started(from: start) }
    var own: SharedOrder?
    if workers.isFirst {
      let (folder, recipe, data) = try resume.map(resumed) ?? started(from: start)
      own = SharedOrder(folder: folder.url.path, recipe: try RecipeYAML.text(recipe), data: data)
    }
    guard let order = try workers.first(own) else {
      throw CommandFailure.failed(
        "worker 0 gave no order; start all workers with one version of focal"
      )
    }
    return (
      RunFolder(URL(fileURLWithPath: order.folder, isDirectory: true)),
      try RecipeYAML.recipe(parsing: order.recipe, file: "recipe.yaml", over: TrainingRecipe()),
      order.data
    )
  }

  /// Workers read the same files, by the same paths, each on its own machine.
  private func checkEqual(_ datasets: [DetectionDataset], _ workers: any WorkerGroup) throws {
    let own = datasets.map { "\($0.samples.count) pictures, \($0.boxCount) boxes" }
      .joined(separator: " and ")
    let all = try workers.all(own)
    if let other = all.firstIndex(where: { $0 != all[0] }) {
      throw CommandFailure.failed(
        "worker \(other) found \(all[other]), worker 0 \(all[0]): all workers must see the same data"
      )
    }
  }

  private func subject(
    _ recipe: TrainingRecipe,
    _ training: DetectionDataset,
    _ validation: DetectionDataset,
    _ start: StartingWeights?
  ) -> DoctorCase {
    DoctorCase(
      recipe: recipe,
      training: training,
      validation: validation,
      start: weightOptions.startingPoint(start),
      machine: .current
    )
  }

  private func checkReplay() throws {
    guard dataOptions.isEmpty, out == nil, resume == nil, recipeOptions.preset == nil,
      recipeOptions.config == nil, weightOptions.isEmpty, policyOptions.isEmpty,
      rehearseNonFinite == nil, workerOptions.nproc == nil
    else {
      throw CommandFailure.usage(
        "--replay computes a recorded step, with its own data and recipe: only --set and --json go with it"
      )
    }
  }

  private func started(
    from start: StartingWeights?
  ) throws -> (RunFolder, TrainingRecipe, RunData) {
    guard let train = dataOptions.train, let val = dataOptions.val, let out else {
      let missing = [("--train", dataOptions.train), ("--val", dataOptions.val), ("--out", out)]
        .filter { $0.1 == nil }.map(\.0)
      throw CommandFailure.usage(
        "missing \(missing.joined(separator: ", ")): focal train --train DATA --val DATA --out RUN, "
          + "or --resume RUN; see focal train --help"
      )
    }
    try FileFailure.check(folder: out)
    var recipe = try recipeOptions.recipe(adopting: start?.configuration)
    try start?.check(recipe.configuration(categories: ["object"], categoryIDs: [1]))
    policyOptions.apply(to: &recipe)
    let data = RunData(
      train: Self.absolute(train),
      validation: Self.absolute(val),
      images: dataOptions.images.map(Self.absolute)
    )
    return (RunFolder(URL(fileURLWithPath: out, isDirectory: true)), recipe, data)
  }

  private func resumed(_ path: String) throws -> (RunFolder, TrainingRecipe, RunData) {
    guard dataOptions.isEmpty, out == nil, recipeOptions.preset == nil,
      recipeOptions.config == nil, weightOptions.isEmpty
    else {
      throw CommandFailure.usage(
        "--resume goes on with a run as it was begun: leave out --train, --val, --images, --out, --weights, "
          + "--backbone-weights, --preset and --config"
      )
    }
    guard recipeOptions.assignments.isEmpty else {
      throw CommandFailure.usage(
        "--resume goes on with the recipe in \(path)/recipe.yaml: --set would make it another run"
      )
    }
    let folder = RunFolder(URL(fileURLWithPath: path, isDirectory: true))
    let data = try RunData(contentsOf: folder)
    let text: String
    do {
      text = try String(contentsOf: folder.recipe, encoding: .utf8)
    } catch {
      throw CommandFailure.failed(
        "\(folder.recipe.path): cannot be read; a run is resumed with its own recipe"
      )
    }
    var recipe = try RecipeOptions.recipe(parsing: text, file: folder.recipe.path)
    policyOptions.apply(to: &recipe)
    return (folder, recipe, data)
  }

  /// So that the run can be resumed from another folder; `synth:` and a `:split` stay as they are.
  private static func absolute(_ path: String) -> String {
    path.hasPrefix("synth:") || path.hasPrefix("/")
      ? path : FileManager.default.currentDirectoryPath + "/" + path
  }

  private func finish(_ outcome: TrainingOutcome, folder: RunFolder) throws {
    for line in outcome.skipped { Console.warning("left out: \(line)") }
    if !quiet { TrainingEnd.lines(outcome, folder: folder).forEach(Console.note) }
    if json { try JSONLine.print(OutcomeFigures(outcome)) }
    if !outcome.isComplete { throw CommandFailure.silent(status: Interruption.status) }
  }

  private struct OutcomeFigures: Encodable {
    let complete: Bool
    let wasComplete: Bool
    let steps: Int
    let bestAP: Double?
    let bestEpoch: Int?
    let endedEarly: String?
    let seconds: Double
    let stepSeconds: Double
    let dataSeconds: Double
    let skipped: [String]

    init(_ outcome: TrainingOutcome) {
      complete = outcome.isComplete
      wasComplete = outcome.wasComplete
      steps = outcome.steps
      bestAP = outcome.bestAP
      bestEpoch = outcome.bestEpoch
      endedEarly = outcome.endedEarly
      seconds = outcome.seconds
      stepSeconds = outcome.stepSeconds
      dataSeconds = outcome.dataSeconds
      skipped = outcome.skipped
    }
  }
}
