/// Makes values of what a pickle has left on its heap.
///
/// Each container is made once, however often it is used. Those that contain themselves, that lie
/// too deep, or that would be too large with every use written out, are refused.
struct PickleResolver {
  private struct Made {
    let value: PickledValue
    /// Containers around its innermost value.
    let depth: Int
    /// Values in it, shared ones at each use.
    let size: Int
  }

  private let heap: PickleHeap
  private let storages: [CheckpointStorage?]
  private let file: CheckpointFile
  private let limits: CheckpointLimits
  private var made: [Made?]
  private var isOpen: [Bool]

  /// Takes the heap of a finished machine, and where the bytes of each of its storages lie.
  init(
    heap: PickleHeap,
    storages: [CheckpointStorage?],
    file: CheckpointFile,
    limits: CheckpointLimits
  ) {
    self.heap = heap
    self.storages = storages
    self.file = file
    self.limits = limits
    made = Array(repeating: nil, count: heap.containers.count)
    isOpen = Array(repeating: false, count: heap.containers.count)
  }

  mutating func value(_ item: PickleItem) throws(TorchCheckpointError) -> PickledValue {
    try make(item, level: 0).value
  }

  private mutating func make(
    _ item: PickleItem,
    level: Int
  ) throws(TorchCheckpointError) -> Made {
    let simple: PickledValue
    switch item {
    case .container(let index): return try makeContainer(index, level: level)
    case .null: simple = .null
    case .boolean(let value): simple = .boolean(value)
    case .integer(let value): simple = .integer(value)
    case .wideInteger(let value): simple = .wideInteger(value)
    case .real(let value): simple = .real(value)
    case .bytes(let value): simple = .bytes(value)
    case .string(let index): simple = .string(heap.strings[index])
    case .tensor(let index): simple = .tensor(try tensor(heap.tensors[index]))
    case .storage: simple = .opaque("a storage")
    case .global(let global): simple = .opaque(global.name)
    case .opaque(let name): simple = .opaque(name)
    }
    return Made(value: simple, depth: 0, size: 1)
  }

  private mutating func makeContainer(
    _ index: Int,
    level: Int
  ) throws(TorchCheckpointError) -> Made {
    if let made = made[index] { return made }
    guard !isOpen[index] else {
      throw file.fault(
        .cycle,
        "\(heap.containers[index].kind.rawValue) contains itself; no state dict does"
      )
    }
    guard level < limits.maximumDepth else { throw tooDeep() }
    isOpen[index] = true
    defer { isOpen[index] = false }
    let container = heap.containers[index]
    var values: [PickledValue] = []
    values.reserveCapacity(container.items.count)
    var (depth, size) = (0, 1)
    for item in container.items {
      let part = try make(item, level: level + 1)
      values.append(part.value)
      depth = max(depth, part.depth)
      size += part.size
      guard size <= limits.maximumValueCount else {
        throw file.fault(
          .limitExceeded,
          "the checkpoint uses the same containers again and again; written out it would have more "
            + "than the \(limits.maximumValueCount) values that are allowed"
        )
      }
    }
    // A shared container may lie deeper elsewhere than where it was first met.
    guard depth < limits.maximumDepth else { throw tooDeep() }
    let result = Made(value: value(container.kind, values), depth: depth + 1, size: size)
    made[index] = result
    return result
  }

  private func value(_ kind: PickleContainer.Kind, _ values: [PickledValue]) -> PickledValue {
    switch kind {
    case .list: return .list(values)
    case .tuple: return .tuple(values)
    case .dictionary:
      let entries = stride(from: 0, to: values.count, by: 2).map {
        PickledDictionary.Entry(key: values[$0], value: values[$0 + 1])
      }
      return .dictionary(PickledDictionary(entries: entries))
    }
  }

  private func tensor(
    _ tensor: PickleTensor
  ) throws(TorchCheckpointError) -> CheckpointTensor {
    guard let storage = storages[tensor.storage],
      let layout = TensorLayout(shape: tensor.shape, strides: tensor.strides)
    else {
      let storage = heap.storages[tensor.storage]
      throw file.fault(
        .missingStorage,
        storage.place,
        "the file has no elements of the storage \(quoted(storage.key)); copy or download it anew"
      )
    }
    return CheckpointTensor(tensor, layout: layout, storage: storage)
  }

  private func tooDeep() -> TorchCheckpointError {
    file.fault(
      .limitExceeded,
      "there are more than \(limits.maximumDepth) containers inside one another"
    )
  }
}
