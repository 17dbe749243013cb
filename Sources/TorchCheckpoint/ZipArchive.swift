/// The records of a zip archive as PyTorch writes it: stored as they are, in one folder.
struct ZipArchive {
  /// The folder that all records lie in.
  let folder: String

  private let file: CheckpointFile
  private var records: [String: Range<Int>] = [:]

  private static let headerByteCount = 30
  private static let headerSignature: UInt64 = 0x0403_4B50
  /// Sizes follow the data, so that the header before it need not have them.
  private static let descriptorFlag: UInt64 = 8

  /// Reads and checks the directory and the header of every record.
  ///
  /// What two programs could read in two ways is refused: names that are there twice, records that
  /// share bytes, headers that say something else than the directory.
  init(of file: CheckpointFile, limits: CheckpointLimits) throws(TorchCheckpointError) {
    self.file = file
    let directory = try ZipDirectory(of: file, limits: limits)
    guard let first = directory.entries.first else {
      throw file.fault(.notACheckpoint, "the zip archive is empty; \(expectation)")
    }
    folder = String(first.name.prefix { $0 != "/" })
    guard !directory.entries.contains(where: { $0.name.hasSuffix("/constants.pkl") }) else {
      throw file.fault(
        .unsupportedForm,
        "this is a TorchScript archive, which has code in it; save model.state_dict() with "
          + "torch.save"
      )
    }
    var end = 0
    for entry in directory.entries.sorted(by: { $0.headerOffset < $1.headerOffset }) {
      guard entry.name.hasPrefix(folder + "/") else {
        throw file.fault(
          .notACheckpoint,
          entry.place,
          "the record \(quoted(entry.name)) is not in the folder \(quoted(folder)) of the first; "
            + expectation
        )
      }
      try Self.checkForm(of: entry, in: file)
      guard entry.headerOffset >= end else {
        throw file.fault(
          .malformedArchive,
          entry.place,
          "the record \(quoted(entry.name)) begins at byte \(entry.headerOffset), inside another "
            + "that ends at \(end); do not trust this file"
        )
      }
      let bytes = try Self.bytes(of: entry, in: file, before: directory.start)
      end = bytes.upperBound
      let name = String(entry.name.dropFirst(folder.count + 1))
      guard records.updateValue(bytes, forKey: name) == nil else {
        throw file.fault(
          .duplicateName,
          entry.place,
          "the record \(quoted(entry.name)) is there twice; do not trust this file"
        )
      }
    }
  }

  /// Where the bytes of a record lie in the file; nil if there is no such record.
  subscript(name: String) -> Range<Int>? { records[name] }

  /// The text of a short record; nil if there is no such record.
  func text(_ name: String) throws(TorchCheckpointError) -> String? {
    guard let range = records[name] else { return nil }
    let start = range.prefix(16)
    let bytes = try file.bytes(in: start, place: "record \(quoted(name))")
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Refuses what PyTorch never writes: encryption and compression.
  private static func checkForm(
    of entry: ZipDirectory.Entry,
    in file: CheckpointFile
  ) throws(TorchCheckpointError) {
    // Bits 0, 6 and 13: encrypted, strongly so, with its header masked.
    guard entry.flags & 0x2041 == 0 else {
      throw file.fault(
        .unsupportedForm,
        entry.place,
        "the record \(quoted(entry.name)) is encrypted; PyTorch encrypts nothing, decrypt the file "
          + "first"
      )
    }
    guard entry.method == 0 else {
      throw file.fault(
        .unsupportedForm,
        entry.place,
        "the record \(quoted(entry.name)) is compressed (method \(entry.method)); PyTorch stores "
          + "records as they are, unpack the archive and pack it with 'zip -0'"
      )
    }
    guard entry.packedByteCount == entry.byteCount else {
      throw file.fault(
        .malformedArchive,
        entry.place,
        "the record \(quoted(entry.name)) is stored as it is, yet takes "
          + "\(entry.packedByteCount) bytes for \(entry.byteCount); copy or download the file anew"
      )
    }
  }

  /// Where the bytes of an entry lie, by its own header.
  private static func bytes(
    of entry: ZipDirectory.Entry,
    in file: CheckpointFile,
    before end: Int
  ) throws(TorchCheckpointError) -> Range<Int> {
    let start = entry.headerOffset
    let place = "byte \(start)"
    guard start <= end - headerByteCount - entry.nameBytes.count else {
      throw file.fault(
        .malformedArchive,
        entry.place,
        "the record \(quoted(entry.name)) is said to begin at byte \(start), all have to end at "
          + "\(end); copy or download the file anew"
      )
    }
    let nameStart = start + headerByteCount
    let nameEnd = nameStart + entry.nameBytes.count
    let header = LittleEndianFields(try file.bytes(in: start..<nameEnd, place: place))
    let sizes = [header[18, 4], header[22, 4]]
    var stated = [0xFFFF_FFFF, UInt64(entry.byteCount)]
    if entry.flags & descriptorFlag != 0 { stated.append(0) }
    guard header[0, 4] == headerSignature, header[8, 2] == 0,
      header[26, 2] == UInt64(entry.nameBytes.count),
      header.bytes[headerByteCount...].elementsEqual(entry.nameBytes),
      sizes.allSatisfy(stated.contains)
    else {
      throw file.fault(
        .malformedArchive,
        place,
        "the header of the record \(quoted(entry.name)) is not the one that the directory tells of;"
          + " copy or download the file anew"
      )
    }
    let dataStart = nameEnd + Int(header[28, 2])
    guard dataStart <= end, entry.byteCount <= end - dataStart else {
      throw file.fault(
        .malformedArchive,
        place,
        "the record \(quoted(entry.name)) has \(entry.byteCount) bytes from byte \(dataStart) on, "
          + "all have to end at \(end); copy or download the file anew"
      )
    }
    return dataStart..<(dataStart + entry.byteCount)
  }
}

/// What a zip archive has to be.
private let expectation =
  "a checkpoint of PyTorch has all records in one folder, 'data.pkl' among them"
