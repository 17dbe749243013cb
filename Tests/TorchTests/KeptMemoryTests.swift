import Testing
import Torch

// Each in a process of its own: the allocator belongs to the process, and so do its figures.
#if compiler(>=6.2)
  @Suite struct KeptMemoryTests {
    @Test func `without being asked, nothing is kept`() async {
      await #expect(processExitsWith: .success) {
        _ = try Tensor.zeros(shape: [64 << 20], dtype: .uint8)
        #expect(TorchRuntime.keptBytes == 0)
      }
    }

    @Test func `the next tensor of about the size gets the freed block, on any thread`() async {
      await #expect(processExitsWith: .success) {
        TorchRuntime.keepFreedMemory()
        let byteCount = 48 << 20
        let first = try address(byteCount)
        #expect(TorchRuntime.keptBytes >= byteCount)
        #expect(try address(byteCount) == first)
        // A tenth smaller still fits; half the block would be wasted, so that gets memory of its own.
        #expect(try address(byteCount / 10 * 9) == first)
        #expect(try address(byteCount / 2) != first)
        let other = try await Task.detached { try address(byteCount) }.value
        #expect(other == first)
      }
    }

    @Test func `a living tensor keeps its block to itself`() async {
      await #expect(processExitsWith: .success) {
        TorchRuntime.keepFreedMemory()
        let byteCount = 8 << 20
        let living = try Tensor.full(shape: [byteCount], 7, dtype: .uint8)
        for _ in 0..<3 { _ = try Tensor.full(shape: [byteCount], 9, dtype: .uint8) }
        #expect(TorchRuntime.keptBytes < 2 * byteCount)
        #expect(try living.equal(7).all().item() == 1)
      }
    }

    @Test func `what was freed is given back on request, and only that`() async {
      await #expect(processExitsWith: .success) {
        TorchRuntime.keepFreedMemory()
        let living = try Tensor.full(shape: [8 << 20], 7, dtype: .uint8)
        _ = try Tensor.zeros(shape: [96 << 20], dtype: .uint8)
        #expect(TorchRuntime.keptBytes >= 96 << 20)
        TorchRuntime.releaseFreedMemory()
        #expect(TorchRuntime.keptBytes == 0)
        #expect(try living.equal(7).all().item() == 1)
        // And it goes on keeping.
        _ = try Tensor.zeros(shape: [96 << 20], dtype: .uint8)
        #expect(TorchRuntime.keptBytes >= 96 << 20)
      }
    }

    @Test func `small tensors are left to the system`() async {
      await #expect(processExitsWith: .success) {
        TorchRuntime.keepFreedMemory()
        for count in [0, 1, 1 << 10, (1 << 20) - 128] {
          _ = try Tensor.zeros(shape: [count], dtype: .uint8)
        }
        #expect(TorchRuntime.keptBytes == 0)
      }
    }

    /// 256 MiB, where living tensors never held more at once.
    @Test func `no more waits than the limit, and what was freed first goes first`() async {
      await #expect(processExitsWith: .success) {
        TorchRuntime.keepFreedMemory()
        let mebibyte = 1 << 20
        // Sizes too far apart to serve each other: 12, 24, 48, 96, 192.
        let sizes = (0..<5).map { (12 << $0) * mebibyte }
        for size in sizes { _ = try Tensor.empty(shape: [size], dtype: .uint8) }
        // 372 MiB were freed: without the three oldest it is still too much, so the fourth goes as well.
        #expect(TorchRuntime.keptBytes >= sizes[4] && TorchRuntime.keptBytes < sizes[4] + sizes[3])
        _ = try Tensor.empty(shape: [sizes[0]], dtype: .uint8)
        #expect(TorchRuntime.keptBytes >= sizes[4] + sizes[0])
      }
    }
  }

  /// Where a tensor of so many bytes lies that is freed again.
  private func address(_ byteCount: Int) throws -> UInt {
    let tensor = try Tensor.empty(shape: [byteCount], dtype: .uint8)
    return try tensor.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
  }
#endif
