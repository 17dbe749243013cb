/// Zip archives, true and false ones.
struct ZipFile {
  /// One record and what is written of it.
  struct Record {
    var name: String
    var bytes: [UInt8]
    var method = 0
    var flags = 0
    /// Sizes and offset go into an extra field and are -1 in the entry.
    var isLong = false
    /// What the directory says in place of the truth.
    var packed: Int?
    var unpacked: Int?
    var offset: Int?
    var disk = 0
    var extra: [UInt8] = []
    /// What its own header says in place of the truth.
    var headerName: String?
    var headerSize: Int?
    /// The directory lists it, and nothing is written of it.
    var isMerelyListed = false

    init(_ name: String, _ bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }

    init(_ name: String, _ text: String) { self.init(name, Array(text.utf8)) }
  }

  var records: [Record]
  var comment: [UInt8] = []
  var hasLongEnd = false
  var entryCount: Int?
  var directoryOffset: Int?
  /// Bytes between the records and the directory.
  var gap: [UInt8] = []
  /// Bytes between the directory and the end.
  var lateGap: [UInt8] = []

  init(_ records: [Record]) { self.records = records }

  /// A checkpoint of a value, as PyTorch names its records.
  init(pickle: [UInt8], storages: [[UInt8]] = [], more: [Record] = []) {
    records =
      [Record("a/data.pkl", pickle), Record("a/version", "3\n")]
      + storages.enumerated().map { Record("a/data/\($0.offset)", $0.element) } + more
  }

  subscript(name: String) -> Record {
    get { records.first { $0.name == name } ?? Record(name, "") }
    set { records = records.map { $0.name == name ? newValue : $0 } }
  }

  /// Bytes of all records with their headers, before the directory.
  var recordsByteCount: Int {
    records.reduce(0) { $0 + 30 + $1.name.utf8.count + $1.extra.count + $1.bytes.count }
  }

  var bytes: [UInt8] {
    var result: [UInt8] = []
    var directory: [UInt8] = []
    for record in records {
      let offset = result.count
      let name = Array((record.headerName ?? record.name).utf8)
      let size = record.isLong ? -1 : record.headerSize ?? record.bytes.count
      result += [0x50, 0x4B, 3, 4] + littleEndian(20, 2) + littleEndian(record.flags, 2)
      result += littleEndian(record.method, 2) + littleEndian(0, 8)
      result += littleEndian(size, 4) + littleEndian(size, 4)
      result += littleEndian(name.count, 2) + littleEndian(record.extra.count, 2)
      result += name + record.extra + record.bytes
      directory += entry(record, offset: offset)
      if record.isMerelyListed { result.removeLast(result.count - offset) }
    }
    result += gap
    let start = directoryOffset ?? result.count
    let count = entryCount ?? records.count
    result += directory + lateGap
    if hasLongEnd { result += longEnd(count, directory.count, start, at: result.count) }
    let fields = hasLongEnd ? [-1, -1, -1] : [count, directory.count, start]
    result += [0x50, 0x4B, 5, 6] + littleEndian(0, 4)
    result += littleEndian(fields[0], 2) + littleEndian(fields[0], 2)
    result += littleEndian(fields[1], 4) + littleEndian(fields[2], 4)
    return result + littleEndian(comment.count, 2) + comment
  }

  private func entry(_ record: Record, offset: Int) -> [UInt8] {
    let numbers = [
      record.unpacked ?? record.bytes.count, record.packed ?? record.bytes.count,
      record.offset ?? offset,
    ]
    let name = Array(record.name.utf8)
    var extra = record.extra
    if record.isLong {
      extra += littleEndian(1, 2) + littleEndian(24, 2) + numbers.flatMap { littleEndian($0, 8) }
    }
    let short = record.isLong ? [-1, -1, -1] : numbers
    var entry: [UInt8] = [0x50, 0x4B, 1, 2] + littleEndian(20, 2) + littleEndian(20, 2)
    entry += littleEndian(record.flags, 2) + littleEndian(record.method, 2) + littleEndian(0, 8)
    entry += littleEndian(short[1], 4) + littleEndian(short[0], 4)
    entry += littleEndian(name.count, 2) + littleEndian(extra.count, 2) + littleEndian(0, 2)
    entry += littleEndian(record.disk, 2) + littleEndian(0, 6) + littleEndian(short[2], 4)
    return entry + name + extra
  }

  private func longEnd(_ count: Int, _ size: Int, _ start: Int, at place: Int) -> [UInt8] {
    var end: [UInt8] = [0x50, 0x4B, 6, 6] + littleEndian(44, 8) + littleEndian(45, 4)
    end += littleEndian(0, 8) + littleEndian(count, 8) + littleEndian(count, 8)
    end += littleEndian(size, 8) + littleEndian(start, 8)
    return end + [0x50, 0x4B, 6, 7] + littleEndian(0, 4) + littleEndian(place, 8)
      + littleEndian(1, 4)
  }
}
