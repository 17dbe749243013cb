import Foundation
import Testing

@testable import DetectionTraining

struct FileChecksumTests {
  private func checksum(_ bytes: [UInt8]) throws -> String {
    let temporary = try TemporaryFolder()
    let url = temporary.url.appendingPathComponent("file")
    try Data(bytes).write(to: url)
    return try FileChecksum.hexadecimal(of: url)
  }

  /// The published offset basis, and the published sums of one and of six bytes.
  @Test func `an empty and a short file have FNV's published sums`() throws {
    #expect(try checksum([]) == "cbf29ce484222325")
    #expect(try checksum(Array("a".utf8)) == "af63dc4c8601ec8c")
    #expect(try checksum(Array("foobar".utf8)) == "85944171f73967e8")
  }

  @Test(arguments: [1, 7, 8, 9, 16, 21])
  func `every changed bit, and a byte more or less, changes the sum`(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let whole = try checksum(bytes)
    for bit in 0..<(count * 8) {
      var altered = bytes
      altered[bit / 8] ^= 1 << (bit % 8)
      #expect(try checksum(altered) != whole, "bit \(bit)")
    }
    #expect(try checksum(bytes + [0]) != whole)
    #expect(try checksum(Array(bytes.dropLast())) != whole)
  }
}
