import Foundation
import Torch
import TorchNN

/// Logits and targets from a file, checked: every target is a class, or one of the two marks.
struct LossApplyInput {
  /// The file as the user wrote it.
  let path: String
  /// Shape [N, K], floating point.
  let logits: Tensor
  /// One a row: a class below K, −1 background, −2 ignored.
  let targets: [Int64]

  var rows: Int { logits.shape[0] }
  var classes: Int { logits.shape[1] }

  /// Reads and checks a file.
  ///
  /// - Parameter path: A safetensors file with `logits` and `targets`.
  /// - Throws: ``CommandFailure`` that names file, tensor and row; `SafetensorsError` if the file
  ///   cannot be read.
  init(path: String) throws {
    self.path = path
    let file = try SafetensorsFile(contentsOf: URL(fileURLWithPath: path))
    let logits = try Self.entry("logits", of: file, path: path)
    let targets = try Self.entry("targets", of: file, path: path)
    let floats: [DType] = [.float64, .float32, .bfloat16, .float16]
    try Self.check(logits, dtypes: floats, dimensions: ["N", "K"], path: path)
    try Self.check(targets, dtypes: [.int64], dimensions: ["N"], path: path)
    let (rows, classes) = (logits.shape[0], logits.shape[1])
    guard targets.shape[0] == rows else {
      throw Self.failure(
        path,
        "targets",
        "found \(targets.shape[0]) values, expected \(rows), one for each row of 'logits'"
      )
    }
    self.logits = try file.tensor(named: "logits")
    self.targets = try file.tensor(named: "targets").int64s()
    for (row, value) in self.targets.enumerated() where value < -2 || value >= classes {
      throw Self.failure(
        path,
        "targets",
        "row \(row): found class index \(value), expected 0..<\(classes), -1 (background) or -2 (ignored)"
      )
    }
  }

  private static func entry(
    _ name: String,
    of file: SafetensorsFile,
    path: String
  ) throws -> SafetensorsFile.Entry {
    if let entry = file.entries.first(where: { $0.name == name }) { return entry }
    let names = file.entries.prefix(8).map { "'\(PlainText.escaped($0.name))'" }
    let found = names.isEmpty ? "the file has no tensors" : "found \(names.joined(separator: ", "))"
    let rest = file.entries.count - names.count
    throw failure(
      path,
      name,
      "is not in the file; \(found)\(rest > 0 ? " and \(rest) more" : "")"
    )
  }

  private static func check(
    _ entry: SafetensorsFile.Entry,
    dtypes: [DType],
    dimensions: [String],
    path: String
  ) throws {
    guard dtypes.contains(entry.dtype) else {
      let names = dtypes.map { "\($0)" }.joined(separator: ", ")
      throw failure(path, entry.name, "found dtype \(entry.dtype), expected \(names)")
    }
    guard entry.shape.count == dimensions.count else {
      throw failure(
        path,
        entry.name,
        "found shape \(entry.shape), expected [\(dimensions.joined(separator: ", "))]"
      )
    }
  }

  /// What ends the command where a tensor cannot be used.
  static func failure(_ path: String, _ tensor: String, _ reason: String) -> CommandFailure {
    .failed("\(path): tensor '\(tensor)': \(reason)")
  }
}
