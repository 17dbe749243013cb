import Foundation

/// Formats of weights that are neither PyTorch's nor safetensors, told by their first bytes.
enum ForeignFormat {
  /// What a file is, in words; `nil` where it may be one that is read.
  static func name(of head: [UInt8]) -> String? {
    if head.starts(with: [0x89] + Array("HDF".utf8)) {
      return "an HDF5 file, as Keras writes"
    }
    if head.starts(with: Array("GGUF".utf8)) { return "a GGUF file" }
    if head.starts(with: [0x93] + Array("NUMPY".utf8)) { return "an array of NumPy" }
    if head.dropFirst(4).starts(with: Array("TFL3".utf8)) { return "a TensorFlow Lite file" }
    // ONNX begins with its version (field 1) and mostly the producer's name (field 2).
    if head.count > 3, head[0] == 0x08, head[1] < 0x20, [0x12, 0x1A, 0x22, 0x3A].contains(head[2]) {
      return "an ONNX file"
    }
    if head.first == 0x80, !beginsWithMagicNumber(head) {
      return "a pickle that torch.save did not write, as Detectron and detectron2 publish (.pkl)"
    }
    return nil
  }

  /// Whether a pickle is of an integer of ten bytes, the number that begins what torch.save wrote before 1.6.
  private static func beginsWithMagicNumber(_ head: [UInt8]) -> Bool {
    guard head.count > 14 else { return false }
    // From protocol 4 on a frame and its length of eight bytes come first.
    let start = head[2] == 0x95 ? 11 : 2
    return head[start] == 0x8A && head[start + 1] == 10
  }

  /// The first bytes of a file; none where it cannot be read, of which the reader itself tells.
  static func head(of path: String) -> [UInt8] {
    // Opening a pipe would wait for its other end.
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let kind = try? FileManager.default.attributesOfItem(atPath: target.path)[.type]
    guard kind as? FileAttributeType == .typeRegular,
      let handle = FileHandle(forReadingAtPath: target.path)
    else { return [] }
    defer { try? handle.close() }
    return Array((try? handle.read(upToCount: 64)) ?? Data())
  }

  /// Whether it is safetensors: eight bytes of a length below 2³², the lowest first, then JSON.
  ///
  /// Asked before ``name(of:)``: the lowest bytes of a length may be what another format begins with.
  static func isSafetensors(_ head: [UInt8]) -> Bool {
    head.count > 8 && head[4..<8].allSatisfy { $0 == 0 } && head[8] == UInt8(ascii: "{")
  }
}
