import Foundation
import Testing

@testable import RunLogs

@Suite struct EventRecordTests {
  /// RFC 3720, appendix B.4, and the checksum of the nine digits that every catalogue of them gives.
  @Test func `CRC-32C of the published vectors`() {
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum(0..<32) == 0x46DD_794E)
    #expect(CRC32C.checksum((0..<32).reversed()) == 0x113F_DB5C)
    #expect(CRC32C.checksum("123456789".utf8) == 0xE306_9283)
    #expect(CRC32C.checksum([]) == 0)
  }

  /// 0xE3069283 turned right by 15 bits is 0x2507C60D; plus 0xA282EAD8 that is 0xC78AB0E5.
  @Test func `the mask turns and adds`() {
    #expect(CRC32C.masked("123456789".utf8) == 0xC78A_B0E5)
    // Nothing has the checksum 0, which leaves the constant.
    #expect(CRC32C.masked([]) == 0xA282_EAD8)
  }

  @Test func `a record is length, checksum, contents, checksum`() {
    let record = EventRecord.framed(Data("123456789".utf8))
    #expect(record.prefix(8) == Data([9, 0, 0, 0, 0, 0, 0, 0]))
    #expect(record.count == 8 + 4 + 9 + 4)
    #expect(record.dropFirst(12).prefix(9) == Data("123456789".utf8))
    #expect(record.suffix(4) == Data([0xE5, 0xB0, 0x8A, 0xC7]))
  }

  private func read(_ bytes: Data) throws -> (contents: [Data], end: UInt64, isAll: Bool) {
    let temporary = try LogFolder()
    let url = temporary.url.appendingPathComponent("records")
    try bytes.write(to: url)
    let handle = try FileHandle(forReadingFrom: url)
    defer { try? handle.close() }
    var contents: [Data] = []
    let result = try EventRecord.read(handle) {
      contents.append($0)
      return true
    }
    return (contents, result.end, result.isAll)
  }

  private static let three = [Data("one".utf8), Data(), Data(repeating: 7, count: 300)]

  @Test func `records come back, empty ones too`() throws {
    let bytes = Self.three.reduce(Data()) { $0 + EventRecord.framed($1) }
    let result = try read(bytes)
    #expect(result.contents == Self.three)
    #expect(result.isAll && result.end == UInt64(bytes.count))
    let nothing = try read(Data())
    #expect(nothing.contents.isEmpty && nothing.isAll && nothing.end == 0)
  }

  /// Whatever is cut off, what is whole before it is read, and no more.
  @Test func `a file cut anywhere ends with its last whole record`() throws {
    let frames = Self.three.map { EventRecord.framed($0) }
    let ends = [0, frames[0].count, frames[0].count + frames[1].count]
    let bytes = frames.reduce(Data(), +)
    for length in 0..<bytes.count {
      let result = try read(bytes.prefix(length))
      let whole = ends.last { $0 <= length } ?? 0
      #expect(result.end == UInt64(whole), "cut to \(length)")
      #expect(result.isAll == (whole == length), "cut to \(length)")
    }
  }

  @Test func `a file with any byte altered ends before it`() throws {
    let frames = Self.three.map { EventRecord.framed($0) }
    let starts = [0, frames[0].count, frames[0].count + frames[1].count]
    let bytes = frames.reduce(Data(), +)
    for place in 0..<bytes.count {
      var altered = bytes
      altered[place] ^= 0x20
      let result = try read(altered)
      #expect(!result.isAll, "altered at \(place)")
      #expect(result.end == UInt64(starts.last { $0 <= place } ?? 0), "altered at \(place)")
    }
  }

  /// A length that asks for more than there is asks for no memory.
  @Test func `a length beyond the file is not believed`() throws {
    for length in [UInt64.max, UInt64.max - 15, 1 << 62, 17] {
      let header = withUnsafeBytes(of: length.littleEndian) { Data($0) }
      let check = withUnsafeBytes(of: CRC32C.masked(header).littleEndian) { Data($0) }
      let result = try read(header + check + Data(repeating: 0, count: 20))
      #expect(result.end == 0 && !result.isAll, "\(length)")
    }
  }
}

/// A folder of a test's own, removed with it.
final class LogFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-test-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
