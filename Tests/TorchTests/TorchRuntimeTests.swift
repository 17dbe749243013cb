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

  @Test func `peak memory covers a tensor that was used`() throws {
    _ = try Tensor.ones(shape: [1 << 24])
    #expect(TorchRuntime.peakResidentBytes > 1 << 26)
  }
}
