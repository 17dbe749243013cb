import CommandConsole
import DetectionDatasets
import DetectionReport
import DetectionTraining
import RunLogs

/// Keeps what shows a run to people up to date as it goes: TensorBoard's events.
///
/// Everything follows from `metrics.jsonl`, which is the truth. What cannot be written, for instance on a full disk, is
/// told once and left alone from then on: the run itself goes on.
final class TrainingRecorder {
  private let folder: RunFolder
  private let validation: DetectionDataset
  private var metrics: MetricsFollower
  private var tensorBoard: TensorBoardLog?
  private lazy var pictures = ValidationGallery(validation)

  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - training: What is learned from; its categories are the model's.
  ///   - validation: What is scored.
  /// - Throws: `DatasetError` if the categories do not fit.
  init(folder: RunFolder, training: DetectionDataset, validation: DetectionDataset) throws {
    self.folder = folder
    self.validation = try validation.aligned(to: training.categories)
    metrics = MetricsFollower(folder.metrics)
  }

  /// Takes up what happened.
  ///
  /// - Parameter event: The event; what it says of numbers stands in the metrics already.
  func record(_ event: TrainingEvent) {
    switch event {
    case .started(let start): begin(start)
    case .step: follow()
    case .evaluated(let evaluation):
      follow()
      show(evaluation)
    case .evaluating, .saved: break
    }
  }

  private func begin(_ start: TrainingStart) {
    attempt {
      let lines = try metrics.newLines()
      tensorBoard = try TensorBoardLog(
        resuming: folder.tensorBoard,
        keepingThroughStep: start.startStep,
        mirroring: lines
      )
    }
  }

  private func follow() {
    guard tensorBoard != nil else { return }
    attempt {
      for line in try metrics.newLines() { try tensorBoard?.append(line) }
    }
  }

  private func show(_ evaluation: TrainingEvaluation) {
    guard tensorBoard != nil else { return }
    attempt {
      let gallery = pictures.gallery(evaluation.detections)
      let curves = TensorBoardFigures.curves(
        truth: validation.groundTruth(),
        detections: evaluation.detections
      )
      try tensorBoard?.append(
        TensorBoardFigures.pictures(of: gallery) + curves,
        step: evaluation.step
      )
    }
  }

  private func attempt(_ body: () throws -> Void) {
    do { try body() } catch {
      tensorBoard = nil
      Console.warning(
        "\(FileFailure.line(for: error) ?? "\(error)"); training goes on without events for TensorBoard, "
          + "resuming the run adds what is missing"
      )
    }
  }
}
