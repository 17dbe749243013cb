import ArgumentParser
import CommandConsole
import Foundation
import TorchDistributed

/// How many workers train, where the command itself starts them.
struct WorkerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Train with so many processes on this machine, which share the pictures of each step.",
      valueName: "count"
    )
  )
  var nproc: Int?

  @Option(
    help: ArgumentHelp(
      "With --nproc: on so many machines; start the command on each.",
      valueName: "count"
    )
  )
  var nnodes: Int?

  @Option(help: ArgumentHelp("With --nnodes: which machine this is, from 0.", valueName: "number"))
  var nodeRank: Int?

  @Option(
    help: ArgumentHelp(
      "With --nnodes: where machine 0 listens, as its address and a port.",
      valueName: "host:port"
    )
  )
  var master: String?

  /// What these options ask for.
  ///
  /// - Parameter environment: The environment variables.
  /// - Returns: What to start; `nil` where this process trains itself.
  /// - Throws: ``CommandFailure`` for options that are incomplete or contradict the environment.
  func launch(in environment: [String: String]) throws -> WorkerLaunch? {
    // This process is one of those that were started.
    if environment[WorkerLaunch.variable] != nil { return nil }
    guard let nproc else {
      if nnodes != nil || nodeRank != nil || master != nil {
        throw CommandFailure.usage(
          "--nnodes, --node-rank and --master belong to --nproc: how many workers each machine has"
        )
      }
      return nil
    }
    guard (1...1024).contains(nproc) else {
      throw CommandFailure.usage("--nproc: found \(nproc), expected 1 to 1024")
    }
    if let variable = ["RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK"].first(where: {
      environment[$0] != nil
    }) {
      throw CommandFailure.usage(
        "--nproc starts workers, and this process is one already (\(variable) is set): leave one of them out"
      )
    }
    let nodes = nnodes ?? 1
    guard (1...4096).contains(nodes) else {
      throw CommandFailure.usage("--nnodes: found \(nodes), expected 1 to 4096")
    }
    guard nodes > 1 else {
      if nodeRank ?? 0 != 0 || master != nil {
        throw CommandFailure.usage("--node-rank and --master belong to --nnodes above 1")
      }
      if nproc == 1 { return nil }
      return WorkerLaunch(workers: nproc, node: 0, nodes: 1, host: "127.0.0.1", port: 0)
    }
    guard let nodeRank, (0..<nodes).contains(nodeRank) else {
      throw CommandFailure.usage(
        "--node-rank: found \(nodeRank.map(String.init) ?? "nothing"), expected 0 to \(nodes - 1), another on each machine"
      )
    }
    guard let master, let colon = master.lastIndex(of: ":"), colon > master.startIndex,
      let port = UInt16(master[master.index(after: colon)...]), port > 0
    else {
      throw CommandFailure.usage(
        "--master: found \(master.map { "'\($0)'" } ?? "nothing"), expected machine 0's address and a free port, "
          + "as 10.0.0.1:29400, the same on each machine"
      )
    }
    return WorkerLaunch(
      workers: nproc,
      node: nodeRank,
      nodes: nodes,
      // An IPv6 address stands in brackets before a port.
      host: master[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]")),
      port: port
    )
  }
}
