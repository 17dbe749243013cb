import CommandConsole
import Foundation
import Torch
import TorchDistributed

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Workers that this process starts on its machine: itself again, each with a place of its own.
///
/// It keeps the store in which they meet, passes signals on, and ends all when one ends. It says why, once: the workers
/// leave that to it.
struct WorkerLaunch {
  /// On this machine.
  let workers: Int
  /// Which machine this is, and of how many.
  let node: Int
  let nodes: Int
  /// Where the workers meet; port 0 for one that is free.
  let host: String
  let port: UInt16

  /// Tells workers that somebody started them who speaks for them.
  static let variable = "FOCAL_LAUNCHER"

  /// How long the others may take to save and to end, when one has ended: with the 20 s in which a silent worker is
  /// found, less than the minute that a lost worker may cost.
  private static let grace: Duration = .seconds(25)

  /// Starts the workers and waits for their end.
  ///
  /// - Parameter hint: What to do next where they failed; empty where there is nothing to say.
  /// - Throws: ``CommandFailure`` with the first worker's reason where one failed, or stopped.
  func run(hint: () -> String) throws {
    let store: SharedStore
    do {
      store = try MeetingPlace(host: host, port: port).open(
        isKeeper: node == 0,
        patience: WorkerTeam.Patience(),
        notice: { Console.warning($0) }
      )
    } catch {
      throw CommandFailure.failed("\(error.message) (--master)")
    }
    ChildProcesses.listen()
    var running: [pid_t: Int] = [:]
    for local in 0..<workers {
      let child = try start(local, port: port == 0 ? store.port : port)
      running[child] = node * workers + local
      ChildProcesses.add(child)
    }
    let ends = wait(for: running, store)
    let failed = ends.filter { $0.status != 0 && !$0.isStop }
    if let first = failed.first {
      // The store has the first reason of all machines; a signal leaves none.
      let reason =
        (try? WorkerTeam.told(in: store, attempt: "0"))
        ?? "worker \(first.rank) on \(ProcessInfo.processInfo.hostName) ended with status \(first.status)"
      if nodes > 1 {
        // Other machines ask it too.
        Thread.sleep(forTimeInterval: 5)
      }
      let hint = hint()
      throw CommandFailure(
        message: reason + (hint.isEmpty ? "" : "; \(hint)"),
        status: failed.contains { $0.status == 64 } ? 64 : 1
      )
    }
    if let stop = ends.first(where: \.isStop) { throw CommandFailure.silent(status: stop.status) }
    withExtendedLifetime(store) {}
  }

  /// How a worker ended: as a shell has it, 128 and the signal for one that was killed.
  private struct End {
    let rank: Int
    let status: Int32
    let signal: Int32

    /// After a signal by which a command is stopped, it saved and ended.
    var isStop: Bool { signal == 0 && [128 + SIGINT, 128 + SIGTERM].contains(status) }
  }

  private func wait(for children: [pid_t: Int], _ store: SharedStore) -> [End] {
    var (running, ends) = (children, [End]())
    var deadline: ContinuousClock.Instant?
    while !running.isEmpty {
      var status: Int32 = 0
      let child = waitpid(-1, &status, WNOHANG)
      if child < 0, errno != EINTR { break }
      guard child > 0, let rank = running.removeValue(forKey: child) else {
        if let limit = deadline, ContinuousClock.now > limit {
          for child in running.keys { kill(child, SIGKILL) }
          deadline = nil
        }
        Thread.sleep(forTimeInterval: 0.05)
        continue
      }
      ChildProcesses.remove(child)
      let signal = status & 0x7F
      let end = End(
        rank: rank,
        status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
        signal: signal
      )
      ends.append(end)
      if signal != 0 {
        WorkerTeam.tell(
          "worker \(rank) on \(ProcessInfo.processInfo.hostName) was ended by signal \(signal) "
            + "(\(String(cString: strsignal(signal))))",
          in: store,
          attempt: "0"
        )
      }
      if end.status != 0, deadline == nil { deadline = ContinuousClock.now + Self.grace }
    }
    return ends
  }

  private func start(_ local: Int, port: UInt16) throws -> pid_t {
    var environment = ProcessInfo.processInfo.environment
    for (name, value) in [
      ("RANK", node * workers + local), ("WORLD_SIZE", nodes * workers), ("LOCAL_RANK", local),
      ("LOCAL_WORLD_SIZE", workers), ("MASTER_PORT", Int(port)), (Self.variable, Int(getpid())),
    ] {
      environment[name] = String(value)
    }
    environment["MASTER_ADDR"] = host
    environment["TORCHELASTIC_USE_AGENT_STORE"] = "True"
    environment["TORCHELASTIC_RESTART_COUNT"] = nil
    let path =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? Bundle.main.executablePath ?? CommandLine.arguments[0]
    return try ChildProcesses.spawn(
      path,
      arguments: CommandLine.arguments,
      environment: environment.map { "\($0.key)=\($0.value)" }
    )
  }
}
