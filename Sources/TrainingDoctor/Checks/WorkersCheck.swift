package import DetectionTraining

/// Whether processes, their threads and the pictures of a step go together.
package enum WorkersCheck {
  package static func findings(
    _ recipe: TrainingRecipe,
    processes: Int,
    on machine: MachineFacts
  ) -> [DoctorFinding] {
    guard processes > 1 else { return [] }
    var findings: [DoctorFinding] = []
    let batch = recipe.schedule.batchSize
    if processes > batch {
      findings.append(
        DoctorFinding(
          .workers,
          .warning,
          "\(processes) processes share steps of \(DoctorText.counted(batch, "picture"))",
          why: "\(processes - batch) of them have nothing to do",
          remedy: "set schedule.batchSize=\(processes) or more, or start \(batch) with --nproc"
        )
      )
    } else if batch % processes != 0 {
      findings.append(
        DoctorFinding(
          .workers,
          .note,
          "\(processes) processes share steps of \(batch) pictures unevenly",
          why: "at every step the others wait for those with a picture more",
          remedy: "set schedule.batchSize to a multiple of \(processes)"
        )
      )
    }
    let threads = max(1, recipe.threads) * processes
    if threads > machine.cores {
      findings.append(
        DoctorFinding(
          .workers,
          .warning,
          "\(processes) processes of \(DoctorText.counted(max(1, recipe.threads), "thread")) on "
            + DoctorText.counted(machine.cores, "core"),
          why: "threads that share a core wait for each other at every operation",
          remedy: "start fewer with --nproc, or set threads=\(max(1, machine.cores / processes))"
        )
      )
    }
    return findings
  }
}
