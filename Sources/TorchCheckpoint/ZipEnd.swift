/// Where the central directory of a zip archive lies: what the end of the archive says.
struct ZipEnd {
  /// Bytes of the directory in the file.
  let directory: Range<Int>
  /// How many entries it has.
  let entryCount: Int

  private static let byteCount = 22
  private static let signature: UInt64 = 0x0605_4B50
  private static let longByteCount = 56
  private static let longSignature: UInt64 = 0x0606_4B50
  private static let locatorByteCount = 20
  private static let locatorSignature: UInt64 = 0x0706_4B50

  /// Finds the end of an archive, in the form for large archives where there is one.
  init(of file: CheckpointFile) throws(TorchCheckpointError) {
    let position = try Self.position(in: file)
    let place = "byte \(position)"
    let end = try file.bytes(in: position..<(position + Self.byteCount), place: place)
    let short = LittleEndianFields(end)
    guard short[4, 2] == 0, short[6, 2] == 0, short[8, 2] == short[10, 2] else {
      throw file.fault(
        .unsupportedForm,
        place,
        "the zip archive is one part of several; put it together first"
      )
    }
    var (count, size, offset) = (short[10, 2], short[12, 4], short[16, 4])
    var directoryEnd = position
    if let long = try Self.long(in: file, before: position) {
      let agrees =
        Self.agrees(count, long.count, 0xFFFF) && Self.agrees(size, long.size, 0xFFFF_FFFF)
        && Self.agrees(offset, long.offset, 0xFFFF_FFFF)
      guard agrees else {
        throw file.fault(
          .malformedArchive,
          place,
          "the two ends of the zip archive tell of different directories"
        )
      }
      (count, size, offset) = (long.count, long.size, long.offset)
      directoryEnd = long.position
    }
    guard size <= UInt64(directoryEnd), offset == UInt64(directoryEnd) - size,
      count <= size / UInt64(ZipDirectory.leastEntryByteCount)
    else {
      throw file.fault(
        .malformedArchive,
        place,
        "a directory of \(count) entries, \(size) bytes from byte \(offset) on, does not end at "
          + "byte \(directoryEnd), where its end is; copy or download the file anew"
      )
    }
    directory = Int(offset)..<directoryEnd
    entryCount = Int(count)
  }

  /// The last place with the signature whose comment reaches to the end of the file.
  private static func position(in file: CheckpointFile) throws(TorchCheckpointError) -> Int {
    let tailByteCount = min(file.byteCount, byteCount + 0xFFFF)
    let start = file.byteCount - tailByteCount
    let tail = try file.bytes(in: start..<file.byteCount, place: "the end of the file")
    let fields = LittleEndianFields(tail)
    for place in stride(from: tail.count - byteCount, through: 0, by: -1)
    where tail[place] == 0x50 && fields[place, 4] == signature
      && Int(fields[place + 20, 2]) == tail.count - place - byteCount
    {
      return start + place
    }
    throw file.fault(
      .truncated,
      "byte \(file.byteCount)",
      "the file begins as a zip archive and has no directory at its end; copy or download it anew"
    )
  }

  /// What the form for large archives says, where it stands before the end.
  private static func long(
    in file: CheckpointFile,
    before position: Int
  ) throws(TorchCheckpointError) -> (position: Int, count: UInt64, size: UInt64, offset: UInt64)? {
    let start = position - locatorByteCount
    guard start >= longByteCount else { return nil }
    let place = "byte \(start)"
    let locator = LittleEndianFields(try file.bytes(in: start..<position, place: place))
    guard locator[0, 4] == locatorSignature else { return nil }
    let long = start - longByteCount
    let record = LittleEndianFields(try file.bytes(in: long..<start, place: place))
    let isWhole =
      locator[4, 4] == 0 && locator[8, 8] == UInt64(long) && locator[16, 4] <= 1
      && record[0, 4] == longSignature && record[4, 8] == UInt64(longByteCount - 12)
      && record[16, 4] == 0 && record[20, 4] == 0 && record[24, 8] == record[32, 8]
    guard isWhole else {
      throw file.fault(
        .malformedArchive,
        place,
        "the end of a large zip archive is not the 56 bytes before this place; "
          + "copy or download the file anew"
      )
    }
    return (long, record[32, 8], record[40, 8], record[48, 8])
  }

  /// Whether a short field says what the long one says, or refers to it.
  private static func agrees(_ short: UInt64, _ long: UInt64, _ reference: UInt64) -> Bool {
    short == long || short == reference
  }
}
