import CommandConsole
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Processes that were started here and get the signals that this one gets.
enum ChildProcesses {
  private static let most = 1024

  // Read by the signal handler; 0 where there is none.
  nonisolated(unsafe) private static let table: UnsafeMutablePointer<pid_t> = {
    let table = UnsafeMutablePointer<pid_t>.allocate(capacity: most)
    table.initialize(repeating: 0, count: most)
    return table
  }()

  static func add(_ child: pid_t) {
    for slot in 0..<most where table[slot] == 0 {
      table[slot] = child
      return
    }
  }

  static func remove(_ child: pid_t) {
    for slot in 0..<most where table[slot] == child { table[slot] = 0 }
  }

  /// Passes on what a terminal, a shell or a batch system sends.
  static func listen() {
    _ = table
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { number in
        for slot in 0..<ChildProcesses.most where ChildProcesses.table[slot] > 0 {
          kill(ChildProcesses.table[slot], number)
        }
      }
    }
  }

  /// Starts a program in a process group of its own, so that a terminal's signals come to it once.
  ///
  /// - Throws: ``CommandFailure`` where it cannot be started.
  static func spawn(
    _ path: String,
    arguments: [String],
    environment: [String]
  ) throws -> pid_t {
    var arguments = arguments.map { strdup($0) } + [nil]
    var environment = environment.map { strdup($0) } + [nil]
    defer { for text in arguments + environment { free(text) } }
    #if canImport(Darwin)
      var attributes: posix_spawnattr_t?
    #else
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)
    var child: pid_t = 0
    let code = posix_spawn(&child, path, nil, &attributes, &arguments, &environment)
    guard code == 0 else {
      throw CommandFailure.failed("\(path): cannot be started: \(String(cString: strerror(code)))")
    }
    return child
  }
}
