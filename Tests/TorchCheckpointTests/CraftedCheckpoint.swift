import Testing

@testable import TorchCheckpoint

/// A zip archive around a pickle, with one storage of the floats 1 to 6.
enum CraftedCheckpoint {
  static func value(
    _ pickle: [UInt8],
    limits: CheckpointLimits = CheckpointLimits()
  ) throws -> PickledValue {
    let zip = ZipFile(pickle: pickle, storages: [floatBytes([1, 2, 3, 4, 5, 6])])
    return try TorchCheckpoint(bytes: zip.bytes, name: "file", limits: limits).value
  }

  /// The error that the pickle has to end in.
  static func fault(
    _ pickle: [UInt8],
    limits: CheckpointLimits = CheckpointLimits(),
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> TorchCheckpointError? {
    #expect(throws: TorchCheckpointError.self, sourceLocation: sourceLocation) {
      try value(pickle, limits: limits)
    }
  }
}
