/// Whether a step has room in memory.
package enum MemoryCheck {
  /// - Parameters:
  ///   - needed: Bytes that a process needs.
  ///   - isMeasured: Whether a step was taken; else it is a computed figure, good to about a third.
  ///   - processes: How many share the machine.
  ///   - machine: What there is.
  /// - Returns: An error where a measured need exceeds all memory there is; warnings where it is close.
  package static func findings(
    needed: Int,
    isMeasured: Bool,
    processes: Int = 1,
    on machine: MachineFacts
  ) -> [DoctorFinding] {
    let all = needed * max(1, processes)
    guard Double(all) > 0.8 * Double(machine.availableMemory) else { return [] }
    let isTooMuch = all > machine.memory
    return [
      DoctorFinding(
        .memory,
        isTooMuch && isMeasured ? .error : .warning,
        "training needs \(DoctorText.bytes(all)) of memory (\(isMeasured ? "measured" : "computed")"
          + (processes > 1 ? ", \(processes) processes" : "")
          + "), of which \(DoctorText.bytes(machine.availableMemory)) are free and "
          + "\(DoctorText.bytes(machine.memory)) there",
        why: isTooMuch
          ? "the system would end it, or swap without end"
          : "with anything else that runs, the system may end it",
        remedy: "set schedule.accumulation=2 or more (the same gradient in parts), a smaller "
          + "schedule.batchSize, or a smaller input.shortSide"
      )
    ]
  }
}
