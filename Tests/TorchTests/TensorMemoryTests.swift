import Foundation
import Testing
import Torch

@Suite(.serialized) struct TensorMemoryTests {
  @Test(.enabled(if: residentBytes() != nil, "the system does not tell a process's memory"))
  func `10,000 rounds of tensors that come and go leave nothing`() throws {
    let right = try Tensor.ones(shape: [3, 3])
    func round() throws {
      let x = try Tensor.ones(shape: [32, 1024])
      try x.setRequiresGradient(true)
      try (x * 2).square().sum().backward()
      // The error path frees what it made, too.
      _ = try? x.matmul(right)
    }
    for _ in 0..<200 { try round() }
    let before = try #require(residentBytes())
    for _ in 0..<10_000 { try round() }
    let after = try #require(residentBytes())
    // Tensors of 128 KiB: leaking one a round would cost 1280 MiB. Tests beside this one and what
    // the allocators keep may move the figure by some hundred.
    #expect(after - before < 600 << 20)
  }
}

private func residentBytes() -> Int? {
  guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
    let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
  else { return nil }
  return pages * 4096
}
