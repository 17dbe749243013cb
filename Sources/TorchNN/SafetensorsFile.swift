public import Foundation
public import Torch

/// An open safetensors file: named tensors and a few words about them, no code.
///
/// The header is checked in full when the file is opened; elements are read when asked for, straight
/// into their tensor. Offsets that overlap, leave holes or leave the file are refused, as are two
/// entries of one name.
public struct SafetensorsFile: Sendable {
  /// What the header says about one tensor.
  public struct Entry: Hashable, Sendable {
    /// The name of the tensor.
    public let name: String
    /// The type of its elements.
    public let dtype: DType
    /// Its shape.
    public let shape: [Int]
  }

  /// The longest header that is read; the reference implementation has the same limit.
  public static let maximumHeaderByteCount = 100_000_000

  /// The path of the file.
  public let path: String
  /// The words about the tensors: strings by key.
  public let metadata: [String: String]
  /// The tensors in the order of their data.
  public let entries: [Entry]

  private let file: FileDescriptor
  private let dataStart: Int
  private let ranges: [String: (entry: Entry, bytes: Range<Int>)]

  /// Opens a file and checks its header.
  /// - Parameter url: The file.
  /// - Throws: ``SafetensorsError`` that names the file and, where there is one, the entry.
  public init(contentsOf url: URL) throws(SafetensorsError) {
    let path = url.path
    self.path = path
    file = try attempt(.unreadable, path) { () throws(FileDescriptor.Failure) in
      try FileDescriptor(reading: path)
    }
    let (header, dataStart) = try readHeader(of: file, path: path)
    self.dataStart = dataStart
    metadata = header.metadata
    let inOrder = header.entries.sorted {
      ($0.range.lowerBound, $0.name) < ($1.range.lowerBound, $1.name)
    }
    entries = inOrder.map { Entry(name: $0.name, dtype: $0.dtype, shape: $0.shape) }
    ranges = Dictionary(
      uniqueKeysWithValues: zip(inOrder, entries).map { ($0.name, ($1, $0.range)) }
    )
  }

  /// Reads one tensor into main memory.
  /// - Parameter name: The name of its entry.
  /// - Returns: A tensor of its own.
  /// - Throws: ``SafetensorsError`` if there is no such entry or it cannot be read; `TorchError` if
  ///   memory runs out.
  public func tensor(named name: String) throws -> sending Tensor {
    guard let (entry, bytes) = ranges[name] else {
      throw fault(.missingEntry, path, entry: name, "is not in the file")
    }
    let tensor = try Tensor.empty(shape: entry.shape, dtype: entry.dtype)
    let outcome = try tensor.withUnsafeMutableBytes { buffer in
      Result { () throws(FileDescriptor.Failure) in
        let count = try file.read(into: buffer, at: dataStart + bytes.lowerBound)
        return (count, entry.dtype != .bool || buffer.allSatisfy { $0 <= 1 })
      }
    }
    switch outcome {
    case .failure(let failure):
      throw fault(.unreadable, path, entry: name, "cannot be read: \(failure.reason)")
    case .success((bytes.count, true)): return tensor
    case .success((bytes.count, false)):
      throw fault(.invalidElement, path, entry: name, "a truth value is neither 0 nor 1")
    case .success((let count, _)):
      throw fault(
        .truncated,
        path,
        entry: name,
        "has \(count) of its \(bytes.count) bytes by now"
      )
    }
  }

  /// Reads all tensors into main memory.
  /// - Returns: The tensors in the order of their data.
  /// - Throws: ``SafetensorsError`` if one cannot be read; `TorchError` if memory runs out.
  public func tensors() throws -> [NamedTensor] {
    try entries.map { NamedTensor(name: $0.name, tensor: try tensor(named: $0.name)) }
  }
}

private func readHeader(
  of file: FileDescriptor,
  path: String
) throws(SafetensorsError) -> (SafetensorsHeader, dataStart: Int) {
  let size = try attempt(.unreadable, path) { () throws(FileDescriptor.Failure) in
    try file.size()
  }
  let length = try readBytes(of: file, path: path, at: 0, count: 8)
  let stated = length.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  guard stated <= UInt64(SafetensorsFile.maximumHeaderByteCount) else {
    throw fault(
      .headerTooLarge,
      path,
      "the header is said to have \(stated) bytes, at most "
        + "\(SafetensorsFile.maximumHeaderByteCount) are read; is this a safetensors file?"
    )
  }
  guard Int(stated) <= size - 8 else {
    throw fault(
      .truncated,
      path,
      "the header is said to have \(stated) bytes, the file has \(size) in all"
    )
  }
  let json = try readBytes(of: file, path: path, at: 8, count: Int(stated))
  let dataStart = 8 + json.count
  do throws(SafetensorsHeader.Fault) {
    return (try SafetensorsHeader(json: json, dataByteCount: size - dataStart), dataStart)
  } catch {
    throw fault(error.code, path, entry: error.entry, error.message)
  }
}

private func readBytes(
  of file: FileDescriptor,
  path: String,
  at offset: Int,
  count: Int
) throws(SafetensorsError) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: count)
  let done = try attempt(.unreadable, path) { () throws(FileDescriptor.Failure) in
    try bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(FileDescriptor.Failure) in try file.read(into: buffer, at: offset) }
    }.get()
  }
  guard done == count else {
    throw fault(
      .truncated,
      path,
      "the file ends at byte \(offset + done), inside its header; copy it anew"
    )
  }
  return bytes
}

/// Gives a failure of the system the name of the file.
func attempt<Value>(
  _ code: SafetensorsError.Code,
  _ path: String,
  _ body: () throws(FileDescriptor.Failure) -> Value
) throws(SafetensorsError) -> Value {
  do throws(FileDescriptor.Failure) {
    return try body()
  } catch {
    let what = code == .unwritable ? "cannot be written" : "cannot be read"
    throw fault(code, path, "\(what): \(error.reason)")
  }
}

func fault(
  _ code: SafetensorsError.Code,
  _ path: String,
  entry: String = "",
  _ message: String
) -> SafetensorsError {
  SafetensorsError(code: code, file: path, entry: entry, message: message)
}
