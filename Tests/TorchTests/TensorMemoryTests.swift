import Foundation
import Testing
import Torch

@Suite(.serialized) struct TensorMemoryTests {
  @Test(.enabled(if: residentBytes() != nil, "the system does not tell a process's memory"))
  func `10,000 tensors that come and go leave nothing`() throws {
    func cycle() throws {
      let x = try Tensor.ones(shape: [64, 1024])
      try x.setRequiresGradient(true)
      try (x * 2).square().sum().backward()
      _ = try? x.matmul(x)
    }
    for _ in 0..<200 { try cycle() }
    let before = try #require(residentBytes())
    // Five tensors of 256 KiB a cycle: leaking one of them would cost 512 MiB.
    for _ in 0..<2_000 { try cycle() }
    let after = try #require(residentBytes())
    #expect(after - before < 64 << 20)
  }
}

private func residentBytes() -> Int? {
  guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
    let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
  else { return nil }
  return pages * 4096
}
