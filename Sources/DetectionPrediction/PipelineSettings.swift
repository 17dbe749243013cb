import Foundation

/// Threads, batches and memory of a ``PredictionPipeline``.
package struct PipelineSettings: Hashable, Sendable {
  /// Threads that decode pictures and make them ready, at least 1.
  ///
  /// A network takes a hundred milliseconds a picture where decoding takes a few: half the processors, 8 at most, are
  /// enough to stay ahead.
  package var workers = max(1, min(8, ProcessInfo.processInfo.activeProcessorCount / 2))
  /// Looks of one input size that the network is given together at most, at least 1.
  package var batch = 1
  /// Bytes of decoded pictures at most, those being looked at with those ahead of them; one larger picture goes alone.
  ///
  /// Default: 512 MiB.
  package var memory = 512 << 20
  /// Whether each picture is delivered with its detections.
  package var keepsImages = false

  /// As many threads as fit the machine, single pictures.
  package init() {}
}
