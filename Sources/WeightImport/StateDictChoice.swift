import TorchCheckpoint

/// Which dictionary of a training checkpoint is the network's.
struct StateDictChoice {
  /// The keys that lead to it; none where the checkpoint itself is one.
  let path: [String]
  /// Others that hold a network too.
  let others: [[String]]

  /// - Parameters:
  ///   - checkpoint: The file.
  ///   - key: The keys that the user named, joined by dots.
  /// - Throws: ``WeightImportError`` if there is none, or none of that name; the message lists what there is.
  init(in checkpoint: TorchCheckpoint, key: String?) throws {
    let paths = checkpoint.stateDictPaths()
    if let key {
      guard let path = paths.first(where: { $0.joined(separator: ".") == key }) else {
        throw WeightImportError(
          .missingEntry,
          file: checkpoint.path,
          place: "--key \(key)",
          paths.isEmpty
            ? "found no dictionary of tensors in the file"
            : "found no dictionary of tensors there; expected one of \(Self.listed(paths))"
        )
      }
      self.path = path
      others = []
      return
    }
    guard !paths.isEmpty else {
      throw WeightImportError(
        .missingEntry,
        file: checkpoint.path,
        "found \(Self.content(of: checkpoint.value)), expected a state dict: a dictionary of tensors by name, as "
          + "torch.save(model.state_dict(), path) writes it"
      )
    }
    var networks: [[String]] = []
    for path in paths {
      let names = try checkpoint.stateDict(path: path).map(\.name)
      if Self.isNetwork(names) { networks.append(path) }
    }
    networks = Self.order(networks)
    path = networks.first ?? paths[0]
    others = Array(networks.dropFirst())
  }

  /// Averages of weights come after the weights themselves, unless they are asked for by name.
  static func order(_ paths: [[String]]) -> [[String]] {
    paths.filter { !isAverage($0) } + paths.filter { isAverage($0) }
  }

  private static func isAverage(_ path: [String]) -> Bool {
    path.contains { $0.lowercased().contains("ema") || $0.lowercased().contains("average") }
  }

  private static func isNetwork(_ names: [String]) -> Bool {
    let prefix = TorchvisionNames.wrapper(of: names)
    return names.contains(prefix + "conv1.weight")
      || names.contains(prefix + "backbone.body.conv1.weight")
  }

  private static func listed(_ paths: [[String]]) -> String {
    let names = paths.map { path in
      path.isEmpty ? "the file itself (without --key)" : quoted(path.joined(separator: "."))
    }
    return names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
  }

  private static func content(of value: PickledValue) -> String {
    guard case .dictionary(let dictionary) = value else { return value.kind }
    if dictionary.entries.isEmpty { return "an empty dictionary" }
    let keys = dictionary.entries.prefix(5).map { entry in
      if case .string(let key) = entry.key { quoted(key) } else { entry.key.kind }
    }
    return "a dictionary of \(keys.joined(separator: ", "))"
      + (dictionary.entries.count > 5 ? " and \(dictionary.entries.count - 5) more" : "")
  }
}
