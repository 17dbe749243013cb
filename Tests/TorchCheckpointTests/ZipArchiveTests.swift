import Testing

@testable import TorchCheckpoint

@Suite struct ZipArchiveTests {
  /// An archive with one tensor of two floats.
  private let plain = ZipFile(
    pickle: Pickle.complete(Pickle.dict(("w", Pickle.tensor([2], strides: [1], of: 2)))),
    storages: [floatBytes([3, 4])]
  )

  private func floats(_ zip: ZipFile) throws -> [Float] {
    try TorchCheckpoint(bytes: zip.bytes, name: "file").stateDict()[0].tensor.floats()
  }

  private func fault(_ zip: ZipFile) -> TorchCheckpointError? {
    #expect(throws: TorchCheckpointError.self) { try floats(zip) }
  }

  @Test func `long sizes, comments, gaps and padding are read`() throws {
    #expect(try floats(plain) == [3, 4])
    var zip = plain
    zip.hasLongEnd = true
    #expect(try floats(zip) == [3, 4])
    zip["a/data/0"].isLong = true
    zip["a/data.pkl"].isLong = true
    zip["a/data.pkl"].extra = littleEndian(0x4246, 2) + littleEndian(5, 2) + [1, 2, 3, 4, 5]
    #expect(try floats(zip) == [3, 4])
    zip.gap = [1, 2, 3]
    zip.comment = Array("a comment".utf8)
    #expect(try floats(zip) == [3, 4])
    zip.comment = [UInt8](repeating: 0x50, count: 0xFFFF)
    #expect(try floats(zip) == [3, 4])
    // The last end counts whose comment reaches the end of the file.
    zip.comment = Array(plain.bytes.suffix(22)) + [1, 2, 3]
    #expect(try floats(zip) == [3, 4])
    zip["a/data/0"].flags = 8
    zip["a/data/0"].isLong = false
    zip["a/data/0"].headerSize = 0
    #expect(try floats(zip) == [3, 4])
  }

  @Test func `the order of bytes may be said`() throws {
    var zip = plain
    zip.records.append(.init("a/byteorder", "little"))
    #expect(try floats(zip) == [3, 4])
    zip["a/byteorder"].bytes = Array("big".utf8)
    zip["a/data/0"].bytes = [0x40, 0x40, 0, 0, 0x40, 0x80, 0, 0]
    #expect(try floats(zip) == [3, 4])
    zip["a/byteorder"].bytes = Array("middle".utf8)
    #expect(fault(zip)?.place == "record byteorder")
  }

  @Test func `versions are those that PyTorch reads`() throws {
    for version in ["1\n", "3\n", "10\n", "6"] {
      var zip = plain
      zip["a/version"].bytes = Array(version.utf8)
      #expect(try floats(zip) == [3, 4])
    }
    for version in ["11\n", "0\n", "-1", "", "x", "99999999999999999999999"] {
      var zip = plain
      zip["a/version"].bytes = Array(version.utf8)
      let error = fault(zip)
      #expect(error?.code == .unsupportedForm && error?.place == "record version")
    }
  }

