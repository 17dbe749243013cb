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

  /// Writes everything that the steps to come depend on.
  ///
  /// - Parameters:
  ///   - state: Where the run stood when the snapshot was taken.
  ///   - snapshot: The tensors of that moment.
  /// - Throws: An error of the file system; what was saved before is as it was.
  func save(_ state: TrainingState, _ snapshot: StateSnapshot) throws {
    let manager = FileManager.default
    let name = Self.name(step: state.step)
    try removePartial()
    let partial = folder.appendingPathComponent(name + Self.partialSuffix)
    do {
      try manager.createDirectory(at: partial, withIntermediateDirectories: true)
      try write(state, snapshot, to: partial)
      try put(partial, inPlaceOf: folder.appendingPathComponent(name))
    } catch {
      // Half a checkpoint is of no use, and its room may be needed.
      try? manager.removeItem(at: partial)
      throw error
    }
    for old in try names().dropLast(keep) {
      try? manager.removeItem(at: folder.appendingPathComponent(old))
    }
  }

  private func write(_ state: TrainingState, _ snapshot: StateSnapshot, to partial: URL) throws {
    var files = [(Self.modelFile, snapshot.model), (Self.optimizerFile, snapshot.optimizer)]
    if let averages = snapshot.averages { files.append((Self.averageFile, averages)) }
    for (file, tensors) in files {
      try SafetensorsFile.write(tensors, metadata: [:], to: partial.appendingPathComponent(file))
    }
    let manifest = Manifest(state: state, averageUpdates: snapshot.averageUpdates)
    let bytes = try Self.encoder.encode(manifest)
    try SyncedFile.write(bytes, to: partial.appendingPathComponent(Self.stateFile))
    var checksums: Checksums = [:]
    for file in files.map(\.0) + [Self.stateFile] {
      checksums[file] = try FileChecksum.hexadecimal(of: partial.appendingPathComponent(file))
    }
    try SyncedFile.write(
      Self.encoder.encode(checksums),
      to: partial.appendingPathComponent(Self.checksumsFile)
    )
    try SyncedFile.synchronizeFolder(partial)
  }

  /// Removes what a process that died under way left.
  private func removePartial() throws {
    let manager = FileManager.default
    let names = (try? manager.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix("step-") && name.hasSuffix(Self.partialSuffix) {
      try manager.removeItem(at: folder.appendingPathComponent(name))
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

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return encoder
  }

  /// Puts the newest whole checkpoint back.
  ///
  /// - Parameters:
  ///   - model: Gets its weights.
  ///   - optimizer: Gets its memory.
  ///   - average: Gets the averaged weights.
  ///   - data: What the run is to go on with, where that is known.
  ///   - recipe: How it is to go on, where that is known.
  /// - Returns: Where the run stood, and what is wrong with each newer checkpoint that was passed over.
  /// - Throws: ``TrainingError`` where no checkpoint is whole, naming what is wrong with each, or the data differ.
  func restore(
    model: RetinaNet,
    optimizer: any Optimizer,
    average: ExponentialMovingAverage?,
    data: TrainedData? = nil,
    recipe: TrainingRecipe? = nil
  ) throws -> (state: TrainingState, refused: [String]) {
    var faults: [String] = []
    for name in try names().reversed() {
      do {
        let state = try restore(
          folder.appendingPathComponent(name),
          model: model,
          optimizer: optimizer,
          average: average,
          data: data,
          recipe: recipe
        )
        return (state, faults)
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
    data: TrainedData?,
    recipe: TrainingRecipe?
  ) throws -> TrainingState {
    var files = [Self.stateFile, Self.modelFile, Self.optimizerFile]
    if average != nil { files.append(Self.averageFile) }
    let checksums = try checksums(of: checkpoint, files: files)
    // Every file is checked before the first is used, so that a fault leaves the model as it was.
    for file in files {
      let found = try? FileChecksum.hexadecimal(of: checkpoint.appendingPathComponent(file))
      guard let found else { throw Self.fault("\(file) cannot be read") }
      guard found == checksums[file] else {
        throw Self.fault(
          "\(file) is altered: found checksum \(found), expected \(checksums[file] ?? "none")"
        )
      }
    }
    let manifest: Manifest = try Self.read(checkpoint, Self.stateFile)
    if let recipe, let before = manifest.state.recipe {
      let place = folder.deletingLastPathComponent().appendingPathComponent("recipe.yaml").path
      try recipe.checkGoesOn(from: before, place: place)
    }
    if let data, let before = manifest.state.data, !before.allows(data) {
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

  /// What the files' checksums are to be; nothing guards this file but that it is written in one way only.
  private func checksums(of checkpoint: URL, files: [String]) throws -> Checksums {
    let checksums: Checksums = try Self.read(checkpoint, Self.checksumsFile)
    let bytes = try? Data(contentsOf: checkpoint.appendingPathComponent(Self.checksumsFile))
    guard let bytes, bytes == (try? Self.encoder.encode(checksums)) else {
      throw Self.fault("\(Self.checksumsFile) is altered: it is not as it was written")
    }
    if let file = files.first(where: { checksums[$0] == nil }) {
      throw Self.fault("\(file) is not in \(Self.checksumsFile)")
    }
    return checksums
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
      .filter(Self.isWhole).sorted { Self.order($0) < Self.order($1) }
  }

  private static func isWhole(_ name: String) -> Bool {
    let digits = name.dropFirst(5).replacing(replacedSuffix, with: "")
    return name.hasPrefix("step-") && !digits.isEmpty && digits.allSatisfy(\.isNumber)
  }

  /// What was put aside for its successor comes before it.
  private static func order(_ name: String) -> String {
    name.hasSuffix(replacedSuffix) ? String(name.dropLast(replacedSuffix.count)) : name + "~"
  }

  /// Ten digits, so that names sort as steps do.
  private static func name(step: Int) -> String {
    let digits = String(step)
    return "step-" + String(repeating: "0", count: max(0, 10 - digits.count)) + digits
  }
}
