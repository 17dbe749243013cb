import Testing
import Torch
import TorchDistributed
import TorchTestSupport

@Suite struct GradientReducerTests {
  /// loss = a · x + sum(b) · y, so that the gradients are x and y, in each process another.
  private static func gradients(
    of group: ProcessGroup,
    steps: Int = 1,
    bucketBytes: Int = GradientReducer.bucketBytes
  ) throws -> [[Double]] {
    let a = try Tensor([1.0])
    let b = try Tensor([1.0, 2.0])
    for parameter in [a, b] { try parameter.setRequiresGradient(true) }
    let reducer = try GradientReducer(
      group: group,
      parameters: [a, b],
      firstBucketBytes: min(bucketBytes, GradientReducer.firstBucketBytes),
      bucketBytes: bucketBytes
    )
    var found: [[Double]] = []
    for step in 1...steps {
      let x = Double(step * (group.rank + 1))
      try reducer.backward((a * x).sum() + b.sum() * (10 * x))
      for parameter in [a, b] {
        found.append(try parameter.gradient()?.doubles() ?? [])
        try parameter.clearGradient()
      }
    }
    return found
  }

  @Test func `gradients are the sums over all processes, not their means`() throws {
    let found = try Processes.run(3) { try Self.gradients(of: $0) }
    for each in found { #expect(each == [[6], [60, 60]]) }
  }

  @Test func `step after step, and with a bucket for each parameter`() throws {
    let found = try Processes.run(2) { try Self.gradients(of: $0, steps: 3, bucketBytes: 8) }
    for each in found { #expect(each == [[3], [30, 30], [6], [60, 60], [9], [90, 90]]) }
  }

  @Test func `what earlier parts of a step left is summed with the last one`() throws {
    let found = try Processes.run(2) { group in
      let a = try Tensor([1.0])
      try a.setRequiresGradient(true)
      let reducer = try GradientReducer(group: group, parameters: [a])
      var found: [Double] = []
      for _ in 0..<2 {
        // Worker 0 has 1 + 10, worker 1 has 2 + 20.
        let own = Double(group.rank + 1)
        try (a * own).sum().backward()
        try reducer.backward((a * (10 * own)).sum())
        found += try a.gradient()?.doubles() ?? []
        try a.clearGradient()
      }
      return found
    }
    for each in found { #expect(each == [33, 33]) }
  }

  @Test func `waiting for another process is told`() throws {
    let waited = try Processes.run(2) { group in
      _ = try Self.gradients(of: group)
      return group.waitedSeconds
    }
    for each in waited { #expect(each > 0) }
  }

  @Test func `a process that leaves in the backward pass ends it for the others`() throws {
    let found = try Processes.run(2) { group -> TorchError.Code? in
      let a = try Tensor([1.0])
      try a.setRequiresGradient(true)
      let reducer = try GradientReducer(group: group, parameters: [a])
      if group.rank == 1 { return nil }
      do throws(TorchError) {
        try reducer.backward((a * 2).sum())
        return nil
      } catch { return error.code }
    }
    #expect(found[0] == .disconnected)
  }
}
