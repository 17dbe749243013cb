/// The greatest version of the archive that PyTorch writes; its reader refuses greater ones too.
private let maximumVersion = 10

/// The value of a checkpoint in the form of a zip archive.
func zipValue(
  of file: CheckpointFile,
  limits: CheckpointLimits
) throws(TorchCheckpointError) -> PickledValue {
  let archive = try ZipArchive(of: file, limits: limits)
  try check(archive, file)
  guard let pickle = archive["data.pkl"] else {
    throw file.fault(
      .notACheckpoint,
      "the zip archive has no record \(quoted(archive.folder + "/data.pkl")); this is another kind "
        + "of archive, a checkpoint of PyTorch is expected, as torch.save writes"
    )
  }
  let isBigEndian = try isBigEndian(archive, file)
  let cursor = ByteCursor(
    file: file,
    record: "data.pkl",
    range: pickle,
    limit: limits.maximumMetadataByteCount
  )
  var machine = PickleMachine(reading: cursor, limits: limits)
  let item = try machine.run()
  guard machine.cursor.remaining == 0 else {
    throw machine.malformed("\(machine.cursor.remaining) bytes follow the end of the pickle")
  }
  var storages: [CheckpointStorage?] = []
  for storage in machine.heap.storages {
    storages.append(try located(storage, archive, file, isBigEndian))
  }
  var resolver = PickleResolver(heap: machine.heap, storages: storages, file: file, limits: limits)
  return try resolver.value(item)
}

/// Refuses archives of a later version.
private func check(
  _ archive: ZipArchive,
  _ file: CheckpointFile
) throws(TorchCheckpointError) {
  guard let version = try archive.text("version") else { return }
  // A number and a line feed.
  guard let number = Int(version.prefix { $0 != "\n" }), (1...maximumVersion).contains(number)
  else {
    throw file.fault(
      .unsupportedForm,
      "record version",
      "the archive is of version \(quoted(version)), 1 to \(maximumVersion) are read"
    )
  }
}

private func isBigEndian(
  _ archive: ZipArchive,
  _ file: CheckpointFile
) throws(TorchCheckpointError) -> Bool {
  switch try archive.text("byteorder") {
  // PyTorch before 2.0 did not say; nearly all machines are little-endian.
  case nil, "little": return false
  case "big": return true
  case let other?:
    throw file.fault(
      .unsupportedForm,
      "record byteorder",
      "the byte order is \(quoted(other)), 'little' or 'big' is expected"
    )
  }
}

/// Where the elements of a storage lie; nil if the archive has none.
private func located(
  _ storage: PickleStorage,
  _ archive: ZipArchive,
  _ file: CheckpointFile,
  _ isBigEndian: Bool
) throws(TorchCheckpointError) -> CheckpointStorage? {
  guard let range = archive["data/" + storage.key] else { return nil }
  let width = storage.dtype?.byteCount ?? 1
  guard range.count / width * width == storage.byteCount else {
    throw file.fault(
      .sizeMismatch,
      storage.place,
      "the storage \(quoted(storage.key)) is said to have \(storage.byteCount) bytes, its record "
        + "has \(range.count); copy or download the file anew"
    )
  }
  return CheckpointStorage(
    key: storage.key,
    file: file,
    range: range.prefix(storage.byteCount),
    isBigEndian: isBigEndian
  )
}
