import Testing

@testable import TorchCheckpoint

/// What a file may ask for, and that asking for more costs nothing.
@Suite struct CheckpointLimitsTests {
  @Test func `nesting up to the limit is read`() throws {
    for depth in [1, 99, 100] {
      let lists = [UInt8](repeating: 0x5D, count: depth)
      let appends = [UInt8](repeating: 0x61, count: depth - 1)
      guard case .list = try CraftedCheckpoint.value(Pickle.complete(lists + appends)) else {
        Issue.record("depth \(depth)")
        continue
      }
    }
    for depth in [101, 1000, 100_000] {
      let lists = [UInt8](repeating: 0x5D, count: depth)
      let appends = [UInt8](repeating: 0x61, count: depth - 1)
      #expect(
        CraftedCheckpoint.fault(Pickle.complete(lists + appends))?.code == .limitExceeded,
        "depth \(depth)"
      )
      let tuples = [0x29] + [UInt8](repeating: 0x85, count: depth - 1)
      #expect(
        CraftedCheckpoint.fault(Pickle.complete(tuples))?.code == .limitExceeded,
        "depth \(depth)"
      )
    }
  }

  @Test func `a shared container counts where it lies deepest`() {
    // A list of 60 levels, kept and used at the bottom of another of 60.
    let high = [UInt8](repeating: 0x5D, count: 60) + [UInt8](repeating: 0x61, count: 59)
    let lists = [UInt8](repeating: 0x5D, count: 60)
    let appends = [UInt8](repeating: 0x61, count: 60)
    let value = [0x5D] + high + [0x71, 0, 0x61] + lists + [0x68, 0] + appends + [0x61]
    #expect(CraftedCheckpoint.fault(Pickle.complete(value))?.code == .limitExceeded)
  }

  @Test func `a little that is used again and again is refused`() {
    // Each list holds the one before ten times: 10^30 values in 700 bytes.
    var laughs: [UInt8] = [0x5D, 0x71, 0]
    for level in UInt8(0)..<30 {
      let uses = (0..<10).flatMap { _ in [0x68, level] as [UInt8] }
      laughs = [0x5D, 0x28] + laughs + uses + [0x65, 0x71, level + 1]
    }
    #expect(CraftedCheckpoint.fault(Pickle.complete(laughs))?.code == .limitExceeded)
    // Counters of one large dictionary, each a copy of it.
    var counters: [UInt8] = [0x5D, 0x7D, 0x28]
    for key in 1000..<2000 { counters += Pickle.integer(key) + [0x4E] }
    counters += [0x75, 0x71, 0, 0x61, 0x28] + Pickle.global("collections", "Counter") + [0x71, 1]
    for _ in 0..<3000 { counters += [0x68, 1, 0x68, 0, 0x85, 0x52] }
    counters += [0x65]
    let error = CraftedCheckpoint.fault(Pickle.complete(counters))
    #expect(error?.code == .limitExceeded && error?.place.hasPrefix("record data.pkl") == true)
  }

  @Test func `values are counted`() throws {
    var limits = CheckpointLimits()
    limits.maximumValueCount = 10
    let list: ([UInt8]) -> [UInt8] = { Pickle.complete(Pickle.list($0)) }
    _ = try CraftedCheckpoint.value(list([UInt8](repeating: 0x4E, count: 8)), limits: limits)
    let error = CraftedCheckpoint.fault(list([UInt8](repeating: 0x4E, count: 9)), limits: limits)
    #expect(error?.code == .limitExceeded)
  }

  @Test func `bytes of the pickle are counted`() throws {
    var limits = CheckpointLimits()
    let pickle = Pickle.complete(Pickle.text("abcdefghij"))
    limits.maximumMetadataByteCount = 1000
    _ = try CraftedCheckpoint.value(pickle, limits: limits)
    let long = Pickle.complete(Pickle.text(String(repeating: "x", count: 1000)))
    #expect(CraftedCheckpoint.fault(long, limits: limits)?.code == .limitExceeded)
  }

  @Test func `lengths beyond the end are refused before memory is taken`() {
    let lengths: [[UInt8]] = [
      [0x58, 255, 255, 255, 255], [0x8D, 255, 255, 255, 255, 255, 255, 255, 127],
      [0x8D, 255, 255, 255, 255, 255, 255, 255, 255], [0x42, 0, 0, 0, 128], [0x8C, 2], [0x8A, 255],
      [0x54, 255, 255, 255, 255], [0x8E, 0, 0, 0, 0, 0, 1, 0, 0], [0x47, 0], [0x4A, 0],
    ]
    for length in lengths {
      let error = CraftedCheckpoint.fault([0x80, 2] + length + [0x2E])
      #expect(error?.code == .truncated && error?.place.hasPrefix("record data.pkl") == true)
    }
  }
}
