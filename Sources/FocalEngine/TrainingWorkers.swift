import CommandConsole
import DetectionTraining
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

/// This process among the workers of a run, as the environment tells.
enum TrainingWorkers {
  /// Does a job as the worker that this process is, and tells the others where it fails.
  ///
  /// - Parameter job: The job; every worker's.
  /// - Throws: What the job throws; ``CommandFailure`` for an environment that makes no sense, or workers that do
  ///   not come.
  static func run(_ job: (any WorkerGroup) throws -> Void) throws {
    let environment = ProcessInfo.processInfo.environment
    let placement: WorkerPlacement?
    do {
      placement = try WorkerPlacement.found(in: environment)
    } catch {
      throw CommandFailure.usage(error.message)
    }
    guard let placement else { return try job(SoleWorker()) }
    let team: WorkerTeam
    do {
      let interface = environment["GLOO_SOCKET_IFNAME"].flatMap { $0.split(separator: ",").first }
      // Whoever started this worker has waited for the meeting place; for the others waits the first, for all.
      let speaks = placement.rank == 0 || environment[WorkerLaunch.variable] == nil
      team = try WorkerTeam(placement, interface: interface.map(String.init)) { words in
        if speaks { Console.warning(words) }
      }
    } catch {
      throw CommandFailure.failed(error.message)
    }
    let share = max(1, ProcessInfo.processInfo.activeProcessorCount / placement.localCount)
    do {
      try job(TrainingTeam(team, processors: share))
      team.leave()
    } catch let failure as CommandFailure where failure.message.isEmpty {
      // Asked to stop, as all others.
      team.leave()
      throw failure
    } catch {
      end(team, for: error, isSpokenFor: environment[WorkerLaunch.variable] != nil)
    }
  }

  /// Ends the process: threads may still wait for workers that are gone.
  private static func end(_ team: WorkerTeam, for error: any Error, isSpokenFor: Bool) -> Never {
    let (message, status) = words(for: error, team)
    if !isSpokenFor { Console.error(message) }
    // Where worker 0 keeps the store, the others have to read the reason there before it goes.
    if team.rank == 0, !isSpokenFor { Thread.sleep(forTimeInterval: 3) }
    _exit(status)
  }

  private static func words(for error: any Error, _ team: WorkerTeam) -> (String, Int32) {
    if let lost = error as? TrainingError, lost.code == .workerLost {
      team.pass(lost.message)
      return (lost.message, 1)
    }
    if let torch = error as? TorchError, torch.code == .disconnected {
      let reason = team.reason(of: torch)
      team.pass(reason)
      return (reason, 1)
    }
    let failure = error as? CommandFailure
    let message = failure?.line ?? FileFailure.line(for: error) ?? "\(error)"
    team.tell(message)
    return ("\(team.name): \(message)", failure?.status ?? 1)
  }
}

/// What worker 0 was told to do, for the others to do the same.
struct SharedOrder: Codable {
  let folder: String
  /// The recipe as YAML.
  let recipe: String
  let data: RunData
}
