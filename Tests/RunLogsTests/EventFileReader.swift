import Foundation

/// Reads event files by the published format alone: neither the writer's framing nor its messages are used.
enum EventFileReader {
  /// One field of a message.
  enum Field: Hashable {
    case number(UInt64)
    case bytes(Data)
  }

  struct Broken: Error {}

  /// One tag's value of one event.
  struct Value: Hashable {
    var step: UInt64
    var tag: String
    /// The bits of a scalar; `nil` for pictures and curves.
    var scalar: Float?
    /// All other fields, as they stand.
    var rest: Data
  }

  /// Every value in a folder's files, in the order of their names; times are left out.
  static func values(in folder: URL) throws -> [Value] {
    try files(in: folder).flatMap { try values(of: Data(contentsOf: $0)) }
  }

  static func files(in folder: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .filter { $0.contains("tfevents") }
      .map { folder.appendingPathComponent($0) }
  }

  static func values(of file: Data) throws -> [Value] {
    var values: [Value] = []
    for (index, record) in try records(file).enumerated() {
      let event = try fields(record)
      guard let time = event[1]?.first, case .number = time else { throw Broken() }
      if index == 0 {
        guard event[3] == [.bytes(Data("brain.Event:2".utf8))] else { throw Broken() }
        continue
      }
      var step: UInt64 = 0
      if case .number(let number)? = event[2]?.first { step = number }
      guard case .bytes(let summary)? = event[5]?.first else { throw Broken() }
      for case .bytes(let bytes) in try fields(summary)[1] ?? [] {
        let value = try fields(bytes)
        guard case .bytes(let tag)? = value[1]?.first else { throw Broken() }
        var scalar: Float?
        if case .number(let bits)? = value[2]?.first {
          scalar = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
        }
        values.append(
          Value(
            step: step,
            tag: String(decoding: tag, as: UTF8.self),
            scalar: scalar,
            rest: scalar == nil ? bytes : Data()
          )
        )
      }
    }
    return values
  }

  /// Contents of the records; checksums are computed bit by bit.
  static func records(_ file: Data) throws -> [Data] {
    var records: [Data] = []
    var rest = Array(file)
    while !rest.isEmpty {
      guard rest.count >= 16 else { throw Broken() }
      let length = rest[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
      guard rest.count >= length + 16, mask(rest[0..<8]) == Array(rest[8..<12]) else {
        throw Broken()
      }
      let contents = rest[12..<(12 + length)]
      guard mask(contents) == Array(rest[(12 + length)..<(16 + length)]) else { throw Broken() }
      records.append(Data(contents))
      rest.removeFirst(16 + length)
    }
    return records
  }

  private static func mask(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    // Long division by x^32 + x^28 + …, the lowest bit first.
    var rest: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      for bit in 0..<8 {
        let carry = (rest ^ UInt32(byte >> bit)) & 1
        rest = rest >> 1 ^ carry * 0x82F6_3B78
      }
    }
    let value = ((rest ^ 0xFFFF_FFFF) >> 15 | (rest ^ 0xFFFF_FFFF) << 17) &+ 0xA282_EAD8
    return (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  /// The fields of a message by their numbers.
  static func fields(_ message: Data) throws -> [UInt64: [Field]] {
    var bytes = Array(message)[...]
    func varint() throws -> UInt64 {
      var (value, shift): (UInt64, UInt64) = (0, 0)
      while let byte = bytes.popFirst() {
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
      }
      throw Broken()
    }
    func fixed(_ count: Int) throws -> UInt64 {
      guard bytes.count >= count else { throw Broken() }
      defer { bytes = bytes.dropFirst(count) }
      return bytes.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    var fields: [UInt64: [Field]] = [:]
    while !bytes.isEmpty {
      let key = try varint()
      switch key & 7 {
      case 0: fields[key >> 3, default: []].append(.number(try varint()))
      case 1: fields[key >> 3, default: []].append(.number(try fixed(8)))
      case 5: fields[key >> 3, default: []].append(.number(try fixed(4)))
      case 2:
        let length = Int(try varint())
        guard bytes.count >= length else { throw Broken() }
        fields[key >> 3, default: []].append(.bytes(Data(bytes.prefix(length))))
        bytes = bytes.dropFirst(length)
      default: throw Broken()
      }
    }
    return fields
  }
}
