import CommandConsole
import Foundation
import Torch
import TorchNN

/// A safetensors file that a command takes tensors from, each checked before it is read.
struct TensorFile {
  /// The file as the user wrote it.
  let path: String
  private let file: SafetensorsFile

  /// Opens a file.
  ///
  /// - Parameter path: A safetensors file.
  /// - Throws: `SafetensorsError` if it is none, or no whole one.
  init(path: String) throws {
    self.path = path
    file = try SafetensorsFile(contentsOf: URL(fileURLWithPath: path))
  }

  /// The shape of a tensor of an expected kind.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - dtypes: The types that its elements may have.
  ///   - dimensions: What its dimensions are called, as many as it has to have.
  /// - Returns: One size a dimension.
  /// - Throws: ``CommandFailure`` if it is not there, or not like that.
  func shape(of name: String, dtypes: [DType], dimensions: [String]) throws -> [Int] {
    let entry = try entry(name)
    guard dtypes.contains(entry.dtype) else {
      let names = dtypes.map { "\($0)" }.joined(separator: ", ")
      throw failure(name, "found dtype \(entry.dtype), expected \(names)")
    }
    guard entry.shape.count == dimensions.count else {
      throw failure(
        name,
        "found shape \(entry.shape), expected [\(dimensions.joined(separator: ", "))]"
      )
    }
    return entry.shape
  }

  /// Reads a tensor.
  ///
  /// - Parameter name: Its name.
  /// - Returns: A tensor of its own.
  /// - Throws: `SafetensorsError` if it cannot be read; `TorchError` if memory runs out.
  func tensor(_ name: String) throws -> Tensor { try file.tensor(named: name) }

  /// What ends the command where a tensor cannot be used.
  func failure(_ tensor: String, _ reason: String) -> CommandFailure {
    Self.failure(path, tensor, reason)
  }

  /// What ends the command where a tensor of a file cannot be used.
  static func failure(_ path: String, _ tensor: String, _ reason: String) -> CommandFailure {
    .failed("\(path): tensor '\(tensor)': \(reason)")
  }

  private func entry(_ name: String) throws -> SafetensorsFile.Entry {
    if let entry = file.entries.first(where: { $0.name == name }) { return entry }
    let names = file.entries.prefix(8).map { "'\(PlainText.escaped($0.name))'" }
    let found = names.isEmpty ? "the file has no tensors" : "found \(names.joined(separator: ", "))"
    let rest = file.entries.count - names.count
    throw failure(name, "is not in the file; \(found)\(rest > 0 ? " and \(rest) more" : "")")
  }
}
