/// Reads a range of a file from its start to its end, a part at a time.
struct ByteCursor {
  let file: CheckpointFile
  /// The record of the archive that is read; nil if it is the file itself.
  let record: String?
  /// Where the next byte lies in the file.
  private(set) var position: Int

  private let start: Int
  private let end: Int
  /// Whether the range was cut to the limit, so that its end is not the end of what is read.
  private let isCut: Bool
  private var buffer: [UInt8] = []
  /// Where the next byte lies in the buffer.
  private var next = 0

  private static let partByteCount = 1 << 16

  init(file: CheckpointFile, record: String?, range: Range<Int>, limit: Int) {
    self.file = file
    self.record = record
    start = range.lowerBound
    position = start
    end = range.count > limit ? start + limit : range.upperBound
    isCut = range.count > limit
  }

  /// Bytes from here to the end.
  var remaining: Int { end - position }

  /// How a place is called in messages.
  func place(_ position: Int) -> String {
    record.map { "record \($0), byte \(position - start)" } ?? "byte \(position)"
  }

  mutating func byte() throws(TorchCheckpointError) -> UInt8 {
    if next == buffer.count { try fill(atLeast: 1) }
    defer { (position, next) = (position + 1, next + 1) }
    return buffer[next]
  }

  mutating func bytes(_ count: Int) throws(TorchCheckpointError) -> ArraySlice<UInt8> {
    if buffer.count - next < count { try fill(atLeast: count) }
    defer { (position, next) = (position + count, next + count) }
    return buffer[next..<(next + count)]
  }

  /// An unsigned number, its lowest byte first.
  mutating func number(byteCount: Int) throws(TorchCheckpointError) -> UInt64 {
    try bytes(byteCount).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The bytes of a length that is written before them in so many bytes.
  mutating func bytes(countedBy width: Int) throws(TorchCheckpointError) -> ArraySlice<UInt8> {
    let count = try number(byteCount: width)
    guard count <= UInt64(remaining) else { throw ended(needing: count) }
    return try bytes(Int(count))
  }

  /// The bytes up to a line feed, which is passed over.
  mutating func line(maximumByteCount: Int) throws(TorchCheckpointError) -> [UInt8] {
    var line: [UInt8] = []
    while true {
      let byte = try byte()
      if byte == 0x0A { return line }
      guard line.count < maximumByteCount else {
        throw file.fault(
          .malformedPickle,
          place(position - line.count - 1),
          "a name is longer than \(maximumByteCount) bytes"
        )
      }
      line.append(byte)
    }
  }

  private mutating func fill(atLeast count: Int) throws(TorchCheckpointError) {
    guard count <= remaining else { throw ended(needing: count) }
    let size = min(max(count, Self.partByteCount), remaining)
    buffer = try file.bytes(in: position..<(position + size), place: place(position))
    next = 0
  }

  private func ended(needing count: some BinaryInteger) -> TorchCheckpointError {
    isCut
      ? file.fault(
        .limitExceeded,
        place(position),
        "the pickle has more than the \(end - start) bytes that are read"
      )
      : file.fault(
        .truncated,
        place(position),
        "bytes needed: \(count), bytes left: \(remaining); copy or download the file anew"
      )
  }
}
