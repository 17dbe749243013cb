package import DetectionModels
package import Foundation
import Torch
import TorchCheckpoint
import TorchNN

/// A file of weights: the names and shapes of its tensors, under the names that torchvision of today gives them, and
/// the elements when they are asked for.
///
/// PyTorch's checkpoints and safetensors files are read; nothing in them is executed.
package struct WeightFile {
  /// One tensor.
  struct Entry {
    /// Its name today.
    let name: String
    /// Its name in the file.
    let nameInFile: String
    let shape: [Int]
    /// As PyTorch calls it.
    let dtype: String
    let isFloatingPoint: Bool
    let byteCount: Int
    let read: () throws -> Tensor

    /// The same under its name today.
    func named(_ name: String) -> Entry {
      Entry(
        name: name,
        nameInFile: nameInFile,
        shape: shape,
        dtype: dtype,
        isFloatingPoint: isFloatingPoint,
        byteCount: byteCount,
        read: read
      )
    }
  }

  /// The path of the file.
  package let path: String
  /// The keys that lead to the tensors, joined by dots; `nil` where the file itself is the state dict.
  package let entry: String?
  /// Other dictionaries of tensors that would have done.
  package let otherEntries: [String]
  /// What a model file of this package says of itself.
  package let configuration: RetinaNetConfiguration?
  /// By name.
  let tensors: [String: Entry]
  /// Tensors that no network needs.
  let skipped: [WeightReport.Skipped]

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - key: The keys that lead to the state dict, joined by dots; without it, it is looked for.
  /// - Throws: ``WeightImportError``, `TorchCheckpointError`, `SafetensorsError` or `ModelError`, each naming the file,
  ///   what was found and what was expected.
  package init(contentsOf url: URL, key: String? = nil) throws {
    let head = ForeignFormat.head(of: url.path)
    if ForeignFormat.isSafetensors(head) {
      try self.init(safetensors: url, key: key)
      return
    }
    if let format = ForeignFormat.name(of: head) {
      throw WeightImportError(
        .foreignFile,
        file: url.path,
        "this is \(format); expected a state dict as torch.save writes it (.pth, .pt) or a safetensors file of "
          + "torchvision's names"
      )
    }
    try self.init(checkpoint: url, key: key)
  }

  private init(safetensors url: URL, key: String?) throws {
    if let key {
      throw WeightImportError(
        .missingEntry,
        file: url.path,
        place: quoted(key),
        "there is no such entry: a safetensors file is one list of tensors; leave out --key"
      )
    }
    let file = try SafetensorsFile(contentsOf: url)
    let entries = file.entries.map { entry in
      Entry(
        name: entry.name,
        nameInFile: entry.name,
        shape: entry.shape,
        dtype: "\(entry.dtype)",
        isFloatingPoint: entry.dtype.isFloatingPoint,
        byteCount: entry.shape.reduce(entry.dtype.byteCount, *),
        read: { try file.tensor(named: entry.name) }
      )
    }
    let isOwn = file.metadata.keys.contains { $0.hasPrefix("focal.") }
    try self.init(
      path: url.path,
      entries: entries,
      configuration: isOwn ? ModelFile.configuration(of: url) : nil
    )
  }

  private init(checkpoint url: URL, key: String?) throws {
    let checkpoint = try TorchCheckpoint(contentsOf: url)
    let choice = try StateDictChoice(in: checkpoint, key: key)
    try self.init(
      path: url.path,
      entry: choice.path.isEmpty ? nil : choice.path.joined(separator: "."),
      otherEntries: choice.others.map { $0.joined(separator: ".") },
      entries: checkpoint.stateDict(path: choice.path).map { Entry($0) }
    )
    try checkExpansion(fileBytes: (try? url.resourceValues(forKeys: [.fileSizeKey]))?.fileSize)
  }

  private init(
    path: String,
    entry: String? = nil,
    otherEntries: [String] = [],
    entries: [Entry],
    configuration: RetinaNetConfiguration? = nil
  ) throws {
    self.path = path
    self.entry = entry
    self.otherEntries = otherEntries
    self.configuration = configuration
    let wrapper = TorchvisionNames.wrapper(of: entries.map(\.name))
    var tensors: [String: Entry] = [:]
    var skipped: [WeightReport.Skipped] = []
    for entry in entries {
      if let reason = TorchvisionNames.reasonToSkip(entry.name) {
        skipped.append(.init(name: entry.name, reason: reason))
        continue
      }
      let name = TorchvisionNames.current(String(entry.name.dropFirst(wrapper.count)))
      if let other = tensors.updateValue(entry.named(name), forKey: name) {
        throw WeightImportError(
          .unfit,
          file: path,
          place: quoted(name),
          "found it twice, as \(quoted(other.nameInFile)) and as \(quoted(entry.nameInFile)); expected it once"
        )
      }
    }
    self.tensors = tensors
    self.skipped = skipped
  }

  /// Refuses tensors of more bytes than the file has: a few of them, of one element each, would fill any memory.
  private func checkExpansion(fileBytes: Int?) throws {
    let bytes = tensors.values.reduce(0.0) { $0 + Double($1.byteCount) }
    guard let fileBytes, bytes > 1.5 * Double(fileBytes) + 65536 else { return }
    throw WeightImportError(
      .unfit,
      file: path,
      "its tensors have \(Int(bytes / 1e6)) MB, the file \(fileBytes / 1_000_000) MB: they repeat their elements, as no "
        + "network's weights do; expected the state dict of a network"
    )
  }

  /// Names without those of a part, as `backbone.body.`; the part alone where it is there.
  func part(_ prefix: String) -> [String: Entry] {
    var part: [String: Entry] = [:]
    for (name, entry) in tensors where name.hasPrefix(prefix) {
      part[String(name.dropFirst(prefix.count))] = entry
    }
    return part
  }

  func fault(
    _ code: WeightImportError.Code,
    _ place: String = "",
    _ message: String
  ) -> WeightImportError {
    WeightImportError(code, file: path, place: place.isEmpty ? "" : quoted(place), message)
  }
}

extension WeightFile.Entry {
  init(_ named: TorchCheckpoint.NamedTensor) {
    let tensor = named.tensor
    let dtype = tensor.dtype.torch
    self.init(
      name: named.name,
      nameInFile: named.name,
      shape: tensor.shape,
      dtype: tensor.dtype.rawValue,
      isFloatingPoint: dtype != nil,
      byteCount: tensor.byteCount,
      read: {
        let result = try Tensor.empty(shape: tensor.shape, dtype: dtype ?? .float32)
        try result.withUnsafeMutableBytes { buffer in
          Result { () throws(TorchCheckpointError) in try tensor.read(into: buffer) }
        }.get()
        return result
      }
    )
  }
}

extension CheckpointDType {
  /// The type that is computed with; `nil` for integers and truth values, which no weights are.
  var torch: DType? {
    switch self {
    case .float64: .float64
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .bool: nil
    }
  }
}
