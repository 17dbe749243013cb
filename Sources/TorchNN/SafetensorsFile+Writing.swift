public import Foundation
import Torch

extension SafetensorsFile {
  /// Writes tensors to a file, which is there complete or as it was before.
  ///
  /// The bytes depend on names, values and words alone, and are those of the reference
  /// implementation: the widest dtype first, then by name. They go to a file beside the
  /// goal, which is synchronised and then renamed.
  /// - Parameters:
  ///   - tensors: The tensors, each name once; copied from any device and layout.
  ///   - metadata: Words about them.
  ///   - url: The file; its folder must exist.
  /// - Throws: ``SafetensorsError`` if a name is there twice or the file cannot be written;
  ///   `TorchError` if memory runs out.
  public static func write(
    _ tensors: [NamedTensor],
    metadata: [String: String] = [:],
    to url: URL
  ) throws {
    let path = url.path
    let sorted = tensors.sorted(by: precedes)
    let header = try header(of: sorted, metadata: metadata, path: path)
    let folder = url.deletingLastPathComponent().path
    let temporary = "\(folder)/.\(url.lastPathComponent).\(UUID().uuidString)"
    do {
      try writeContents(header: header, tensors: sorted, to: temporary, goal: path)
      try attempt(.unwritable, path) { () throws(FileDescriptor.Failure) in
        try FileDescriptor.replace(path, with: temporary, inFolder: folder)
      }
    } catch {
      FileDescriptor.remove(temporary)
      throw error
    }
  }

  private static func precedes(_ a: NamedTensor, _ b: NamedTensor) -> Bool {
    let (orderA, orderB) = (a.tensor.dtype.safetensors.order, b.tensor.dtype.safetensors.order)
    return orderA == orderB
      ? a.name.utf8.lexicographicallyPrecedes(b.name.utf8) : orderA < orderB
  }

  private static func writeContents(
    header: [UInt8],
    tensors: [NamedTensor],
    to temporary: String,
    goal path: String
  ) throws {
    let file = try attempt(.unwritable, path) { () throws(FileDescriptor.Failure) in
      try FileDescriptor(creating: temporary)
    }
    try header.withUnsafeBytes { try append($0, to: file, at: 0, path: path) }
    var offset = header.count
    for entry in tensors {
      let dense = try entry.tensor.detach().to(.cpu).contiguous()
      let (byteCount, outcome) = try dense.withUnsafeBytes { bytes in
        (bytes.count, Result { try append(bytes, to: file, at: offset, path: path) })
      }
      try outcome.get()
      offset += byteCount
    }
    try attempt(.unwritable, path) { () throws(FileDescriptor.Failure) in
      try file.synchronize()
    }
  }

  private static func append(
    _ bytes: UnsafeRawBufferPointer,
    to file: FileDescriptor,
    at offset: Int,
    path: String
  ) throws(SafetensorsError) {
    try attempt(.unwritable, path) { () throws(FileDescriptor.Failure) in
      try file.write(bytes, at: offset)
    }
  }

  private static func header(
    of tensors: [NamedTensor],
    metadata: [String: String],
    path: String
  ) throws(SafetensorsError) -> [UInt8] {
    var names: Set<String> = ["__metadata__"]
    var parts: [String] = []
    if !metadata.isEmpty {
      let words = metadata.sorted { $0.key < $1.key }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      parts.append("\"__metadata__\":{\(words.joined(separator: ","))}")
    }
    var offset = 0
    for entry in tensors {
      guard names.insert(entry.name).inserted else {
        throw fault(.duplicateName, path, entry: entry.name, "the name is there twice")
      }
      let dtype = entry.tensor.dtype
      let end = offset + entry.tensor.count * dtype.byteCount
      let shape = entry.tensor.shape.map(String.init).joined(separator: ",")
      parts.append(
        "\(quoted(entry.name)):{\"dtype\":\"\(dtype.safetensors.name)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}"
      )
      offset = end
    }
    return framed("{\(parts.joined(separator: ","))}")
  }

  /// The length, the JSON, and spaces up to a multiple of 8, so that the data are aligned.
  private static func framed(_ json: String) -> [UInt8] {
    var bytes = Array(json.utf8)
    while bytes.count % 8 != 0 { bytes.append(0x20) }
    let length = UInt64(bytes.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + bytes
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{8}": result += "\\b"
      case "\u{C}": result += "\\f"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
