import DetectionModels
import Foundation
import Torch
import TorchNN

/// The checkpoints of a run: each a folder, written beside its final name, synced, renamed; a checksum for every file.
///
/// A torn or altered checkpoint is passed over and the one before it is used.
struct CheckpointStore {
  private let folder: URL
  private let keep: Int

  private static let stateFile = "state.json"
  private static let modelFile = "model.safetensors"
  private static let optimizerFile = "optimizer.safetensors"
  private static let averageFile = "average.safetensors"
  private static let partialSuffix = ".partial"

  /// - Parameters:
  ///   - folder: Where they lie.
  ///   - keep: How many are kept.
  init(folder: URL, keep: Int) {
    self.folder = folder
    self.keep = keep
  }

  /// What `state.json` holds.
  private struct Manifest: Codable {
    var version = 1
    let state: TrainingState
    let averageUpdates: Int
    /// FNV-1a of each file's bytes, in hexadecimal.
    let checksums: [String: String]
  }

  /// Saves everything that the steps to come depend on.
  func save(
    _ state: TrainingState,
    model: RetinaNet,
    optimizer: SGD,
    average: ExponentialMovingAverage?
  ) throws {
    let manager = FileManager.default
    let name = Self.name(step: state.step)
    let partial = folder.appendingPathComponent(name + Self.partialSuffix)
    try? manager.removeItem(at: partial)
    try manager.createDirectory(at: partial, withIntermediateDirectories: true)
    var files = [(Self.modelFile, model.state), (Self.optimizerFile, optimizer.state)]
    if let average { files.append((Self.averageFile, average.averages)) }
    var checksums: [String: String] = [:]
    for (file, tensors) in files {
      let url = partial.appendingPathComponent(file)
      try SafetensorsFile.write(tensors, metadata: [:], to: url)
      checksums[file] = try FileChecksum.hexadecimal(of: url)
    }
    let manifest = Manifest(
      state: state,
      averageUpdates: average?.updateCount ?? 0,
      checksums: checksums
    )
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try SyncedFile.write(
      encoder.encode(manifest),
      to: partial.appendingPathComponent(Self.stateFile)
    )
    try SyncedFile.synchronizeFolder(partial)
    let final = folder.appendingPathComponent(name)
    if manager.fileExists(atPath: final.path) { try manager.removeItem(at: final) }
    try manager.moveItem(at: partial, to: final)
    try SyncedFile.synchronizeFolder(folder)
    for old in try names().dropLast(keep) {
      try? manager.removeItem(at: folder.appendingPathComponent(old))
    }
  }

  /// Puts the newest whole checkpoint back.
  ///
  /// - Returns: Where the run stood.
  /// - Throws: ``TrainingError`` where no checkpoint is whole, naming what is wrong with each.
  func restore(
    model: RetinaNet,
    optimizer: SGD,
    average: ExponentialMovingAverage?
  ) throws -> TrainingState {
    var faults: [String] = []
    for name in try names().reversed() {
      do {
        return try restore(
          folder.appendingPathComponent(name),
          model: model,
          optimizer: optimizer,
          average: average
        )
      } catch {
        faults.append("\(name): \(error)")
      }
    }
    throw TrainingError(
      code: faults.isEmpty ? .nothingToResume : .unreadableCheckpoint,
      message: faults.isEmpty
        ? "\(folder.path): holds no checkpoint; the run had not come to its first, start it again in a new folder"
        : "\(folder.path): no checkpoint is whole: \(faults.joined(separator: "; "))"
    )
  }

  private func restore(
    _ checkpoint: URL,
    model: RetinaNet,
    optimizer: SGD,
    average: ExponentialMovingAverage?
  ) throws -> TrainingState {
    let manifest = try JSONDecoder().decode(
      Manifest.self,
      from: Data(contentsOf: checkpoint.appendingPathComponent(Self.stateFile))
    )
    // Every file is checked before the first is used, so that a fault leaves the model as it was.
    for (file, expected) in manifest.checksums {
      let found = try FileChecksum.hexadecimal(of: checkpoint.appendingPathComponent(file))
      guard found == expected else {
        throw TrainingError(
          code: .unreadableCheckpoint,
          message: "\(file) is altered: found checksum \(found), expected \(expected)"
        )
      }
    }
    try model.load(tensors(checkpoint, Self.modelFile))
    try optimizer.restore(tensors(checkpoint, Self.optimizerFile))
    try average?.restore(
      tensors(checkpoint, Self.averageFile),
      updateCount: manifest.averageUpdates
    )
    return manifest.state
  }

  private func tensors(_ checkpoint: URL, _ file: String) throws -> [NamedTensor] {
    try SafetensorsFile(contentsOf: checkpoint.appendingPathComponent(file)).tensors()
  }

  /// Names of the whole checkpoints, oldest first.
  private func names() throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasPrefix("step-") && !$0.hasSuffix(Self.partialSuffix) }.sorted()
  }

  /// Ten digits, so that names sort as steps do.
  private static func name(step: Int) -> String {
    let digits = String(step)
    return "step-" + String(repeating: "0", count: max(0, 10 - digits.count)) + digits
  }
}
