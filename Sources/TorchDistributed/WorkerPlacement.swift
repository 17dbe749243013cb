/// This process's place among the workers of a job, as whoever started it tells by environment variables.
package struct WorkerPlacement: Hashable, Sendable {
  /// Its place among all, from 0.
  package var rank: Int
  /// How many there are, 2 at least.
  package var count: Int
  /// How many of them are on this machine; they share its processors.
  package var localCount: Int
  /// Where the workers meet: the machine of worker 0.
  package var host: String
  package var port: UInt16
  /// Who listens there.
  package var keeper: Keeper
  /// Tells a job from one that was started again in the same place.
  package var attempt: String

  /// Who keeps the store in which the workers meet.
  package enum Keeper: Hashable, Sendable {
    /// Worker 0 does.
    case firstWorker
    /// Whoever started the workers does, and outlives them.
    case launcher
  }

  /// What the environment says.
  ///
  /// Asked in this order: `RANK` and `WORLD_SIZE` (torchrun, Kubernetes, by hand), Open MPI, PMI (MPICH, Intel
  /// MPI), Slurm's `srun`. A job of one worker is no job of several.
  /// - Parameter environment: The variables.
  /// - Returns: The place; `nil` for a process that works alone.
  /// - Throws: ``PlacementError`` for variables that are incomplete or contradict each other.
  package static func found(
    in environment: [String: String]
  ) throws(PlacementError) -> WorkerPlacement? {
    let variables = Variables(environment)
    var found = try byHand(variables)
    if found == nil { found = try openMPI(variables) }
    if found == nil { found = try pmi(variables) }
    if found == nil { found = try slurm(variables) }
    guard let found else { return nil }
    guard (0..<found.count).contains(found.rank) else {
      throw PlacementError(
        "found rank \(found.rank) of \(found.count) workers, expected a rank from 0 to \(found.count - 1)"
      )
    }
    return found.count > 1 ? found : nil
  }
}

/// Environment variables that do not say where a worker belongs.
package struct PlacementError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was found, what was expected, what to do; one line.
  package let message: String

  init(_ message: String) { self.message = message }

  package var description: String { message }
}

extension WorkerPlacement {
  private static func byHand(_ variables: Variables) throws(PlacementError) -> WorkerPlacement? {
    guard variables.hasAny(["RANK", "WORLD_SIZE"]) else { return nil }
    let rank = try variables.count("RANK", with: "WORLD_SIZE")
    let count = try variables.count("WORLD_SIZE", with: "RANK")
    if count <= 1 { return try placement(variables, rank: rank, count: count, localCount: 1) }
    let host = try variables.text("MASTER_ADDR", "the address of the machine of worker 0")
    return try placement(
      variables,
      rank: rank,
      count: count,
      // Without it: workers that meet on the loopback interface are all on this machine.
      localCount: variables.count(ifSet: "LOCAL_WORLD_SIZE") ?? (isLoopback(host) ? count : 1),
      host: host,
      port: variables.port("a port that is free on \(host)")
    )
  }

  private static func openMPI(_ variables: Variables) throws(PlacementError) -> WorkerPlacement? {
    guard variables.hasAny(["OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"]) else { return nil }
    let rank = try variables.count("OMPI_COMM_WORLD_RANK", with: "OMPI_COMM_WORLD_SIZE")
    let count = try variables.count("OMPI_COMM_WORLD_SIZE", with: "OMPI_COMM_WORLD_RANK")
    return try ofMPI(
      variables,
      rank: rank,
      count: count,
      localCount: variables.count(ifSet: "OMPI_COMM_WORLD_LOCAL_SIZE") ?? 1,
      job: variables["PMIX_NAMESPACE"] ?? variables["OMPI_MCA_ess_base_jobid"] ?? ""
    )
  }

  private static func pmi(_ variables: Variables) throws(PlacementError) -> WorkerPlacement? {
    // Slurm sets these too, where it starts MPI programs; then its own variables say more.
    guard variables.hasAny(["PMI_RANK", "PMI_SIZE"]), variables["SLURM_STEP_ID"] == nil else {
      return nil
    }
    let rank = try variables.count("PMI_RANK", with: "PMI_SIZE")
    let count = try variables.count("PMI_SIZE", with: "PMI_RANK")
    return try ofMPI(
      variables,
      rank: rank,
      count: count,
      localCount: variables.count(ifSet: "MPI_LOCALNRANKS") ?? 1,
      job: variables["PMI_PORT"] ?? variables["PMI_ID_JOB"] ?? ""
    )
  }

  private static func ofMPI(
    _ variables: Variables,
    rank: Int,
    count: Int,
    localCount: Int,
    job: String
  ) throws(PlacementError) -> WorkerPlacement {
    let isOneMachine = localCount >= count
    let host =
      try isOneMachine && variables["MASTER_ADDR"] == nil
      ? "127.0.0.1"
      : variables.text(
        "MASTER_ADDR",
        "the address of the machine of worker 0, which MPI does not tell"
      )
    return try placement(
      variables,
      rank: rank,
      count: count,
      localCount: localCount,
      host: host,
      port: variables["MASTER_PORT"] == nil ? port(of: job) : variables.port("")
    )
  }

