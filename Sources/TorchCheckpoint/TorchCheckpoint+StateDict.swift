extension TorchCheckpoint {
  /// A tensor and its name in a state dict.
  package struct NamedTensor: Sendable {
    /// The name, as `backbone.body.conv1.weight`; no two are equal.
    package let name: String
    /// The tensor.
    package let tensor: CheckpointTensor
  }

  /// The tensors of a dictionary, in its order.
  ///
  /// - Parameter path: The keys that lead to it, as `["model"]`; none if the checkpoint itself is
  ///   one.
  /// - Returns: Names and tensors.
  /// - Throws: ``TorchCheckpointError`` if a key is missing or an entry is not a tensor with a
  ///   name; the message lists the paths that would do.
  package func stateDict(
    path: [String] = []
  ) throws(TorchCheckpointError) -> [NamedTensor] {
    var value = value
    for (index, key) in path.enumerated() {
      guard case .dictionary(let dictionary) = value, let next = dictionary[key] else {
        throw missing(Array(path[...index]), "there is no such entry")
      }
      value = next
    }
    guard case .dictionary(let dictionary) = value else {
      throw missing(path, "it is \(value.kind), not a dictionary")
    }
    var names: Set<String> = []
    var tensors: [NamedTensor] = []
    for entry in dictionary.entries {
      guard case .string(let name) = entry.key else {
        throw missing(path, "it has \(entry.key.kind) as a key")
      }
      guard case .tensor(let tensor) = entry.value else {
        throw missing(path + [name], "it is \(entry.value.kind), not a tensor")
      }
      // Python tells letters with a combined accent from those with a separate one.
      guard names.insert(name).inserted else {
        throw fault(
          .duplicateName,
          place(path + [name]),
          "two names differ in their encoding alone"
        )
      }
      tensors.append(NamedTensor(name: name, tensor: tensor))
    }
    return tensors
  }

  /// The paths of dictionaries that have tensors with names for entries, and nothing else.
  ///
  /// - Returns: Paths for ``stateDict(path:)`` of at most four keys, at most 100 of them, outer
  ///   ones before those inside them; lists are not searched.
  package func stateDictPaths() -> [[String]] {
    var paths: [[String]] = []
    collectPaths(of: value, at: [], into: &paths)
    return paths
  }

  private func collectPaths(
    of value: PickledValue,
    at path: [String],
    into paths: inout [[String]]
  ) {
    guard case .dictionary(let dictionary) = value, paths.count < 100 else { return }
    if isStateDict(dictionary) { paths.append(path) }
    guard path.count < 4 else { return }
    for entry in dictionary.entries {
      guard case .string(let key) = entry.key else { continue }
      collectPaths(of: entry.value, at: path + [key], into: &paths)
    }
  }

  private func isStateDict(_ dictionary: PickledDictionary) -> Bool {
    !dictionary.entries.isEmpty
      && dictionary.entries.allSatisfy {
        if case .string = $0.key, case .tensor = $0.value { true } else { false }
      }
  }

  private func missing(_ keys: [String], _ what: String) -> TorchCheckpointError {
    let paths = stateDictPaths().prefix(5).map(place)
    let advice =
      paths.isEmpty
      ? "the file has no dictionary of tensors"
      : "dictionaries of tensors: \(paths.joined(separator: ", "))"
    return fault(.missingEntry, place(keys), "\(what); \(advice)")
  }

  private func place(_ keys: [String]) -> String {
    keys.isEmpty ? "the checkpoint itself" : keys.map(quoted).joined(separator: " > ")
  }
}
