/// The number that the legacy form begins with, 0x1950a86a20f9469cfc6c, the lowest byte first.
private let magicNumber: [UInt8] = [
  0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
]
private let protocolVersion = 1001

/// The value of a checkpoint in the legacy form.
///
/// Five pickles follow each other: a number, a version, a word on the machine, the value, and the
/// keys of all storages; then, for each key, a count of 64 bits and so many elements. Their lowest
/// byte comes first whatever machine wrote them.
func legacyValue(
  of file: CheckpointFile,
  limits: CheckpointLimits
) throws(TorchCheckpointError) -> PickledValue {
  var cursor = ByteCursor(
    file: file,
    record: nil,
    range: 0..<file.byteCount,
    limit: limits.maximumMetadataByteCount
  )
  try checkHead(&cursor, limits)
  var machine = PickleMachine(reading: cursor, limits: limits)
  let item = try machine.run()
  let ranges = try storageRanges(after: machine, limits)
  let storages = zip(machine.heap.storages, ranges).map { storage, range in
    range.map {
      CheckpointStorage(key: storage.key, file: file, range: $0, isBigEndian: false)
    }
  }
  var resolver = PickleResolver(heap: machine.heap, storages: storages, file: file, limits: limits)
  return try resolver.value(item)
}

/// Passes over the first three pickles.
private func checkHead(
  _ cursor: inout ByteCursor,
  _ limits: CheckpointLimits
) throws(TorchCheckpointError) {
  var small = limits
  small.maximumValueCount = min(1000, limits.maximumValueCount)
  var machine = PickleMachine(reading: cursor, limits: small)
  guard case .wideInteger(magicNumber) = try machine.run() else {
    throw cursor.file.fault(
      .notACheckpoint,
      "byte 0",
      "this is a pickle that torch.save did not write; save model.state_dict() with torch.save"
    )
  }
  machine = PickleMachine(reading: machine.cursor, limits: small)
  let place = machine.cursor.place(machine.cursor.position)
  guard case .integer(protocolVersion) = try machine.run() else {
    throw cursor.file.fault(
      .unsupportedForm,
      place,
      "the checkpoint is of another version than \(protocolVersion), the only one of its form"
    )
  }
  machine = PickleMachine(reading: machine.cursor, limits: small)
  _ = try machine.run()
  cursor = machine.cursor
}

/// Where the elements of each storage of a machine lie, which follow the keys.
private func storageRanges(
  after value: PickleMachine,
  _ limits: CheckpointLimits
) throws(TorchCheckpointError) -> [Range<Int>?] {
  let file = value.cursor.file
  let place = value.cursor.place(value.cursor.position)
  var machine = PickleMachine(reading: value.cursor, limits: limits)
  guard case .container(let list) = try machine.run(), machine.heap.containers[list].kind == .list
  else {
    throw file.fault(.malformedPickle, place, "a list of the keys of storages is expected here")
  }
  var position = machine.cursor.position
  var ranges = [Range<Int>?](repeating: nil, count: value.heap.storages.count)
  for item in machine.heap.containers[list].items {
    guard let key = machine.heap.string(item), let number = value.heap.storage(withKey: key) else {
      throw file.fault(
        .malformedPickle,
        place,
        "\(item.kind(in: machine.heap)) is listed as a storage, and no tensor has it"
      )
    }
    guard ranges[number] == nil else {
      throw file.fault(.duplicateName, place, "the storage \(quoted(key)) is listed twice")
    }
    ranges[number] = try range(of: value.heap.storages[number], at: &position, in: file)
  }
  guard position == file.byteCount else {
    throw file.fault(
      .sizeMismatch,
      "byte \(position)",
      "\(file.byteCount - position) bytes follow the last storage; this is not one checkpoint alone"
    )
  }
  return ranges
}

/// The elements of one storage, behind their count.
private func range(
  of storage: PickleStorage,
  at position: inout Int,
  in file: CheckpointFile
) throws(TorchCheckpointError) -> Range<Int> {
  let place = "byte \(position)"
  let what = "the storage \(quoted(storage.key))"
  let count = LittleEndianFields(
    try file.bytes(in: position..<(position + 8), place: place)
  )[0, 8]
  let width = storage.dtype?.byteCount ?? 1
  guard count == UInt64(storage.byteCount / width) else {
    throw file.fault(
      .sizeMismatch,
      place,
      "\(what) is said to have \(storage.byteCount / width) elements, here it has "
        + "\(Int64(bitPattern: count)); copy or download the file anew"
    )
  }
  let start = position + 8
  guard storage.byteCount <= file.byteCount - start else {
    throw file.fault(
      .truncated,
      place,
      "\(what) has \(storage.byteCount) bytes from byte \(start) on, the file has "
        + "\(file.byteCount); copy or download it anew"
    )
  }
  position = start + storage.byteCount
  return start..<position
}
