/// Whether what a run writes has room.
package enum DiskCheck {
  /// - Parameters:
  ///   - needed: Bytes of weights, checkpoints and logs together.
  ///   - least: Bytes of the first checkpoint, with the weights beside it.
  ///   - folder: The run's folder.
  /// - Returns: An error where nothing could be saved, a warning where there is no room for all, or barely.
  package static func findings(needed: Int, least: Int, folder: FolderFacts) -> [DoctorFinding] {
    guard let free = folder.freeBytes, needed > free / 2 else { return [] }
    let isFull = needed > free
    return [
      DoctorFinding(
        .disk,
        least > free ? .error : .warning,
        "the run writes \(DoctorText.bytes(needed)) to \(folder.path), where \(DoctorText.bytes(free)) are free",
        why: isFull
          ? "it would stop at a checkpoint that has no room" : "little else may be written there",
        remedy: "make room, choose another disk with --out, or set checkpoint.keep=1"
      )
    ]
  }
}
