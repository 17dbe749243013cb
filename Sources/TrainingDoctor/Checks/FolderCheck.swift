/// Whether the run's folder can be made, written to and kept from others.
package enum FolderCheck {
  package static func findings(_ folder: FolderFacts) -> [DoctorFinding] {
    if let obstacle = folder.obstacle {
      return [
        DoctorFinding(
          .folder,
          .error,
          "\(folder.path) cannot be written: \(obstacle)",
          why: "a run keeps weights, logs and checkpoints there",
          remedy: "choose another folder with --out"
        )
      ]
    }
    var findings: [DoctorFinding] = []
    if folder.isInUse {
      findings.append(
        DoctorFinding(
          .folder,
          .error,
          "another process trains in \(folder.path) now",
          why: "two trainers would write over each other's checkpoints",
          remedy: "wait for its end, stop it with Ctrl-C, or choose another folder with --out"
        )
      )
    } else if folder.holdsRun {
      findings.append(
        DoctorFinding(
          .folder,
          .error,
          "there is a run in \(folder.path)",
          why: "a new one would write over it, and does not start",
          remedy: "go on with it: focal train --resume \(folder.path); or choose another --out"
        )
      )
    }
    if folder.hasLocks == false {
      findings.append(
        DoctorFinding(
          .folder,
          .warning,
          "the file system of \(folder.path) keeps no locks",
          why: "a second trainer in the folder would not be refused",
          remedy: "see to it that there is one alone, or choose a folder on a local disk with --out"
        )
      )
    }
    return findings
  }
}
