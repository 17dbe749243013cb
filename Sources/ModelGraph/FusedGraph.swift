/// A network's steps as they are run when nothing is trained: each convolution with the addition and the ReLU after it,
/// and the same weights on several levels of the pyramid at once.
package struct FusedGraph {
  /// One step.
  package struct Step {
    package let operation: Operation
    /// The values it reads; those that are added by a convolution not among them.
    package let inputs: [String]
    /// The values it makes: as many as a convolution reads, one for all else.
    package let outputs: [String]
    /// Values that no later step reads.
    package fileprivate(set) var last: [String] = []

    /// All that it reads.
    package var reads: [String] {
      if case .convolution(let convolution) = operation { return inputs + convolution.added }
      return inputs
    }
  }

  /// What a step computes.
  package enum Operation: Hashable {
    case convolution(Convolution)
    case rectifier
    case maxPool(side: Int, stride: Int, padding: Int)
    case sum
    case upsampling
    case groupNorm(scale: String, shift: String, groups: Int, epsilon: Double)
  }

  /// A convolution of one or several inputs by the same weights.
  package struct Convolution: Hashable {
    package let weight: String
    package let bias: String?
    package let window: NetworkGraph.ConvolutionWindow
    /// What is added to each output, in their order; empty: nothing.
    package fileprivate(set) var added: [String]
    /// Whether outputs are at least 0.
    package fileprivate(set) var isRectified: Bool

    /// Whether outputs have the inputs' size and each sees its neighbours only.
    package var looksAround: Bool {
      window.side == 3 && window.stride == 1 && window.padding == 1 && window.dilation == 1
    }
  }

  /// The steps, in an order in which they can run.
  package private(set) var steps: [Step]
  /// The weights that steps name.
  package let tensors: [GraphTensor]
  /// The class subnet's output of each level, P3 first; shape [N, A · L, H, W].
  package let logits: [String]
  /// The box subnet's output of each level; shape [N, A · 4, H, W].
  package let deltas: [String]

  /// - Parameter graph: The network.
  package init(_ graph: NetworkGraph) {
    (tensors, logits, deltas) = (graph.tensors, graph.logits, graph.deltas)
    steps = Self.grouped(Self.fused(Self.sizedEarlier(graph)))
    markLast()
  }

  /// Upsampling takes its size from what a 1×1 convolution was made of instead of from its result, which then nobody
  /// else reads.
  private static func sizedEarlier(_ graph: NetworkGraph) -> NetworkGraph {
    var graph = graph
    var alike: [String: String] = [:]
    for step in graph.steps {
      guard case .convolution(_, _, let window) = step.operation, window.side == 1,
        window.stride == 1, window.padding == 0
      else { continue }
      alike[step.output] = step.inputs[0]
    }
    graph.steps = graph.steps.map { step in
      guard step.operation == .upsampling, let like = alike[step.inputs[1]] else { return step }
      return NetworkGraph.Step(
        output: step.output,
        operation: .upsampling,
        inputs: [step.inputs[0], like]
      )
    }
    return graph
  }

  /// Convolutions take over a sum and a ReLU that alone read what they make.
  private static func fused(_ graph: NetworkGraph) -> [Step] {
    var readers: [String: Int] = [:]
    for name in graph.steps.flatMap(\.inputs) + graph.logits + graph.deltas {
      readers[name, default: 0] += 1
    }
    var steps: [Step] = []
    // Where the step stands that makes a value, as long as something may still join it.
    var open: [String: Int] = [:]
    for step in graph.steps {
      switch step.operation {
      case .convolution(let weight, let bias, let window):
        let convolution = Convolution(
          weight: weight,
          bias: bias,
          window: window,
          added: [],
          isRectified: false
        )
        if readers[step.output] == 1 { open[step.output] = steps.count }
        steps.append(
          Step(operation: .convolution(convolution), inputs: step.inputs, outputs: [step.output])
        )
      case .sum:
        guard let (value, place) = joinable(step.inputs, steps, open),
          let other = step.inputs.first(where: { $0 != value }),
          case .convolution(var convolution) = steps[place].operation
        else {
          steps.append(Step(operation: .sum, inputs: step.inputs, outputs: [step.output]))
          continue
        }
        convolution.added = [other]
        open[value] = nil
        // What is added may be made after the convolution: it moves here.
        let inputs = steps.remove(at: place).inputs
        for (name, at) in open where at > place { open[name] = at - 1 }
        if readers[step.output] == 1 { open[step.output] = steps.count }
        steps.append(
          Step(operation: .convolution(convolution), inputs: inputs, outputs: [step.output])
        )
      case .rectifier:
        guard let value = step.inputs.first, let place = open[value],
          case .convolution(var convolution) = steps[place].operation
        else {
          steps.append(Step(operation: .rectifier, inputs: step.inputs, outputs: [step.output]))
          continue
        }
        convolution.isRectified = true
        open[value] = nil
        steps[place] = Step(
          operation: .convolution(convolution),
          inputs: steps[place].inputs,
          outputs: [step.output]
        )
      case .maxPool(let side, let stride, let padding):
        steps.append(
          Step(
            operation: .maxPool(side: side, stride: stride, padding: padding),
            inputs: step.inputs,
            outputs: [step.output]
          )
        )
      case .upsampling:
        steps.append(Step(operation: .upsampling, inputs: step.inputs, outputs: [step.output]))
      case .groupNorm(let scale, let shift, let groups, let epsilon):
        steps.append(
          Step(
            operation: .groupNorm(scale: scale, shift: shift, groups: groups, epsilon: epsilon),
            inputs: step.inputs,
            outputs: [step.output]
          )
        )
      }
    }
    return steps
  }

  /// The first of a sum's inputs that a convolution makes for it alone, and that adds nothing yet.
  private static func joinable(
    _ inputs: [String],
    _ steps: [Step],
    _ open: [String: Int]
  ) -> (value: String, place: Int)? {
    for value in inputs {
      guard let place = open[value], case .convolution(let convolution) = steps[place].operation
      else { continue }
      if convolution.added.isEmpty && !convolution.isRectified { return (value, place) }
    }
    return nil
  }

  /// Convolutions by the same weights become one step, as soon as all of their inputs are there.
  private static func grouped(_ steps: [Step]) -> [Step] {
    var members: [String: [Int]] = [:]
    for (index, step) in steps.enumerated() {
      if case .convolution(let convolution) = step.operation {
        members[convolution.weight, default: []].append(index)
      }
    }
    var made: Set<String> = [NetworkGraph.images]
    var waiting = Array(steps.indices)
    var result: [Step] = []
    while let next = waiting.first(where: { index in
      group(of: steps[index], at: index, members)
        .allSatisfy { steps[$0].reads.allSatisfy(made.contains) }
    }) {
      let indices = group(of: steps[next], at: next, members)
      let joined = join(indices.map { steps[$0] })
      result.append(joined)
      made.formUnion(joined.outputs)
      waiting.removeAll { indices.contains($0) }
    }
    precondition(waiting.isEmpty, "a step reads what no step makes")
    return result
  }

  private static func group(of step: Step, at index: Int, _ members: [String: [Int]]) -> [Int] {
    guard case .convolution(let convolution) = step.operation else { return [index] }
    return members[convolution.weight] ?? [index]
  }

  private static func join(_ steps: [Step]) -> Step {
    guard steps.count > 1, case .convolution(var convolution) = steps[0].operation else {
      return steps[0]
    }
    convolution.added = steps.flatMap { step -> [String] in
      guard case .convolution(let one) = step.operation else { return [] }
      return one.added
    }
    return Step(
      operation: .convolution(convolution),
      inputs: steps.flatMap(\.inputs),
      outputs: steps.flatMap(\.outputs)
    )
  }

  /// Says of each value after which step it may be forgotten.
  private mutating func markLast() {
    var seen = Set(logits + deltas)
    for index in steps.indices.reversed() {
      let values = Set(steps[index].reads + steps[index].outputs)
      steps[index].last = values.subtracting(seen).sorted()
      seen.formUnion(values)
    }
  }
}
