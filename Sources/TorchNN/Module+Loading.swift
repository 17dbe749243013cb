import Torch

/// How a set of named tensors differs from the state of a module.
public struct StateDifference: Error, Hashable, Sendable {
  /// A tensor that both have, with different shapes.
  public struct Mismatch: Hashable, Sendable {
    /// The name of the tensor.
    public let name: String
    /// The shape that the module has.
    public let expected: [Int]
    /// The shape that was given.
    public let found: [Int]
  }

  /// Names that the module has and the set lacks.
  public internal(set) var missing: [String] = []
  /// Names that the set has and the module lacks.
  public internal(set) var unexpected: [String] = []
  /// Tensors whose shapes differ.
  public internal(set) var mismatched: [Mismatch] = []

  /// Whether there is no difference.
  public var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && mismatched.isEmpty }
}

extension StateDifference: CustomStringConvertible {
  /// One line that names the first few tensors of each kind.
  public var description: String {
    var parts: [String] = []
    if !mismatched.isEmpty {
      parts.append(
        "other shapes: "
          + listed(mismatched.map { "\($0.name) is \($0.found), expected \($0.expected)" })
      )
    }
    if !missing.isEmpty { parts.append("missing: " + listed(missing)) }
    if !unexpected.isEmpty { parts.append("unexpected: " + listed(unexpected)) }
    return parts.isEmpty ? "no difference" : parts.joined(separator: "; ")
  }

  private func listed(_ names: [String]) -> String {
    let shown = names.prefix(3).joined(separator: ", ")
    return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
  }
}

extension Module {
  /// Compares named tensors with the state of this module.
  ///
  /// PyTorch's `num_batches_tracked` counters are passed over: nothing here reads them.
  /// - Parameter tensors: The tensors.
  /// - Returns: The difference; empty when ``load(_:allowingPartial:)`` would take all.
  public func difference(from tensors: [NamedTensor]) -> StateDifference {
    var difference = StateDifference()
    let given = Dictionary(tensors.map { ($0.name, $0.tensor) }) { first, _ in first }
    let own = state
    for entry in own {
      guard let tensor = given[entry.name] else {
        difference.missing.append(entry.name)
        continue
      }
      if tensor.shape != entry.tensor.shape {
        difference.mismatched.append(
          .init(name: entry.name, expected: entry.tensor.shape, found: tensor.shape)
        )
      }
    }
    let known = Set(own.map(\.name))
    difference.unexpected = tensors.map(\.name).filter {
      !known.contains($0) && !$0.hasSuffix("num_batches_tracked")
    }
    return difference
  }

  /// Copies named tensors into this module's own, converting dtypes and keeping layouts.
  /// - Parameters:
  ///   - tensors: The tensors, as a model file gives them.
  ///   - allowingPartial: Whether names that only one side has are passed over.
  /// - Returns: What was passed over.
  /// - Throws: ``StateDifference`` if shapes differ or, unless allowed, names; the module is then as
  ///   before. `TorchError` if memory runs out.
  @discardableResult
  public func load(
    _ tensors: [NamedTensor],
    allowingPartial: Bool = false
  ) throws -> StateDifference {
    let difference = difference(from: tensors)
    guard difference.mismatched.isEmpty, allowingPartial || difference.isEmpty else {
      throw difference
    }
    let given = Dictionary(tensors.map { ($0.name, $0.tensor) }) { first, _ in first }
    try withoutGradient {
      for entry in state {
        if let source = given[entry.name] { try entry.tensor.copy_(source) }
      }
    }
    return difference
  }
}
