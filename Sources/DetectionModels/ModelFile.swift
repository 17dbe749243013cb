public import Foundation
import BoxGeometry
import Torch
package import TorchNN

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A model as one `.safetensors` file: weights by torchvision's names, and the configuration in its metadata, so that
/// the file alone can predict.
public enum ModelFile {
  /// The metadata key of the configuration, and the version of its meaning.
  private static let configurationKey = "focal.configuration"
  private static let versionKey = "focal.version"
  private static let version = "1"

  /// Writes a model; the same weights and configuration give the same bytes.
  ///
  /// - Parameters:
  ///   - model: The network, its running statistics included.
  ///   - url: The file; written beside its final name, synced, then renamed.
  /// - Throws: `SafetensorsError` if the file cannot be written.
  public static func write(_ model: RetinaNet, to url: URL) throws {
    try write(model.state, model.configuration, to: url)
  }

  /// Writes a model whose tensors were copied.
  ///
  /// - Parameters:
  ///   - state: Parameters and buffers of the network, by name.
  ///   - configuration: The network's configuration.
  ///   - metadata: What else the file says of itself.
  ///   - url: The file; written beside its final name, synced, then renamed.
  /// - Throws: `SafetensorsError` if the file cannot be written.
  package static func write(
    _ state: [NamedTensor],
    _ configuration: RetinaNetConfiguration,
    metadata: [String: String] = [:],
    to url: URL
  ) throws {
    let own = [configurationKey: try json(configuration), versionKey: version, "format": "pt"]
    try SafetensorsFile.write(
      state,
      metadata: own.merging(metadata) { own, _ in own },
      to: url
    )
  }

  /// The text of a value in the metadata: equal values give equal text.
  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// Reads what a model file says of itself.
  ///
  /// - Parameter url: The file.
  /// - Returns: The configuration in its metadata.
  /// - Throws: ``ModelError`` if it is no model of this package; `SafetensorsError` if it is no whole safetensors file.
  public static func configuration(of url: URL) throws -> RetinaNetConfiguration {
    try configuration(in: SafetensorsFile(contentsOf: url), url)
  }

  /// Reads a model.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - detection: Thresholds and limits in place of the file's own.
  /// - Returns: The network with the file's weights.
  /// - Throws: ``ModelError`` if it is no model of this package, or a tensor is missing, unknown or of another shape;
  ///   `SafetensorsError` if it is no whole safetensors file.
  public static func model(
    contentsOf url: URL,
    detection: DetectionConfiguration? = nil
  ) throws -> RetinaNet {
    let file = try SafetensorsFile(contentsOf: url)
    var configuration = try configuration(in: file, url)
    try checkSize(of: file, configuration, url)
    if let detection { configuration.detection = detection }
    // The weights are overwritten: any seed does.
    var generator = SplitMix64(state: 0)
    let model = try RetinaNet(configuration: configuration, using: &generator)
    try load(file, into: model, url)
    return model
  }

  /// Refuses, before memory is taken for it, a network larger than the file.
  private static func checkSize(
    of file: SafetensorsFile,
    _ configuration: RetinaNetConfiguration,
    _ url: URL
  ) throws {
    let found = file.entries.reduce(0.0) { $0 + $1.shape.reduce(1.0) { $0 * Double($1) } }
    guard found < configuration.leastWeightCount else { return }
    throw ModelError(
      place: url.path,
      message: "the tensors do not fit the configuration in the metadata: found \(Int(found)) "
        + "weights, expected many more for \(configuration.backbone.depth.rawValue) of width "
        + "\(configuration.backbone.width), pyramidChannels \(configuration.pyramidChannels), head.depth "
        + "\(configuration.head.depth) and \(configuration.categories.count) categories"
    )
  }

  /// Makes `url` a copy of another file at once: a kill or a power cut leaves the old one or the new one.
  ///
  /// - Parameters:
  ///   - url: What is replaced.
  ///   - source: What it becomes a copy of.
  /// - Throws: An error of the file system.
  public static func replace(_ url: URL, withCopyOf source: URL) throws {
    let folder = url.deletingLastPathComponent()
    let temporary = folder.appendingPathComponent(".\(url.lastPathComponent).\(UUID().uuidString)")
    do {
      try Data(contentsOf: source, options: .mappedIfSafe).write(to: temporary)
      let copy = try FileHandle(forWritingTo: temporary)
      try copy.synchronize()
      try copy.close()
      guard rename(temporary.path, url.path) == 0 else {
        throw ModelError(
          place: url.path,
          message: "cannot be written: \(String(cString: strerror(errno)))"
        )
      }
    } catch {
      try? FileManager.default.removeItem(at: temporary)
      throw error
    }
    // Some file systems cannot synchronise a folder; the file itself is safe by then.
    let descriptor = open(folder.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }

  private static func configuration(in file: SafetensorsFile, _ url: URL) throws
    -> RetinaNetConfiguration
  {
    guard let text = file.metadata[configurationKey] else {
      throw ModelError(
        place: url.path,
        message:
          "found no \(configurationKey) in the metadata: these are weights without a model's description; "
          + "expected a file that focal train wrote"
      )
    }
    if let found = file.metadata[versionKey], found != version {
      throw ModelError(
        place: url.path,
        message:
          "found \(versionKey) \(found), expected \(version): written by another release of focal; use that one"
      )
    }
    let configuration: RetinaNetConfiguration
    do {
      configuration = try JSONDecoder().decode(RetinaNetConfiguration.self, from: Data(text.utf8))
    } catch {
      let reason = (error as? DecodingError)?.explanation(in: Data(text.utf8)) ?? "\(error)"
      throw ModelError(
        place: url.path,
        message: "\(configurationKey) in the metadata cannot be read: \(reason)"
      )
    }
    if let fault = configuration.fault { throw ModelError(place: url.path, message: fault) }
    return configuration
  }

  private static func load(_ file: SafetensorsFile, into model: RetinaNet, _ url: URL) throws {
    do {
      try model.load(file.tensors())
    } catch let difference as StateDifference {
      throw ModelError(
        place: url.path,
        message: "the tensors do not fit the configuration in the metadata: \(difference)"
      )
    }
  }
}
