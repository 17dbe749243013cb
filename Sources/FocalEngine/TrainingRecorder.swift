import CommandConsole
import DetectionDatasets
import DetectionModels
import DetectionReport
import DetectionTraining
import FileCommands
import Foundation
import RunLogs

/// Keeps what shows a run to people up to date as it goes: TensorBoard's events and the run's page.
///
/// Everything follows from `metrics.jsonl`, which is the truth. What cannot be written, for instance on a full disk, is
/// told once and left alone from then on: the run itself goes on.
final class TrainingRecorder {
  private let folder: RunFolder
  private let validation: DetectionDataset
  private var metrics: MetricsFollower
  private var tensorBoard: TensorBoardLog?
  private var writer: RunPageWriter?
  private var page: RunPage
  private lazy var pictures = ValidationGallery(validation)
  private let started = ContinuousClock.now
  private var startStep = 0
  private var written: ContinuousClock.Instant?

  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - recipe: What the run does.
  ///   - training: What is learned from; its categories are the model's.
  ///   - validation: What is scored.
  /// - Throws: `DatasetError` if the categories do not fit.
  init(
    folder: RunFolder,
    recipe: TrainingRecipe,
    training: DetectionDataset,
    validation: DetectionDataset
  ) throws {
    self.folder = folder
    self.validation = try validation.aligned(to: training.categories)
    metrics = MetricsFollower(folder.metrics)
    page = RunPage(title: folder.url.lastPathComponent, recipe: recipe)
    page.subject = Self.subject(recipe, training, validation)
    page.leftOut = (training.problems + validation.problems).filter(\.kind.isPictureLeftOut)
      .map(\.description)
  }

  private static func subject(
    _ recipe: TrainingRecipe,
    _ training: DetectionDataset,
    _ validation: DetectionDataset
  ) -> String {
    let classes = training.categories.count
    return "RetinaNet on \(recipe.model.backbone.rawValue) learns \(classes) "
      + "\(classes == 1 ? "class" : "classes") from \(training.samples.count) pictures with "
      + "\(training.boxCount) boxes and is scored on \(validation.samples.count) others."
  }

  /// Takes up what happened.
  ///
  /// - Parameter event: The event; what it says of numbers stands in the metrics already.
  func record(_ event: TrainingEvent) {
    switch event {
    case .started(let start): begin(start)
    case .step:
      follow()
      refreshIfDue()
    case .evaluating: refreshIfDue()
    case .evaluated(let evaluation):
      follow()
      show(evaluation)
    case .saved: break
    }
  }

  /// Says how the run ended.
  ///
  /// - Parameter outcome: What came of it.
  func finish(_ outcome: TrainingOutcome) {
    page.status = outcome.isComplete ? .complete : .stopped(resume: resumption)
    note(outcome.isComplete ? .complete : .stopped)
    page.leftOut = outcome.skipped
    if let reason = outcome.endedEarly {
      page.notes.append("Ended before its schedule: \(reason).")
    }
    close()
  }

  /// Says why the run ended by itself.
  ///
  /// - Parameter error: What ended it.
  func fail(_ error: any Error) {
    let reason = Console.oneLine(FileFailure.line(for: error) ?? "\(error)")
    page.status = .failed(reason: reason, resume: resumption)
    note(.failed, reason: reason)
    close()
  }

  /// Keeps the end for whoever makes the page again.
  ///
  /// Where it cannot be written, the page says it at least.
  private func note(_ kind: RunFacts.Ending.Kind, reason: String? = nil) {
    // A run that failed before it began has no line of its own.
    guard writer != nil else { return }
    let ending = RunFacts.Ending(kind, reason: reason, endedAt: .now)
    try? RunFacts.end(folder, ending)
    page.facts = (try? RunFacts.all(of: folder)) ?? page.facts
  }

  private var resumption: String {
    ShellWords.line(["focal", "train", "--resume", folder.url.path])
  }

  // MARK: Steps

  private func begin(_ start: TrainingStart) {
    startStep = start.startStep
    page.totalSteps = start.totalSteps
    page.facts = (try? RunFacts.all(of: folder)) ?? []
    page.findings = KeptFindings.all(of: folder)
    page.evaluation = ShownEvaluation(contentsOf: folder.validation, upTo: start.startStep)
    writer = RunPageWriter(folder.report)
    do {
      let lines = try metrics.newLines()
      lines.forEach { page.course.add($0) }
      tensorBoard = try TensorBoardLog(
        resuming: folder.tensorBoard,
        keepingThroughStep: start.startStep,
        mirroring: lines,
        isDamaged: !start.logFaults.isEmpty
      )
    } catch { dropTensorBoard(error) }
    refresh()
  }

  private func follow() {
    let lines: [MetricsEntry]
    do { lines = try metrics.newLines() } catch { return dropTensorBoard(error) }
    for line in lines {
      page.course.add(line)
      do { try tensorBoard?.append(line) } catch { dropTensorBoard(error) }
    }
  }

  private func show(_ evaluation: TrainingEvaluation) {
    let gallery = pictures.gallery(evaluation.detections)
    if let tensorBoard {
      do {
        let figures = TensorBoardFigures.curves(
          truth: validation.groundTruth(),
          detections: evaluation.detections
        )
        let drawn = try TensorBoardFigures.pictures(of: gallery)
        try tensorBoard.append(drawn + figures, step: evaluation.step)
      } catch { dropTensorBoard(error) }
    }
    let shown = ShownEvaluation(evaluation, gallery: gallery, embedded: pictures.embedded)
    page.evaluation = shown
    if writer != nil {
      do { try shown.write(to: folder.validation) } catch { dropPage(error) }
    }
    refresh()
  }

  // MARK: The page

  /// Every half a minute; more often while a run is young and its reader waits for the first numbers.
  private func refreshIfDue() {
    guard let written else { return refresh() }
    let now = ContinuousClock.now
    if now - written >= min(.seconds(30), max(.seconds(2), (now - started) / 10)) { refresh() }
  }

  private func refresh() {
    guard let writer else { return }
    written = .now
    updatePace()
    do { try writer.write(page) } catch { dropPage(error) }
  }

  private func updatePace() {
    let steps = page.course.step - startStep
    guard steps > 0 else { return }
    page.secondsPerStep = (ContinuousClock.now - started) / .seconds(1) / Double(steps)
  }

  private func close() {
    // A run that failed before it began has no page.
    guard let writer else { return }
    do { try writer.finish(page) } catch { dropPage(error) }
    self.writer = nil
    tensorBoard = nil
  }

  // MARK: What cannot be written

  private func dropTensorBoard(_ error: any Error) {
    guard tensorBoard != nil || written == nil else { return }
    tensorBoard = nil
    Console.warning(
      "\(FileFailure.line(for: error) ?? "\(error)"); training goes on without events for TensorBoard, "
        + "resuming the run adds what is missing"
    )
  }

  private func dropPage(_ error: any Error) {
    guard writer != nil else { return }
    writer = nil
    Console.warning(
      "\(FileFailure.line(for: error) ?? "\(error)"); training goes on without \(folder.report.lastPathComponent), "
        + "focal report \(ShellWords.quoted(folder.url.path)) makes it later"
    )
  }
}
