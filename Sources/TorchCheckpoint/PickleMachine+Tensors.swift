/// Tensors and storages as pickles describe them.
extension PickleMachine {
  /// Most axes of a tensor; PyTorch itself has the same bound.
  private static var maximumRank: Int { 64 }

  /// The storage that a persistent identifier names:
  /// `("storage", class, key, device, count)`, in the legacy form with a part of it or None.
  mutating func storage(_ identifier: PickleItem) throws(TorchCheckpointError) -> PickleItem {
    guard let parts = heap.tuple(identifier), parts.count == 5 || parts.count == 6,
      heap.string(parts[0]) == "storage", case .global(.storage(let dtype)) = parts[1],
      case .string(let keyNumber) = parts[2], case .integer(let count) = parts[4]
    else {
      throw malformed(
        "something outside the pickle is named that is not a storage: "
          + identifier.kind(in: heap)
      )
    }
    let key = heap.strings[keyNumber]
    let width = dtype?.byteCount ?? 1
    guard count >= 0, count <= Int.max / width else {
      throw fault(.sizeMismatch, "the storage \(quoted(key)) is said to have \(count) elements")
    }
    let storage = PickleStorage(
      key: key,
      keyNumber: keyNumber,
      dtype: dtype,
      byteCount: count * width,
      place: place
    )
    guard let number = heap.number(of: storage) else {
      throw fault(
        .sizeMismatch,
        "the storage \(quoted(key)) has another type or size here than at its first mention"
      )
    }
    heap.views.append(
      try view(parts.count == 6 ? parts[5] : .null, of: number, width: width)
    )
    return .storage(heap.views.count - 1)
  }

  /// A part of a storage, `(key, offset, count)` in elements, or all of it for None.
  private func view(
    _ item: PickleItem,
    of number: Int,
    width: Int
  ) throws(TorchCheckpointError) -> PickleStorageView {
    let whole = heap.storages[number].byteCount
    if case .null = item {
      return PickleStorageView(storage: number, byteOffset: 0, byteCount: whole)
    }
    guard let parts = heap.tuple(item), parts.count == 3, case .integer(let offset) = parts[1],
      case .integer(let count) = parts[2]
    else { throw malformed("a part of a storage is \(item.kind(in: heap))") }
    guard offset >= 0, count >= 0, offset <= whole / width, count <= whole / width - offset else {
      throw fault(
        .sizeMismatch,
        "a part of the storage \(quoted(heap.storages[number].key)) has \(count) elements from "
          + "\(offset) on, the storage has \(whole / width)"
      )
    }
    return PickleStorageView(
      storage: number,
      byteOffset: offset * width,
      byteCount: count * width
    )
  }

  /// A tensor of (storage, offset, shape, strides), from version 2 on also (requires gradients,
  /// hooks), in version 3 the type of elements; then (conjugate and negative bits), which would
  /// change its numbers.
  mutating func tensor(
    _ arguments: [PickleItem],
    version: Int
  ) throws(TorchCheckpointError) -> PickleItem {
    let count = [4, 6, 7][version - 1]
    guard arguments.count == count || arguments.count == count + 1 && version > 1,
      case .storage(let index) = arguments[0], case .integer(let offset) = arguments[1],
      let shape = integers(arguments[2]), let strides = integers(arguments[3])
    else {
      throw malformed("a tensor is not made of a storage, an offset, a shape and strides")
    }
    if arguments.count > count, !isEmpty(arguments[count]) {
      throw fault(
        .unsupportedForm,
        "a tensor is to be read as the negative or conjugate of its elements; "
          + "save tensor.resolve_neg().resolve_conj()"
      )
    }
    try charge(shape.count)
    let view = heap.views[index]
    var dtype = heap.storages[view.storage].dtype ?? .uint8
    if version == 3 {
      guard case .global(.dtype(let named)) = arguments[6] else {
        throw malformed("a tensor has \(arguments[6].kind(in: heap)) for the type of its elements")
      }
      dtype = named
    }
    heap.tensors.append(try tensor(dtype, shape, strides, offset, in: view))
    return .tensor(heap.tensors.count - 1)
  }

  private func tensor(
    _ dtype: CheckpointDType,
    _ shape: [Int],
    _ strides: [Int],
    _ offset: Int,
    in view: PickleStorageView
  ) throws(TorchCheckpointError) -> PickleTensor {
    let what = "a tensor of shape \(shape), strides \(strides), offset \(offset)"
    guard view.byteOffset.isMultiple(of: dtype.byteCount) else {
      throw fault(.sizeMismatch, "\(what) begins inside an element of its storage")
    }
    let room = view.byteCount / dtype.byteCount
    guard let layout = TensorLayout(shape: shape, strides: strides), offset >= 0, offset <= room,
      layout.extent <= room - offset
    else {
      throw fault(
        .sizeMismatch,
        "\(what) does not fit the \(room) elements of its storage "
          + quoted(heap.storages[view.storage].key)
      )
    }
    let isLarge = layout.count > limits.maximumExpandedByteCount / dtype.byteCount
    guard layout.count <= room || !isLarge else {
      throw fault(
        .limitExceeded,
        "\(what) repeats the \(room) elements of its storage to \(layout.count); at most "
          + "\(limits.maximumExpandedByteCount) bytes are allowed"
      )
    }
    return PickleTensor(
      storage: view.storage,
      dtype: dtype,
      shape: shape,
      strides: strides,
      offset: view.byteOffset / dtype.byteCount + offset
    )
  }

  /// The numbers of a shape or of strides; nil if it is something else or too long.
  private func integers(_ item: PickleItem) -> [Int]? {
    guard let items = heap.tuple(item), items.count <= Self.maximumRank else { return nil }
    let numbers = items.compactMap { if case .integer(let value) = $0 { value } else { nil } }
    return numbers.count == items.count ? numbers : nil
  }

  private func isEmpty(_ item: PickleItem) -> Bool {
    switch item {
    case .null: true
    case .container(let index): heap.containers[index].items.isEmpty
    default: false
    }
  }
}
