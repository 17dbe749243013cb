import Testing
import Torch
import TorchTestSupport

@Suite(.serialized) struct TorchRuntimeTests {
  @Test func `the engine names itself`() {
    #expect(TorchRuntime.version.hasPrefix("2.13"))
    #expect(!TorchRuntime.cpuCapability.isEmpty)
    // Asking must not fail; the answer is the machine's.
    _ = (TorchRuntime.hasFastBFloat16, TorchRuntime.isCUDAAvailable)
  }

  @Test func `threads are set for the caller`() throws {
    let before = TorchRuntime.threads
    try TorchRuntime.setThreads(1)
    #expect(TorchRuntime.threads == 1)
    try TorchRuntime.setThreads(before)
    #expect(TorchRuntime.threads == before)
  }

  @Test func `the global generator goes back to a state`() throws {
    try TorchRuntime.setSeed(7)
    let state = try TorchRuntime.randomState()
    try TorchRuntime.setSeed(8)
    #expect(try TorchRuntime.randomState() != state)
    try TorchRuntime.setRandomState(state)
    #expect(try TorchRuntime.randomState() == state)
    #expect(throws: TorchError.self) { try TorchRuntime.setRandomState([1, 2, 3]) }
  }

  @Test func `determinism is switched on and off`() throws {
    try TorchRuntime.setDeterministic(true)
    #expect(TorchRuntime.isDeterministic)
    try TorchRuntime.setDeterministic(false)
    #expect(!TorchRuntime.isDeterministic)
  }

  @Test func `freed memory waits for the next tensor and is given back on demand`() throws {
    TorchRuntime.keepFreedMemory()
    // Larger than what all other tests hold, as they may run beside this one.
    let byteCount = 160 << 20
    do { _ = try Tensor.empty(shape: [byteCount], dtype: .uint8) }
    #expect(TorchRuntime.keptBytes >= byteCount)
    do { _ = try Tensor.empty(shape: [byteCount - 1000], dtype: .uint8) }
    #expect(TorchRuntime.keptBytes < 2 * byteCount)
    TorchRuntime.releaseFreedMemory()
    #expect(TorchRuntime.keptBytes < byteCount)
  }

  @Test func `kept memory is never in two tensors at once`() async throws {
    TorchRuntime.keepFreedMemory()
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for task in 0..<4 {
        group.addTask {
          var generator = SeededGenerator(seed: UInt64(task))
          for round in 0..<100 {
            let count = Int.random(in: 1..<1_000_000, using: &generator)
            let value = Double(task * 1000 + round)
            let tensor = try Tensor.full(shape: [count], value)
            let other = try tensor + 1
            guard try tensor.equal(value).all().item() == 1, try other.max().item() == value + 1
            else { return false }
          }
          return true
        }
      }
      for try await unharmed in group { #expect(unharmed) }
    }
  }

  @Test func `peak memory covers a tensor that was used`() throws {
    _ = try Tensor.ones(shape: [1 << 24])
    #expect(TorchRuntime.peakResidentBytes > 1 << 26)
  }
}
