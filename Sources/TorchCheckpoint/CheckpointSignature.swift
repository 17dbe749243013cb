/// What the first bytes of a file say of its form.
enum CheckpointSignature {
  /// The form of a checkpoint.
  ///
  /// - Throws: For what is none, saying what it looks like.
  static func form(
    of file: CheckpointFile
  ) throws(TorchCheckpointError) -> TorchCheckpoint.Form {
    let head = try file.bytes(in: 0..<min(512, file.byteCount), place: "byte 0")
    if begins(head, "PK\u{3}\u{4}") || begins(head, "PK\u{5}\u{6}") { return .zip }
    if isTar(head) {
      throw file.fault(
        .unsupportedForm,
        "this is a tar file, as the first PyTorch wrote; load it in Python with "
          + "torch.load(path, weights_only=False), if you trust it, and save it with torch.save"
      )
    }
    if head.first == PickleOpcode.proto.rawValue { return .legacy }
    throw file.fault(
      .notACheckpoint,
      "this is \(likeness(of: head)); a checkpoint of PyTorch is expected, as torch.save writes"
    )
  }

  private static func begins(_ head: [UInt8], _ text: String) -> Bool {
    head.starts(with: text.utf8)
  }

  private static func isTar(_ head: [UInt8]) -> Bool {
    head.dropFirst(257).starts(with: "ustar".utf8)
  }

  private static func likeness(of head: [UInt8]) -> String {
    if head.isEmpty { return "an empty file" }
    if begins(head, "version https://git-lfs") {
      return "a pointer of Git LFS; fetch the file itself with 'git lfs pull'"
    }
    if head.dropFirst(8).first == UInt8(ascii: "{") { return "perhaps a safetensors file" }
    if begins(head, "\u{1F}") || begins(head, "BZh") || begins(head, "7z") {
      return "a compressed file; unpack it"
    }
    let text = String(decoding: head.prefix(64), as: UTF8.self)
    if text.drop(while: \.isWhitespace).hasPrefix("<") {
      return "a page of HTML or XML, perhaps of a failed download"
    }
    return "a file that begins with the bytes "
      + head.prefix(4).map { String($0, radix: 16) }.joined(separator: " ")
  }
}
