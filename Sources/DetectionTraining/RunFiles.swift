import DetectionModels
import RunLogs

/// The weights and checkpoints of a run, written beside the steps: what training pays is the copy.
final class RunFiles {
  private let folder: RunFolder
  private let checkpoints: CheckpointStore
  private let configuration: RetinaNetConfiguration
  private let snapshot: StateSnapshot
  private let writer = RunWriter()
  /// The step whose weights `last.safetensors` has, or will have when all is written.
  private var publishedStep: Int?

  /// - Parameters:
  ///   - folder: Where the weights go.
  ///   - checkpoints: Where the checkpoints go.
  ///   - configuration: The network's, which each file of weights carries.
  ///   - snapshot: Copies what is written.
  init(
    _ folder: RunFolder,
    _ checkpoints: CheckpointStore,
    configuration: RetinaNetConfiguration,
    snapshot: StateSnapshot
  ) {
    (self.folder, self.checkpoints) = (folder, checkpoints)
    (self.configuration, self.snapshot) = (configuration, snapshot)
  }

  /// Waits for what is being written.
  deinit { writer.close() }

  /// Has a checkpoint written, and the newest weights where they are not there yet.
  ///
  /// - Parameter state: Where the run stands, with the tensors as they are now.
  /// - Throws: What earlier writing threw.
  func save(_ state: TrainingState) throws {
    let isPublished = publishedStep == state.step
    try take()
    publishedStep = state.step
    try write(state.step) { [folder, configuration, checkpoints, snapshot] in
      if !isPublished { try ModelFile.write(snapshot.published, configuration, to: folder.last) }
      // What the log says of the steps before is on the disk before the checkpoint is there.
      try MetricsLog.synchronize(folder.metrics)
      try checkpoints.save(state, snapshot)
    }
  }

  /// Has the weights as users get them written to `last.safetensors`.
  ///
  /// - Parameter step: The steps that they came of.
  /// - Throws: What earlier writing threw.
  func publish(step: Int) throws {
    try take()
    publishedStep = step
    try write(step) { [folder, configuration, snapshot] in
      try ModelFile.write(snapshot.published, configuration, to: folder.last)
    }
  }

  /// Makes the weights last published the best ones.
  ///
  /// - Parameter step: The steps that they came of.
  /// - Throws: What earlier writing threw.
  func keepAsBest(step: Int) throws {
    try write(step) { [folder] in
      try ModelFile.replace(folder.best, withCopyOf: folder.last)
    }
  }

  /// Has the weights at the end of the run written.
  ///
  /// - Parameter step: The steps that they came of.
  /// - Throws: What earlier writing threw.
  func writeFinal(step: Int) throws {
    try take()
    try write(step) { [folder, configuration, snapshot] in
      try ModelFile.write(snapshot.published, configuration, to: folder.final)
    }
  }

  /// Looks whether something could not be written.
  ///
  /// - Throws: ``TrainingError`` saying what, and why.
  func check() throws { try writer.check() }

  /// Waits until all is written.
  ///
  /// - Throws: ``TrainingError`` saying what could not be, and why.
  func finish() throws { try writer.finish() }

  /// Copies the tensors; the copy before must be written by then.
  private func take() throws {
    try writer.finish()
    try snapshot.take()
  }

  private func write(_ step: Int, _ work: @escaping @Sendable () throws -> Void) throws {
    try writer.write { [folder, snapshot] in
      do {
        try work()
      } catch {
        throw folder.unsaved(step: step, bytes: snapshot.byteCount, error)
      }
    }
  }
}
