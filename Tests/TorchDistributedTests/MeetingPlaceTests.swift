import Synchronization
import Testing

@testable import TorchDistributed

/// Places that are wrong, or not there yet.
@Suite struct MeetingPlaceTests {
  /// Names have no empty parts, so no server is asked for this one.
  private static let unknown = "no..host"

  private static func patience(
    _ arrival: Duration = .milliseconds(300)
  ) -> WorkerTeam.Patience {
    var patience = WorkerTeam.Patience()
    patience.arrival = arrival
    patience.firstNotice = .milliseconds(50)
    patience.laterNotices = .milliseconds(150)
    return patience
  }

  /// A port that was free a moment ago.
  private static func freePort() throws -> UInt16 {
    try SharedStore.overTCP(
      host: "127.0.0.1",
      port: 0,
      isServer: true,
      patience: .seconds(30)
    ).port
  }

  @Test func `a name that nobody knows is told early, and refused in the end`() throws {
    let notices = Mutex<[String]>([])
    let error = #expect(throws: TeamError.self) {
      try MeetingPlace(host: Self.unknown, port: 29_400).open(
        isKeeper: false,
        patience: Self.patience(.seconds(2)),
        notice: { words in notices.withLock { $0.append(words) } }
      )
    }
    let told = notices.withLock { $0 }
    #expect(!told.isEmpty)
    for words in told {
      #expect(words.hasPrefix("waiting for worker 0 at no..host:29400: "))
      #expect(words.hasSuffix("; giving up in 1 s"))
    }
    #expect(
      error?.message.hasPrefix("the workers' meeting place no..host:29400 cannot be used: ") == true
    )
    #expect(error?.message.contains("expected worker 0 there") == true)
  }

  @Test func `a port where nobody listens is told with the system's reason`() throws {
    let place = MeetingPlace(host: "127.0.0.1", port: try Self.freePort())
    #expect(place.fault(within: .seconds(5)) == "Connection refused")
  }

  @Test func `one that opens later is found`() throws {
    let port = try Self.freePort()
    let found = try Processes.apart(2) { rank -> Bool in
      let place = MeetingPlace(host: "127.0.0.1", port: port)
      // The one who keeps it comes last.
      if rank == 0 { try #require(place.fault(within: .seconds(5)) != nil) }
      let store = try place.open(
        isKeeper: rank == 0,
        patience: Self.patience(.seconds(30)),
        notice: { _ in }
      )
      try store.set("here/\(rank)", "yes")
      let isThere = try store.value("here/\(1 - rank)") == "yes"
      // The one who keeps it leaves last, too.
      if rank == 1 { try store.set("done", "yes") } else { _ = try store.value("done") }
      return isThere
    }
    #expect(found == [true, true])
  }

  @Test func `who keeps a place that does not lead to it is told so, and keeps it`() throws {
    let notices = Mutex<[String]>([])
    let store = try MeetingPlace(host: Self.unknown, port: 0).open(
      isKeeper: true,
      patience: Self.patience(),
      notice: { words in notices.withLock { $0.append(words) } }
    )
    let told = notices.withLock { $0 }
    #expect(told.count == 1)
    #expect(
      told.first?.hasPrefix("listening at port \(store.port), but 'no..host' does not lead here (")
        == true
    )
    try store.set("a", "b")
    #expect(try store.value("a") == "b")
  }

  @Test func `who is waited for is told`() throws {
    let store = try SharedStore.overTCP(
      host: "127.0.0.1",
      port: 0,
      isServer: true,
      patience: .seconds(30)
    )
    let notices = Mutex<[String]>([])
    #expect(throws: TeamError.self) {
      try WorkerTeam(
        store: store,
        placement: WorkerPlacement(
          rank: 1,
          count: 3,
          localCount: 3,
          host: "127.0.0.1",
          port: store.port,
          keeper: .launcher,
          attempt: "0"
        ),
        route: .address("127.0.0.1"),
        host: "b",
        patience: Self.patience(.seconds(2)),
        notice: { words in notices.withLock { $0.append(words) } }
      )
    }
    let told = notices.withLock { $0 }
    #expect(
      told.first == "waiting for 2 of 3 workers; not there yet: worker 0, 2; giving up in 1 s"
    )
  }

  @Test func `an IPv6 address is written with its port so that it can be read`() {
    #expect("\(MeetingPlace(host: "fe80::1", port: 1))" == "[fe80::1]:1")
    #expect("\(MeetingPlace(host: "node1", port: 29_400))" == "node1:29400")
  }
}
