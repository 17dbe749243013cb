#if os(Linux)
  import Testing

  @testable import DetectionTraining

  @Suite struct ResidentMemoryTests {
    @Test func `memory that is written to is counted`() throws {
      let before = try #require(ResidentMemory.mebibytes)
      let bytes = [UInt8](repeating: 1, count: 256 << 20)
      let after = try #require(ResidentMemory.mebibytes)
      #expect(before > 1)
      // Other tests give memory back meanwhile.
      #expect(after - before > 64, "\(before) to \(after) MiB")
      #expect(bytes.last == 1)
    }
  }
#endif
