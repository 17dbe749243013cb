import Foundation
import Testing
import Torch
import TorchDistributed

@Suite struct ProcessGroupTests {
  @Test func `sums and maxima are of all processes, and the same for each`() throws {
    let found = try Processes.run(3) { group in
      let own = Double(group.rank)
      let sum = try Tensor([1, own, -own])
      let maximum = try Tensor([1, own, -own])
      try group.sum_(sum)
      try group.maximum_(maximum)
      return (try sum.doubles(), try maximum.doubles())
    }
    for each in found {
      #expect(each.0 == [3, 3, -3])
      #expect(each.1 == [1, 2, 0])
    }
  }

  @Test func `gathered bytes keep their lengths, empty ones too`() throws {
    let found = try Processes.run(3) { group in
      try group.gather([UInt8](repeating: UInt8(group.rank + 1), count: 2 * group.rank))
    }
    for each in found { #expect(each == [[], [2, 2], [3, 3, 3, 3]]) }
  }

  @Test func `a group of which nobody has bytes gathers none`() throws {
    let found = try Processes.run(2) { try $0.gather([]) }
    for each in found { #expect(each == [[], []]) }
  }

  @Test func `tensors of one process replace the others', however they lie in memory`() throws {
    let found = try Processes.run(2) { group in
      let values = (1...8).map { group.rank == 1 ? Float($0) : 0 }
      let plain = try Tensor(values, shape: [1, 2, 2, 2])
      let tensor = group.rank == 1 ? try plain.channelsLast() : plain
      try group.broadcast_([tensor], from: 1)
      return (try tensor.floats(), tensor.isChannelsLast)
    }
    #expect(found[0].0 == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(found[1].1)
  }

  @Test func `a group of one process is its own sum`() throws {
    let found = try Processes.run(1) { group in
      let tensor = try Tensor([2.5])
      try group.sum_(tensor)
      try group.barrier()
      return try tensor.doubles() + [Double(try group.gather([7])[0][0])]
    }
    #expect(found == [[2.5, 7]])
  }

  @Test func `a call under way and every later one fail with the reason of an abort`() throws {
    let isOver = DispatchSemaphore(value: 0)
    let found = try Processes.run(2) { group -> [TorchError] in
      guard group.rank == 0 else {
        // Connected, and silent.
        isOver.wait()
        return []
      }
      defer { isOver.signal() }
      let aborting = Thread {
        Thread.sleep(forTimeInterval: 0.2)
        group.abort("worker 1 went home")
      }
      aborting.start()
      return (0..<2).compactMap { _ in
        do throws(TorchError) {
          try group.sum_(Tensor([1.0]))
          return nil
        } catch { return error }
      }
    }
    #expect(found[0].map(\.code) == [.disconnected, .disconnected])
    #expect(found[0].allSatisfy { $0.message == "worker 1 went home" })
  }

  @Test func `a tensor with gaps is refused`() throws {
    let found = try Processes.run(2) { group -> TorchError? in
      let part = try Tensor.zeros(shape: [2, 4]).narrow(dim: 1, start: 0, length: 2)
      do throws(TorchError) {
        try group.sum_(part)
        return nil
      } catch { return error }
    }
    for each in found { #expect(each?.message.contains("without gaps") == true) }
  }
}
