package import DetectionTraining

/// Whether the processor has what the recipe asks for.
package enum ArithmeticCheck {
  package static func findings(
    _ recipe: TrainingRecipe,
    processes: Int = 1,
    on machine: MachineFacts
  ) -> [DoctorFinding] {
    var findings: [DoctorFinding] = []
    if recipe.precision == .bfloat16, !machine.hasFastBFloat16 {
      findings.append(
        DoctorFinding(
          .arithmetic,
          .warning,
          "precision bfloat16 on a processor without instructions for it",
          why: "it is slower than float32 here and less exact",
          remedy: "set precision=auto"
        )
      )
    }
    if recipe.threads > machine.cores {
      findings.append(
        DoctorFinding(
          .arithmetic,
          .warning,
          "threads \(recipe.threads) on \(DoctorText.counted(machine.cores, "core"))",
          why: "threads that share a core wait for each other at every operation",
          remedy: "set threads=0"
        )
      )
    }
    // Of several processes each has its share, and launchers set it.
    if processes == 1, recipe.threads == 0, machine.threads == 1, machine.cores > 1 {
      findings.append(
        DoctorFinding(
          .arithmetic,
          .warning,
          "one thread of arithmetic on \(machine.cores) cores",
          why: "the others stand idle; usually OMP_NUM_THREADS=1 is set",
          remedy: "unset OMP_NUM_THREADS, or set threads=\(machine.cores)"
        )
      )
    }
    return findings
  }
}
