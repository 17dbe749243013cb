/// The entries of a zip archive as its central directory lists them.
struct ZipDirectory {
  /// One entry.
  struct Entry {
    let name: String
    /// Its name as it is written.
    let nameBytes: ArraySlice<UInt8>
    let byteCount: Int
    /// Bytes that it takes in the file.
    let packedByteCount: Int
    /// Where its own header lies in the file.
    let headerOffset: Int
    let flags: UInt64
    /// How it is compressed; 0 if it is not.
    let method: UInt64
    /// Where the directory speaks of it.
    let place: String
  }

  static let leastEntryByteCount = 46
  private static let signature: UInt64 = 0x0201_4B50

  /// Where the directory begins in the file; records lie before it.
  let start: Int
  private(set) var entries: [Entry] = []

  private let file: CheckpointFile
  private let fields: LittleEndianFields

  init(of file: CheckpointFile, limits: CheckpointLimits) throws(TorchCheckpointError) {
    let end = try ZipEnd(of: file)
    self.file = file
    start = end.directory.lowerBound
    guard end.directory.count <= limits.maximumMetadataByteCount else {
      throw file.fault(
        .limitExceeded,
        "byte \(start)",
        "the directory of the zip archive has \(end.directory.count) bytes, at most "
          + "\(limits.maximumMetadataByteCount) are read"
      )
    }
    fields = LittleEndianFields(
      try file.bytes(in: end.directory, place: "the directory of the zip archive")
    )
    var position = 0
    for _ in 0..<end.entryCount { entries.append(try entry(&position)) }
    guard position == fields.bytes.count else {
      throw malformed(position, "entries of the directory follow that are not counted")
    }
  }

  private func entry(_ position: inout Int) throws(TorchCheckpointError) -> Entry {
    let base = position
    guard base + Self.leastEntryByteCount <= fields.bytes.count,
      fields[base, 4] == Self.signature
    else { throw malformed(base, "no entry of the directory where one is counted") }
    let nameStart = base + Self.leastEntryByteCount
    let nameEnd = nameStart + Int(fields[base + 28, 2])
    let extraEnd = nameEnd + Int(fields[base + 30, 2])
    position = extraEnd + Int(fields[base + 32, 2])
    guard position <= fields.bytes.count else {
      throw malformed(base, "an entry of the directory is longer than the directory")
    }
    let nameBytes = fields.bytes[nameStart..<nameEnd]
    let name = String(decoding: nameBytes, as: UTF8.self)
    guard name.utf8.elementsEqual(nameBytes), !name.utf8.contains(0) else {
      throw malformed(base, "the name of an entry is not text in UTF-8")
    }
    guard fields[base + 34, 2] == 0 else {
      throw malformed(base, "the record \(quoted(name)) is said to lie in another file")
    }
    let (packed, unpacked, offset) = try sizes(at: base, extra: nameEnd..<extraEnd)
    guard let packedByteCount = Int(exactly: packed), let byteCount = Int(exactly: unpacked),
      let headerOffset = Int(exactly: offset)
    else {
      throw malformed(
        base,
        "the record \(quoted(name)) has \(unpacked) bytes from byte \(offset) on, which no file has"
      )
    }
    return Entry(
      name: name,
      nameBytes: nameBytes,
      byteCount: byteCount,
      packedByteCount: packedByteCount,
      headerOffset: headerOffset,
      flags: fields[base + 8, 2],
      method: fields[base + 10, 2],
      place: "byte \(start + base)"
    )
  }

  /// Both sizes and the place of the header, from the extra field where they do not fit.
  private func sizes(
    at base: Int,
    extra: Range<Int>
  ) throws(TorchCheckpointError) -> (packed: UInt64, unpacked: UInt64, offset: UInt64) {
    let short = [fields[base + 24, 4], fields[base + 20, 4], fields[base + 42, 4]]
    let long = try longFields(in: extra, base: base)
    var place = long?.lowerBound ?? 0
    let longEnd = long?.upperBound ?? 0
    var values: [UInt64] = []
    for value in short {
      if value == 0xFFFF_FFFF, long != nil {
        guard place + 8 <= longEnd else {
          throw malformed(base, "an entry refers to a size that its extra field does not have")
        }
        values.append(fields[place, 8])
        place += 8
      } else {
        values.append(value)
      }
    }
    return (values[1], values[0], values[2])
  }

  /// The part of the extra field with numbers of 64 bits.
  private func longFields(
    in extra: Range<Int>,
    base: Int
  ) throws(TorchCheckpointError) -> Range<Int>? {
    var found: Range<Int>?
    var place = extra.lowerBound
    while place < extra.upperBound {
      guard place + 4 <= extra.upperBound else { break }
      let end = place + 4 + Int(fields[place + 2, 2])
      guard end <= extra.upperBound else { break }
      if fields[place, 2] == 1 {
        guard found == nil else { throw malformed(base, "an entry has its long sizes twice") }
        found = (place + 4)..<end
      }
      place = end
    }
    return found
  }

  private func malformed(_ position: Int, _ what: String) -> TorchCheckpointError {
    file.fault(
      .malformedArchive,
      "byte \(start + position)",
      "\(what); copy or download the file anew"
    )
  }
}
