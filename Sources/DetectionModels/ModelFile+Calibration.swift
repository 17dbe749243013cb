package import Foundation
import Torch
import TorchNN

extension ModelFile {
  /// The metadata key of the calibration.
  private static let calibrationKey = "focal.calibration"
  /// The most bytes of it that are read; 300 values take 30 kB.
  private static let mostBytes = 4 << 20

  /// Writes a model that predicts in 8-bit integers by itself; its weights are those of any other model file.
  ///
  /// - Parameters:
  ///   - model: The network, its running statistics included.
  ///   - calibration: The ranges of its values.
  ///   - url: The file; written beside its final name, synced, then renamed.
  /// - Throws: `SafetensorsError` if the file cannot be written.
  package static func write(
    _ model: RetinaNet,
    calibration: Calibration,
    to url: URL
  ) throws {
    try write(
      model.state,
      model.configuration,
      metadata: [calibrationKey: try json(calibration)],
      to: url
    )
  }

  /// Reads the calibration of a model file.
  ///
  /// - Parameter url: The file.
  /// - Returns: `nil` if it has none: it is a model that was not quantised.
  /// - Throws: ``ModelError`` if what it has cannot be read, or names a layer that the file has not; `SafetensorsError`
  ///   if it is no whole safetensors file.
  package static func calibration(of url: URL) throws -> Calibration? {
    let file = try SafetensorsFile(contentsOf: url)
    guard let text = file.metadata[calibrationKey] else { return nil }
    func fault(_ message: String) -> ModelError {
      // Names come from the file: they may be long, and have several lines.
      let line = message.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(400)
      return ModelError(
        place: url.path,
        message: "\(calibrationKey) in the metadata cannot be read: \(line)"
      )
    }
    let data = Data(text.utf8)
    guard data.count <= mostBytes else {
      throw fault("found \(data.count) bytes, expected at most \(mostBytes)")
    }
    let calibration: Calibration
    do {
      calibration = try JSONDecoder().decode(Calibration.self, from: data)
    } catch {
      throw fault((error as? DecodingError)?.explanation(in: data) ?? "\(error)")
    }
    let tensors = Set(file.entries.map(\.name))
    let stranger = calibration.kept.sorted().first { !tensors.contains("\($0).weight") }
    if let stranger {
      throw fault(
        "kept: found \(stranger.prefix(100)), which is no layer of this model; quantise the model anew"
      )
    }
    return calibration
  }
}