  private static func slurm(_ variables: Variables) throws(PlacementError) -> WorkerPlacement? {
    // A batch script that calls no `srun` has the variables of the job, and is one process all the same.
    guard variables.hasAny(["SLURM_PROCID"]), variables["SLURM_STEP_ID"] != nil else { return nil }
    let rank = try variables.count("SLURM_PROCID", with: "SLURM_NTASKS")
    let tasks = variables["SLURM_STEP_NUM_TASKS"] == nil ? "SLURM_NTASKS" : "SLURM_STEP_NUM_TASKS"
    let count = try variables.count(tasks, with: "SLURM_PROCID")
    if count <= 1 { return try placement(variables, rank: rank, count: count, localCount: 1) }
    let list = variables["SLURM_STEP_NODELIST"] ?? variables["SLURM_JOB_NODELIST"]
    guard let host = variables["MASTER_ADDR"] ?? list.flatMap(firstHost) else {
      throw PlacementError(
        "SLURM_JOB_NODELIST: found \(list.map { "'\($0)'" } ?? "nothing"), expected the machines of the job; or set "
          + "MASTER_ADDR to the machine of worker 0"
      )
    }
    let job = "\(variables["SLURM_JOB_ID"] ?? "").\(variables["SLURM_STEP_ID"] ?? "")"
    return try placement(
      variables,
      rank: rank,
      count: count,
      localCount: localTasks(variables),
      host: host,
      port: variables["MASTER_PORT"] == nil ? port(of: job) : variables.port("")
    )
  }

  /// This machine's own entry of Slurm's `2(x3),1`: tasks of the first three machines, then of the fourth.
  private static func localTasks(_ variables: Variables) throws(PlacementError) -> Int {
    let list = variables["SLURM_STEP_TASKS_PER_NODE"] ?? variables["SLURM_TASKS_PER_NODE"] ?? ""
    let node = try variables.count(ifSet: "SLURM_NODEID") ?? 0
    var counts: [Int] = []
    for entry in list.split(separator: ",") {
      let parts = entry.split(whereSeparator: { "(x)".contains($0) }).compactMap { Int($0) }
      guard let tasks = parts.first else { continue }
      counts += Array(repeating: tasks, count: min(parts.count > 1 ? parts[1] : 1, 65536))
    }
    return counts.indices.contains(node) ? counts[node] : 1
  }

  /// The first of `rack[2-4,7]node[01-08],gpu3`: rack2node01.
  static func firstHost(in list: String) -> String? {
    var host = ""
    var choices: String?
    for character in list {
      switch (character, choices) {
      case ("[", nil): choices = ""
      case ("]", let known?):
        host += known.prefix { $0 != "," && $0 != "-" }
        choices = nil
      case (_, let known?): choices = known + String(character)
      case (",", nil): return host.isEmpty ? nil : host
      default: host.append(character)
      }
    }
    return host.isEmpty || choices != nil ? nil : host
  }

  /// A port that all workers of a job come to by themselves: below those that systems give out.
  static func port(of job: String) -> UInt16 {
    // FNV-1a.
    let hash = job.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    return UInt16(20_000 + hash % 12_000)
  }

  static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.")
  }

  private static func placement(
    _ variables: Variables,
    rank: Int,
    count: Int,
    localCount: Int,
    host: String = "",
    port: UInt16 = 0
  ) throws(PlacementError) -> WorkerPlacement {
    WorkerPlacement(
      rank: rank,
      count: count,
      localCount: max(1, localCount),
      host: host,
      port: port,
      keeper: variables["TORCHELASTIC_USE_AGENT_STORE"] == "True" ? .launcher : .firstWorker,
      attempt: variables["TORCHELASTIC_RESTART_COUNT"] ?? "0"
    )
  }
}

/// Reads environment variables; one that is empty counts as not set.
private struct Variables {
  private let values: [String: String]

  init(_ values: [String: String]) { self.values = values }

  subscript(name: String) -> String? {
    values[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  func hasAny(_ names: [String]) -> Bool { names.contains { self[$0] != nil } }

  func text(_ name: String, _ meaning: String) throws(PlacementError) -> String {
    guard let value = self[name] else {
      throw PlacementError("\(name): not set, expected \(meaning)")
    }
    return value
  }

  func count(ifSet name: String) throws(PlacementError) -> Int? {
    guard let text = self[name] else { return nil }
    guard let value = Int(text), (0...1_000_000).contains(value) else {
      throw PlacementError("\(name): found '\(text)', expected a whole number")
    }
    return value
  }

  func count(_ name: String, with other: String) throws(PlacementError) -> Int {
    guard let value = try count(ifSet: name) else {
      throw PlacementError(
        "\(name): not set though \(other) is; set both, or neither to work alone"
      )
    }
    return value
  }

  func port(_ meaning: String) throws(PlacementError) -> UInt16 {
    let text = try text("MASTER_PORT", meaning)
    guard let port = UInt16(text), port > 0 else {
      throw PlacementError("MASTER_PORT: found '\(text)', expected 1 to 65535")
    }
    return port
  }
}
