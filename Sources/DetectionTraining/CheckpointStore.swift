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
  private static let checksumsFile = "checksums.json"
  private static let partialSuffix = ".partial"
  private static let replacedSuffix = ".replaced"

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
  }

  /// What `checksums.json` holds: FNV-1a of each other file's bytes, in hexadecimal.
  private typealias Checksums = [String: String]

  /// Saves everything that the steps to come depend on.
  func save(
    _ state: TrainingState,
    model: RetinaNet,
    optimizer: any Optimizer,
    average: ExponentialMovingAverage?
  ) throws {
    let manager = FileManager.default
    let name = Self.name(step: state.step)
    let partial = folder.appendingPathComponent(name + Self.partialSuffix)
    try? manager.removeItem(at: partial)
    try manager.createDirectory(at: partial, withIntermediateDirectories: true)
    var files = [(Self.modelFile, model.state), (Self.optimizerFile, optimizer.state)]
    if let average { files.append((Self.averageFile, average.averages)) }
    for (file, tensors) in files {
      try SafetensorsFile.write(tensors, metadata: [:], to: partial.appendingPathComponent(file))
    }
    let manifest = Manifest(state: state, averageUpdates: average?.updateCount ?? 0)
    try Self.write(manifest, to: partial.appendingPathComponent(Self.stateFile))
    var checksums: Checksums = [:]
    for file in files.map(\.0) + [Self.stateFile] {
      checksums[file] = try FileChecksum.hexadecimal(of: partial.appendingPathComponent(file))
    }
    try Self.write(checksums, to: partial.appendingPathComponent(Self.checksumsFile))
    try SyncedFile.synchronizeFolder(partial)
    try put(partial, inPlaceOf: folder.appendingPathComponent(name))
    for old in try names().dropLast(keep) {
      try? manager.removeItem(at: folder.appendingPathComponent(old))
    }
  }

  /// Gives a finished checkpoint its name; an older one of that name is there until the new one is.
  private func put(_ partial: URL, inPlaceOf final: URL) throws {
    let manager = FileManager.default
    let replaced = URL(fileURLWithPath: final.path + Self.replacedSuffix)
    if manager.fileExists(atPath: final.path) {
      try? manager.removeItem(at: replaced)
      try manager.moveItem(at: final, to: replaced)
    }
    try manager.moveItem(at: partial, to: final)
    try SyncedFile.synchronizeFolder(folder)
    try? manager.removeItem(at: replaced)
  }

  private static func write(_ value: some Encodable, to url: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try SyncedFile.write(encoder.encode(value), to: url)
  }

  /// Puts the newest whole checkpoint back.
  ///
  /// - Parameters:
  ///   - model: Gets its weights.
  ///   - optimizer: Gets its memory.
  ///   - average: Gets the averaged weights.
  ///   - data: What the run is to go on with, where that is known.
  /// - Returns: Where the run stood.
  /// - Throws: ``TrainingError`` where no checkpoint is whole, naming what is wrong with each, or the data differ.
  func restore(
    model: RetinaNet,
    optimizer: any Optimizer,
    average: ExponentialMovingAverage?,
    data: TrainedData? = nil
  ) throws -> TrainingState {
    var faults: [String] = []
    for name in try names().reversed() {
      do {
        return try restore(
          folder.appendingPathComponent(name),
          model: model,
          optimizer: optimizer,
          average: average,
          data: data
        )
      } catch let error as TrainingError where error.code == .wrongData {
        throw error
      } catch {
        faults.append("\(name): \(error)")
      }
    }
    throw TrainingError(
      code: faults.isEmpty ? .nothingToResume : .unreadableCheckpoint,
      message: faults.isEmpty
        ? "\(folder.path): holds no checkpoint; the run had not come to its first, start it "
          + "again with --train, --val and --out"
        : "\(folder.path): no checkpoint is whole: \(faults.joined(separator: "; "))"
    )
  }

  private func restore(
    _ checkpoint: URL,
    model: RetinaNet,
    optimizer: any Optimizer,
    average: ExponentialMovingAverage?,
    data: TrainedData?
  ) throws -> TrainingState {
    let checksums: Checksums = try Self.read(checkpoint, Self.checksumsFile)
    var files = [Self.stateFile, Self.modelFile, Self.optimizerFile]
    if average != nil { files.append(Self.averageFile) }
    // Every file is checked before the first is used, so that a fault leaves the model as it was.
    for file in files {
      let found = try? FileChecksum.hexadecimal(of: checkpoint.appendingPathComponent(file))
      guard let found else { throw Self.fault("\(file) cannot be read") }
      guard let expected = checksums[file] else {
        throw Self.fault("\(file) is not in \(Self.checksumsFile)")
      }
      guard found == expected else {
        throw Self.fault("\(file) is altered: found checksum \(found), expected \(expected)")
      }
    }
    let manifest: Manifest = try Self.read(checkpoint, Self.stateFile)
    if let data, let before = manifest.state.data, before != data {
      throw TrainingError(
        code: .wrongData,
        message: "\(folder.path): the training data have changed since the run began: it had "
          + "\(before), found \(data); put the data back as they were, or start a new run with --out"
      )
    }
    try model.load(tensors(checkpoint, Self.modelFile))
    try optimizer.restore(tensors(checkpoint, Self.optimizerFile))
    try average?.restore(
      tensors(checkpoint, Self.averageFile),
      updateCount: manifest.averageUpdates
    )
    return manifest.state
  }

  private static func read<Value: Decodable>(_ checkpoint: URL, _ file: String) throws -> Value {
    do {
      let data = try Data(contentsOf: checkpoint.appendingPathComponent(file))
      return try JSONDecoder().decode(Value.self, from: data)
    } catch {
      throw fault("\(file) cannot be read")
    }
  }

  private static func fault(_ message: String) -> TrainingError {
    TrainingError(code: .unreadableCheckpoint, message: message)
  }

  private func tensors(_ checkpoint: URL, _ file: String) throws -> [NamedTensor] {
    try SafetensorsFile(contentsOf: checkpoint.appendingPathComponent(file)).tensors()
  }

  /// Whether there is one, whole or not.
  var hasCheckpoint: Bool { (try? names().isEmpty) == false }

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
