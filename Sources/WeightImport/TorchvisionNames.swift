/// The names that torchvision of today gives to tensors, out of those that files have.
enum TorchvisionNames {
  /// Wrappers around a network that put their name before every other: data parallel, `torch.compile`, the attribute
  /// of somebody's training class.
  private static let wrappers = [
    "module.", "_orig_mod.", "model.", "network.", "net.", "detector.",
  ]

  /// The tensors of a file that no network needs, with the reason.
  static func reasonToSkip(_ name: String) -> String? {
    if name == "num_batches_tracked" || name.hasSuffix(".num_batches_tracked") {
      return "a counter of PyTorch's batch norm that nothing here reads"
    }
    // torch.optim.swa_utils.AveragedModel counts its updates beside the network.
    return name == "n_averaged" ? "a counter of an average of weights" : nil
  }

  /// - Parameter names: All names of a state dict.
  /// - Returns: What all of them begin with that belongs to wrappers.
  static func wrapper(of names: [String]) -> String {
    let names = names.filter { $0 != "n_averaged" }
    var prefix = ""
    while let next = wrappers.first(where: { wrapper in
      !names.isEmpty && names.allSatisfy { $0.hasPrefix(prefix + wrapper) }
    }) {
      prefix += next
    }
    return prefix
  }

  /// Names of torchvision before 0.14 as those after it, as torchvision itself does when it reads a state dict:
  /// `conv.2.weight` of a head is `conv.1.0.weight`, `inner_blocks.0.weight` of the pyramid `inner_blocks.0.0.weight`.
  static func current(_ name: String) -> String {
    for head in ["head.classification_head.conv.", "head.regression_head.conv."] {
      guard let (index, kind) = numbered(name, after: head) else { continue }
      // Every second layer of the old tower was a rectifier.
      return index.isMultiple(of: 2) ? "\(head)\(index / 2).0.\(kind)" : name
    }
    for blocks in ["backbone.fpn.inner_blocks.", "backbone.fpn.layer_blocks."] {
      if let (index, kind) = numbered(name, after: blocks) { return "\(blocks)\(index).0.\(kind)" }
    }
    return name
  }

  /// `7` and `weight` of `PREFIX7.weight`.
  private static func numbered(_ name: String, after prefix: String) -> (Int, Substring)? {
    guard name.hasPrefix(prefix) else { return nil }
    let parts = name.dropFirst(prefix.count).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, ["weight", "bias"].contains(parts[1]), let index = Int(parts[0]),
      index >= 0
    else { return nil }
    return (index, parts[1])
  }
}
