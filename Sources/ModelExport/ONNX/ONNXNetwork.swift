import ModelGraph

/// The network's steps as ONNX nodes.
struct ONNXNetwork {
  private let graph: NetworkGraph

  init(_ graph: NetworkGraph) { self.graph = graph }

  func add(to nodes: inout ONNXNodes) {
    for step in graph.steps {
      switch step.operation {
      case .convolution(let weight, let bias, let window):
        _ = nodes.add(
          "Conv",
          [step.inputs[0], weight] + (bias.map { [$0] } ?? []),
          as: step.output,
          [
            .ints("kernel_shape", [window.side, window.side]),
            .ints("strides", [window.stride, window.stride]),
            .ints("pads", [Int](repeating: window.padding, count: 4)),
            .ints("dilations", [window.dilation, window.dilation]), .int("group", window.groups),
          ]
        )
      case .rectifier: _ = nodes.add("Relu", step.inputs, as: step.output)
      case .maxPool(let side, let stride, let padding):
        _ = nodes.add(
          "MaxPool",
          step.inputs,
          as: step.output,
          [
            .ints("kernel_shape", [side, side]), .ints("strides", [stride, stride]),
            .ints("pads", [Int](repeating: padding, count: 4)),
          ]
        )
      case .sum: _ = nodes.add("Add", step.inputs, as: step.output)
      case .upsampling: addUpsampling(step, to: &nodes)
      case .groupNorm(let scale, let shift, let groups, let epsilon):
        addGroupNorm(step, scale, shift, groups, epsilon, to: &nodes)
      }
    }
  }

  /// Pixel i of the output is pixel ⌊i · small / large⌋ of the input, as LibTorch's nearest.
  private func addUpsampling(_ step: NetworkGraph.Step, to nodes: inout ONNXNodes) {
    let start = nodes.add(
      "Shape",
      [step.inputs[0]],
      as: "\(step.output).channels",
      [.int("start", 0), .int("end", 2)]
    )
    let end = nodes.add(
      "Shape",
      [step.inputs[1]],
      as: "\(step.output).size",
      [.int("start", 2), .int("end", 4)]
    )
    let size = nodes.add("Concat", [start, end], as: "\(step.output).shape", [.int("axis", 0)])
    _ = nodes.add(
      "Resize",
      [step.inputs[0], "", "", size],
      as: step.output,
      [
        .string("mode", "nearest"), .string("coordinate_transformation_mode", "asymmetric"),
        .string("nearest_mode", "floor"),
      ]
    )
  }

  /// By way of an instance norm over each group as if it were one channel, which every runtime has; the operator
  /// `GroupNormalization` has changed its meaning between versions.
  private func addGroupNorm(
    _ step: NetworkGraph.Step,
    _ scale: String,
    _ shift: String,
    _ groups: Int,
    _ epsilon: Double,
    to nodes: inout ONNXNodes
  ) {
    let (name, input) = (step.output, step.inputs[0])
    // (N, C, H, W) -> (N, G, C/G · H · W) -> (N, C, H, W)
    let grouped = nodes.add(
      "Reshape",
      [input, nodes.integers([0, Int64(groups), -1])],
      as: "\(name).grouped"
    )
    let normal = nodes.add(
      "InstanceNormalization",
      [
        grouped, nodes.floats([Float](repeating: 1, count: groups)),
        nodes.floats([Float](repeating: 0, count: groups)),
      ],
      as: "\(name).normal",
      [.float("epsilon", Float(epsilon))]
    )
    let shape = nodes.add("Shape", [input], as: "\(name).shape")
    let x = nodes.add("Reshape", [normal, shape], as: "\(name).ungrouped")
    let axes = nodes.integers([1, 2])
    let factor = nodes.add("Unsqueeze", [scale, axes], as: "\(name).scale")
    let offset = nodes.add("Unsqueeze", [shift, axes], as: "\(name).shift")
    let scaled = nodes.add("Mul", [x, factor], as: "\(name).scaled")
    _ = nodes.add("Add", [scaled, offset], as: name)
  }
}
