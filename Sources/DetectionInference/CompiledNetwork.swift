package import DetectionModels
import ModelGraph
package import Torch
import TorchInference

/// A network as it runs when it only predicts: norms folded, each convolution with the addition and ReLU after it one
/// pass over packed weights, the heads' convolutions over all levels at once, and the box head only where a class passes.
///
/// What it computes is ``RetinaNet``'s, within 1e-4 of the greatest output in float32. It holds weights of its own: later
/// changes of the model have no influence. Not `Sendable`: one thread at a time.
package final class CompiledNetwork {
  let graph: FusedGraph
  private let convolutions: [Int: any CompiledConvolution]
  private let constants: [String: Tensor]
  private let reach: [Int: Int]
  private let dtype: DType

  /// Compiles a network.
  ///
  /// - Parameters:
  ///   - model: The network, in main memory.
  ///   - precision: The number format between layers.
  ///   - calibration: The ranges of the values between layers; ``PredictionPrecision/int8`` needs them. Values without a
  ///     range stay in bfloat16.
  /// - Throws: `ModelError` if it has a layer that the graph does not know, or the calibration is another network's;
  ///   `TorchError` if memory runs out.
  package init(
    _ model: RetinaNet,
    precision: PredictionPrecision,
    calibration: Calibration? = nil
  ) throws {
    let graph = FusedGraph(try NetworkGraph(model))
    var tensors: [String: GraphTensor] = [:]
    for tensor in graph.tensors { tensors[tensor.name] = tensor }
    func value(_ name: String) throws -> Tensor {
      guard let tensor = tensors[name] else {
        throw ModelError(place: name, message: "the network's graph names this tensor without it")
      }
      return try tensor.value()
    }
    let dtype: DType = precision == .float32 ? .float32 : .bfloat16
    let plan = try QuantizationPlan(
      graph,
      calibration: precision == .int8 ? calibration ?? Calibration(ranges: [:]) : nil
    )
    var convolutions: [Int: any CompiledConvolution] = [:]
    var constants: [String: Tensor] = [:]
    for (index, step) in graph.steps.enumerated() {
      switch step.operation {
      case .convolution(let convolution):
        let weight = try value(convolution.weight)
        let bias = try convolution.bias.map(value)
        let isLast = step.outputs == graph.logits || step.outputs == graph.deltas
        if let grids = plan.inputs[index] {
          convolutions[index] = try CompiledQuantized(
            convolution,
            weight: weight,
            bias: bias,
            grids: grids,
            results: step.outputs.map { plan.grids[$0] },
            dtype: isLast ? .float32 : dtype
          )
        } else {
          convolutions[index] = try CompiledPacked(
            convolution,
            weight: weight,
            bias: bias,
            dtype: dtype,
            resultDType: isLast ? .float32 : dtype
          )
        }
      case .groupNorm(let scale, let shift, _, _):
        constants[scale] = try value(scale)
        constants[shift] = try value(shift)
      case .rectifier, .maxPool, .sum, .upsampling: break
      }
    }
    self.graph = graph
    self.convolutions = convolutions
    self.constants = constants
    self.dtype = dtype
    reach = graph.boxReach
  }

  /// The heads' outputs of every level.
  ///
  /// - Parameters:
  ///   - images: Normalised pictures. Shape [N, 3, H, W].
  ///   - looksAt: Told the class logits of each level ([N, A · L, H, W], float32, channels-last), says which cells' boxes
  ///     will be looked at: [N, 1, H, W], float32, not 0 there. `nil`: all are.
  /// - Returns: Logits and deltas of each level, P3 first; where no box is looked at, deltas may be 0.
  /// - Throws: `TorchError` if the shape does not fit or memory runs out.
  package func outputs(
    of images: Tensor,
    lookingAt looksAt: (([Tensor]) throws -> [Tensor])? = nil
  ) throws -> (logits: [Tensor], deltas: [Tensor]) {
    try pass(images, lookingAt: looksAt) { _, body in try body() }
  }

  /// How long each part of a pass takes.
  ///
  /// - Parameter images: Normalised pictures. Shape [N, 3, H, W].
  /// - Returns: Every part; all boxes are looked at.
  /// - Throws: `TorchError` if the shape does not fit or memory runs out.
  package func partTimes(of images: Tensor) throws -> [NetworkPart: Duration] {
    let clock = ContinuousClock()
    var times: [NetworkPart: Duration] = [:]
    _ = try pass(images, lookingAt: nil) { step, body in
      let start = clock.now
      let made = try body()
      times[NetworkPart(name: step.outputs[0]), default: .zero] += clock.now - start
      return made
    }
    return times
  }

  /// Every value between layers, as it is made.
  ///
  /// - Parameters:
  ///   - images: Normalised pictures. Shape [N, 3, H, W].
  ///   - look: Called with each value's name and elements; the pictures themselves first.
  /// - Throws: What `look` throws; `TorchError` if the shape does not fit or memory runs out.
  package func watch(_ images: Tensor, _ look: (String, Tensor) throws -> Void) throws {
    try look(NetworkGraph.images, images)
    _ = try pass(images, lookingAt: nil) { step, body in
      let made = try body()
      for (name, value) in zip(step.outputs, made) { try look(name, value.tensor(.float32)) }
      return made
    }
  }

  private func pass(
    _ images: Tensor,
    lookingAt looksAt: (([Tensor]) throws -> [Tensor])?,
    around body: (FusedGraph.Step, () throws -> [CompiledValue]) throws -> [CompiledValue]
  ) throws -> (logits: [Tensor], deltas: [Tensor]) {
    var values = [NetworkGraph.images: CompiledValue(images)]
    // By distance from a box that is looked at.
    var marks: [[Tensor]] = []
    for (index, step) in graph.steps.enumerated() {
      var wanted: [Tensor]?
      if let looksAt, let distance = reach[index] {
        if marks.isEmpty {
          marks = [try looksAt(graph.logits.map { try value($0, values).tensor(.float32) })]
        }
        while marks.count <= distance {
          marks.append(
            try marks[marks.count - 1].map {
              try $0.maxPool2d(kernelSize: 3, stride: 1, padding: 1)
            }
          )
        }
        wanted = marks[distance]
      }
      let made = try body(step) { try run(step, at: index, values, wanted: wanted) }
      for (name, tensor) in zip(step.outputs, made) { values[name] = tensor }
      for name in step.last { values[name] = nil }
    }
    return (
      try graph.logits.map { try value($0, values).tensor(.float32) },
      try graph.deltas.map { try value($0, values).tensor(.float32) }
    )
  }

  private func run(
    _ step: FusedGraph.Step,
    at index: Int,
    _ values: [String: CompiledValue],
    wanted: [Tensor]?
  ) throws -> [CompiledValue] {
    let inputs = try step.inputs.map { try value($0, values) }
    switch step.operation {
    case .convolution(let convolution):
      guard let compiled = convolutions[index] else { throw missing(convolution.weight) }
      let added = try convolution.added.map { name in
        // What is added may give its memory to the result where nobody reads it after.
        (value: try value(name, values), isLast: step.last.contains(name))
      }
      return try compiled(inputs, adding: added, wanted: wanted)
    case .rectifier: return [CompiledValue(try inputs[0].tensor(dtype).relu())]
    case .maxPool(let side, let stride, let padding):
      return [
        CompiledValue(
          try inputs[0].tensor(dtype)
            .maxPool2d(kernelSize: side, stride: stride, padding: padding)
        )
      ]
    case .sum: return [CompiledValue(try inputs[0].tensor(dtype) + inputs[1].tensor(dtype))]
    case .upsampling:
      let size = inputs[1].shape
      return [
        CompiledValue(
          try inputs[0].tensor(dtype).upsampleNearest(height: size[2], width: size[3])
        )
      ]
    case .groupNorm(let scale, let shift, let groups, let epsilon):
      guard let weight = constants[scale], let bias = constants[shift] else { throw missing(scale) }
      // Statistics in float32, whatever lies between layers.
      let normed = try inputs[0].tensor(.float32)
        .groupNorm(groups: groups, weight: weight, bias: bias, epsilon: epsilon)
      return [CompiledValue(try normed.to(dtype))]
    }
  }

  private func value(_ name: String, _ values: [String: CompiledValue]) throws -> CompiledValue {
    guard let value = values[name] else { throw missing(name) }
    return value
  }

  private func missing(_ name: String) -> ModelError {
    ModelError(place: name, message: "the compiled network reads this before it is made")
  }
}
