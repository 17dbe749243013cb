import Foundation
import Testing
import Torch

@testable import TorchDistributed

/// Teams of threads, each a worker with connections of its own.
@Suite struct WorkerTeamTests {
  private static func patience(rounds: Int = 10) -> WorkerTeam.Patience {
    var patience = WorkerTeam.Patience()
    patience.arrival = .seconds(30)
    patience.rhythm.round = .milliseconds(100)
    patience.rhythm.patience = rounds
    return patience
  }

  private static func placement(_ rank: Int, of count: Int, port: UInt16 = 1) -> WorkerPlacement {
    WorkerPlacement(
      rank: rank,
      count: count,
      localCount: count,
      host: "127.0.0.1",
      port: port,
      keeper: .launcher,
      attempt: "0"
    )
  }

  /// Runs `body` in each worker of a team that meets at a store of the test's.
  private static func run<Output: Sendable>(
    _ count: Int,
    _ body: @escaping @Sendable (WorkerTeam) throws -> Output
  ) throws -> [Output] {
    let store = try SharedStore.overTCP(
      host: "127.0.0.1",
      port: 0,
      isServer: true,
      patience: .seconds(30)
    )
    defer { withExtendedLifetime(store) {} }
    let port = store.port
    return try Processes.apart(count) { rank in
      try TorchRuntime.setThreads(1)
      return try body(WorkerTeam(placement(rank, of: count, port: port), patience: patience()))
    }
  }

  @Test func `workers meet, compute together and part`() throws {
    let found = try Self.run(3) { team in
      let sum = try Tensor([Double(team.rank)])
      try team.control.sum_(sum)
      team.leave()
      return (try sum.item(), team.names)
    }
    for each in found {
      #expect(each.0 == 3)
      #expect(each.1 == (0..<3).map { "worker \($0) on \(LocalAddress.hostName)" })
    }
  }

  @Test func `the reason of a worker that ends reaches those that wait for it`() throws {
    let found = try Self.run(3) { team -> String in
      if team.rank == 1 {
        team.tell("train.json: cannot be read")
        // The others find it while this one still lives.
        return team.reason(of: TorchError(.disconnected, operation: "", shapes: [], message: ""))
      }
      do throws(TorchError) {
        try team.control.barrier()
        return "nothing"
      } catch {
        #expect(error.code == .disconnected)
        return team.reason(of: error)
      }
    }
    let name = "worker 1 on \(LocalAddress.hostName)"
    for each in found { #expect(each == "\(name): train.json: cannot be read") }
  }

  @Test func `a worker that falls silent is named, also by those that do not wait for Gloo`() throws
  {
    let store = try SharedStore.overTCP(
      host: "127.0.0.1",
      port: 0,
      isServer: true,
      patience: .seconds(30)
    )
    let heard = try Processes.apart(2) { rank -> String? in
      let pulse = WorkerPulse(
        store: try store.connectedAgain(),
        prefix: "t/",
        rank: rank,
        names: ["worker 0 on a", "worker 1 on b"],
        rhythm: Self.patience(rounds: rank == 0 ? 10 : 1000).rhythm
      ) { _ in }
      if rank == 1 {
        // Long enough to be seen; then cut off.
        Thread.sleep(forTimeInterval: 0.5)
        pulse.stop()
        return nil
      }
      return pulse.awaitLoss()
    }
    #expect(heard[0] == "worker 1 on b no longer answers")
  }

  @Test func `who did not come is said`() throws {
    let store = try SharedStore.overTCP(
      host: "127.0.0.1",
      port: 0,
      isServer: true,
      patience: .seconds(30)
    )
    var patience = Self.patience()
    patience.arrival = .milliseconds(300)
    let error = #expect(throws: TeamError.self) {
      try WorkerTeam(
        store: store,
        placement: Self.placement(1, of: 3, port: store.port),
        route: .address("127.0.0.1"),
        host: "b",
        patience: patience
      )
    }
    #expect(
      error?.message
        == "worker 1 on b: found 1 of 3 workers after 0.3 seconds, without 0, 2; start as many as WORLD_SIZE says, "
        + "each with a rank of its own"
    )
  }

  @Test func `a meeting place where nobody is cannot be used`() throws {
    // A port that was free a moment ago.
    let port = try SharedStore.overTCP(
      host: "127.0.0.1",
      port: 0,
      isServer: true,
      patience: .seconds(30)
    ).port
    var patience = Self.patience()
    patience.arrival = .milliseconds(300)
    let error = #expect(throws: TeamError.self) {
      try WorkerTeam(Self.placement(1, of: 2, port: port), patience: patience)
    }
    #expect(error?.message.contains("meeting place 127.0.0.1:\(port) cannot be used") == true)
  }
}