  /// Ways to lie, and what they are called.
  static let lies: [(String, TorchCheckpointError.Code, @Sendable (inout ZipFile) -> Void)] = [
    ("compressed", .unsupportedForm, { $0["a/data/0"].method = 8 }),
    ("encrypted", .unsupportedForm, { $0["a/data/0"].flags = 1 }),
    ("masked", .unsupportedForm, { $0["a/data/0"].flags = 0x2000 }),
    ("on another disk", .malformedArchive, { $0["a/data/0"].disk = 1 }),
    ("packed into less", .malformedArchive, { $0["a/data/0"].packed = 4 }),
    ("unpacked from less", .malformedArchive, { $0["a/data/0"].unpacked = 4 }),
    (
      "longer than the file", .malformedArchive,
      {
        $0["a/data/0"].packed = 100_000
        $0["a/data/0"].unpacked = 100_000
        $0["a/data/0"].headerSize = 100_000
      }
    ),
    (
      "of a negative length", .malformedArchive,
      {
        $0["a/data/0"].packed = -9
        $0["a/data/0"].unpacked = -9
        $0["a/data/0"].isLong = true
      }
    ),
    (
      "of almost all bytes that can be counted", .malformedArchive,
      {
        $0["a/data/0"].packed = .max
        $0["a/data/0"].unpacked = .max
        $0["a/data/0"].isLong = true
      }
    ),
    ("elsewhere", .malformedArchive, { $0["a/data/0"].offset = 1 }),
    ("behind the file", .malformedArchive, { $0["a/data/0"].offset = 1_000_000 }),
    (
      "far behind the file", .malformedArchive,
      {
        $0["a/data/0"].offset = .max
        $0["a/data/0"].isLong = true
      }
    ),
    (
      "before the file", .malformedArchive,
      {
        $0["a/data/0"].offset = -1
        $0["a/data/0"].isLong = true
      }
    ),
    ("with another header", .malformedArchive, { $0["a/data/0"].headerName = "a/data/1" }),
    ("with a longer header", .malformedArchive, { $0["a/data/0"].headerName = "a/data/00" }),
    ("with another size", .malformedArchive, { $0["a/data/0"].headerSize = 4 }),
    ("there twice", .duplicateName, { $0.records.append($0["a/data/0"]) }),
    (
      "there twice, by one header", .malformedArchive,
      {
        var record = $0["a/data/0"]
        record.offset = 0
        record.headerName = "a/data.pkl"
        record.name = "a/data.pkl"
        $0.records.append(record)
      }
    ),
    ("outside the folder", .notACheckpoint, { $0.records.append(.init("b/data/0", "x")) }),
    ("in no folder", .notACheckpoint, { $0.records.append(.init("a", "x")) }),
    ("without a pickle", .notACheckpoint, { $0.records.removeFirst() }),
    ("with code", .unsupportedForm, { $0.records.append(.init("a/constants.pkl", "x")) }),
    ("of one entry fewer", .malformedArchive, { $0.entryCount = 2 }),
    ("of one entry more", .malformedArchive, { $0.entryCount = 4 }),
    ("of many entries", .malformedArchive, { $0.entryCount = 60_000 }),
    ("with bytes behind the directory", .malformedArchive, { $0.lateGap = [0] }),
    (
      "inside another", .malformedArchive,
      {
        // A whole record, header and all, for the bytes of another.
        var inner = ZipFile.Record("a/data/1", "inner")
        let header = 30 + inner.name.utf8.count + inner.bytes.count
        $0.records.append(.init("a/outer", Array(ZipFile([inner]).bytes.prefix(header))))
        inner.isMerelyListed = true
        inner.offset = $0.recordsByteCount - header
        $0.records.append(inner)
      }
    ),
    ("whose directory is elsewhere", .malformedArchive, { $0.directoryOffset = 10 }),
    ("whose directory is before the file", .malformedArchive, { $0.directoryOffset = -2 }),
    (
      "whose long directory is before the file", .malformedArchive,
      {
        $0.hasLongEnd = true
        $0.directoryOffset = -2
      }
    ),
    (
      "of more entries than can be counted", .malformedArchive,
      {
        $0.hasLongEnd = true
        $0.entryCount = -1
      }
    ),
    ("with a long size and no place for it", .malformedArchive, { $0["a/data/0"].offset = -1 }),
    (
      "with its long sizes twice", .malformedArchive,
      {
        $0["a/data/0"].isLong = true
        $0["a/data/0"].extra = littleEndian(1, 2) + littleEndian(0, 2)
      }
    ),
    (
      "with half of its long sizes", .malformedArchive,
      {
        $0["a/data/0"].offset = -1
        $0["a/data/0"].extra = littleEndian(1, 2) + littleEndian(4, 2) + [0, 0, 0, 0]
      }
    ),
  ]

  @Test(arguments: lies.indices) func `archives that lie are refused`(index: Int) {
    let (name, code, lie) = Self.lies[index]
    var zip = plain
    lie(&zip)
    let error = fault(zip)
    #expect(error?.code == code, "\(name): \(String(describing: error))")
    #expect(error?.message.contains("\n") == false)
  }

  @Test func `ends that tell of two directories are refused`() throws {
    var zip = plain
    zip.hasLongEnd = true
    var bytes = zip.bytes
    // The count of entries in the short end, which only referred to the long one.
    bytes[bytes.count - 14] = 2
    bytes[bytes.count - 13] = 0
    bytes[bytes.count - 12] = 2
    bytes[bytes.count - 11] = 0
    let error = #expect(throws: TorchCheckpointError.self) {
      try TorchCheckpoint(bytes: bytes, name: "file")
    }
    #expect(error?.code == .malformedArchive)
  }

  @Test func `an archive of several parts is refused`() {
    var bytes = plain.bytes
    bytes[bytes.count - 18] = 1
    let error = #expect(throws: TorchCheckpointError.self) {
      try TorchCheckpoint(bytes: bytes, name: "file")
    }
    #expect(error?.code == .unsupportedForm)
  }

  @Test func `names that are not text are refused`() {
    var bytes = plain.bytes
    for place in bytes.indices.dropLast(8)
    where bytes[place...].prefix(8).elementsEqual("a/data/0".utf8) { bytes[place + 7] = 0xFF }
    let error = #expect(throws: TorchCheckpointError.self) {
      try TorchCheckpoint(bytes: bytes, name: "file")
    }
    #expect(error?.code == .malformedArchive && error?.message.contains("UTF-8") == true)
  }

  @Test func `a long directory is refused before it is read`() {
    var limits = CheckpointLimits()
    limits.maximumMetadataByteCount = 100
    let error = #expect(throws: TorchCheckpointError.self) {
      try TorchCheckpoint(bytes: plain.bytes, name: "file", limits: limits)
    }
    #expect(error?.code == .limitExceeded)
  }

  @Test func `thousands of records are no trouble`() throws {
    var zip = plain
    zip.hasLongEnd = true
    for index in 1..<3000 { zip.records.append(.init("a/data/\(index)", "")) }
    #expect(try floats(zip) == [3, 4])
  }
}
