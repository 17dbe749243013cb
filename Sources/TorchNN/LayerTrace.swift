import Foundation
package import Torch

/// What one layer did in a pass.
package struct LayerRun: Hashable, Sendable {
  /// Which layer.
  package let layer: ObjectIdentifier
  /// What came out: N, C, H, W.
  package let outputShape: [Int]
  /// Products that were added up for each image of the batch, biases not counted.
  package let multiplyAdds: Int
}

/// A list of what the layers of a network do, taken while it runs.
///
/// Layers note themselves where they compute, so that a list cannot tell of another network than the one that runs.
/// Outside of ``recording(_:)`` noting is a look at an empty task-local value.
///
/// `@unchecked`: `runs` is used under the lock.
package final class LayerTrace: @unchecked Sendable {
  @TaskLocal private static var current: LayerTrace?

  private let lock = NSLock()
  private var runs: [LayerRun] = []
  private let look: (ObjectIdentifier, Tensor) -> Void

  private init(look: @escaping (ObjectIdentifier, Tensor) -> Void = { _, _ in }) {
    self.look = look
  }

  /// Runs a network and looks at what comes out of each layer.
  ///
  /// - Parameters:
  ///   - look: Called with a layer and its output, each time that it ran, on the thread that runs it.
  ///   - body: The passes.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  package static func watching<Result>(
    _ look: @escaping (ObjectIdentifier, Tensor) -> Void,
    _ body: () throws -> Result
  ) rethrows -> Result {
    try $current.withValue(LayerTrace(look: look), operation: body)
  }

  /// Runs a network and lists what its layers did.
  ///
  /// - Parameter body: The passes; a batch of no images has the shapes of any other at no cost.
  /// - Returns: One entry for each time that a layer ran, in order.
  /// - Throws: What `body` throws.
  package static func recording(_ body: () throws -> Void) rethrows -> [LayerRun] {
    let trace = LayerTrace()
    try $current.withValue(trace) { try body() }
    trace.lock.lock()
    defer { trace.lock.unlock() }
    return trace.runs
  }

  /// Notes that a layer ran, where somebody listens.
  ///
  /// - Parameters:
  ///   - layer: The layer.
  ///   - output: What it made.
  ///   - multiplyAdds: Products behind each element of the output.
  package static func note(_ layer: some Module, output: Tensor, multiplyAdds: Int = 0) {
    guard let trace = current else { return }
    trace.look(ObjectIdentifier(layer), output)
    let shape = output.shape
    let elements = shape.dropFirst().reduce(1, *)
    let run = LayerRun(
      layer: ObjectIdentifier(layer),
      outputShape: shape,
      multiplyAdds: elements * multiplyAdds
    )
    trace.lock.lock()
    defer { trace.lock.unlock() }
    trace.runs.append(run)
  }
}

extension Conv2d {
  /// Notes that this convolution ran, wherever its kernels were applied.
  ///
  /// - Parameter output: What it made.
  package func note(output: Tensor) {
    // Channels of a group times the taps of the kernel.
    LayerTrace.note(self, output: output, multiplyAdds: weight.shape.dropFirst().reduce(1, *))
  }
}
