import Foundation

/// The framing of event files: length, its checksum, the bytes, their checksum; numbers little-endian.
enum EventRecord {
  /// Bytes before and after a record's contents.
  static let (headerSize, footerSize) = (12, 4)

  /// A record around some bytes.
  static func framed(_ contents: Data) -> Data {
    let length = littleEndian(UInt64(contents.count))
    return length + littleEndian(CRC32C.masked(length)) + contents
      + littleEndian(CRC32C.masked(contents))
  }

  /// Reads records from the beginning of a file to the first that is torn or damaged.
  ///
  /// - Parameters:
  ///   - file: Open at its beginning; the place afterwards is anywhere.
  ///   - body: Given the contents of each record; returns false to end at the record's beginning.
  /// - Returns: Where the records that were taken end, and whether the file ends there.
  /// - Throws: What the system says of a file that cannot be read; what `body` throws.
  static func read(
    _ file: FileHandle,
    _ body: (Data) throws -> Bool
  ) throws -> (end: UInt64, isAll: Bool) {
    let size = try file.seekToEnd()
    try file.seek(toOffset: 0)
    var place: UInt64 = 0
    while let contents = try next(file, rest: size - place), try body(contents) {
      place += UInt64(headerSize + contents.count + footerSize)
    }
    return (place, place == size)
  }

  /// The contents of the next record; `nil` where there is no whole one.
  private static func next(_ file: FileHandle, rest: UInt64) throws -> Data? {
    let frame = UInt64(headerSize + footerSize)
    guard rest >= frame, let header = try file.read(upToCount: headerSize),
      header.count == headerSize,
      number(header.suffix(4)) == UInt64(CRC32C.masked(header.prefix(8)))
    else { return nil }
    let length = number(header.prefix(8))
    // A length beyond the file would ask for any amount of memory.
    guard length <= rest - frame, let count = Int(exactly: length) else { return nil }
    let contents = count == 0 ? Data() : try file.read(upToCount: count)
    guard let contents, contents.count == count,
      let footer = try file.read(upToCount: footerSize), footer.count == footerSize,
      number(footer) == UInt64(CRC32C.masked(contents))
    else { return nil }
    return contents
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> Data {
    withUnsafeBytes(of: value.littleEndian) { Data($0) }
  }

  private static func number(_ bytes: Data) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
