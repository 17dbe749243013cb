import BoxGeometry
import DetectionModels
import Testing

@testable import ModelGraph

@Suite struct FusedGraphTests {
  private func graph(_ depth: ResNetDepth, headNorm: HeadConfiguration.HeadNorm? = nil) throws
    -> FusedGraph
  {
    var configuration = RetinaNetConfiguration(.torchvisionV1, categories: ["a", "b"])
    configuration.backbone = ResNetConfiguration(depth: depth, norm: .frozen)
    configuration.backbone.width = 8
    configuration.pyramidChannels = 16
    if let headNorm { configuration.head.norm = headNorm }
    var generator = SplitMix64(state: 1)
    return FusedGraph(
      try NetworkGraph(RetinaNet(configuration: configuration, using: &generator))
    )
  }

  private func convolutions(_ graph: FusedGraph) -> [FusedGraph.Convolution] {
    graph.steps.compactMap { step in
      if case .convolution(let convolution) = step.operation { convolution } else { nil }
    }
  }

  /// ResNet-18: a stem, 16 convolutions in blocks, 3 shortcuts; 8 in the pyramid; 10 in the heads, whatever the levels.
  @Test func `sums and ReLUs become part of convolutions, levels one step`() throws {
    let graph = try graph(.resnet18)
    let found = convolutions(graph)
    #expect(found.count == 1 + 16 + 3 + 8 + 10)
    // Each block adds, and two of the pyramid's lateral convolutions do.
    #expect(found.filter { !$0.added.isEmpty }.count == 8 + 2)
    // What is left: a pooling, two upsamplings, and the ReLU before P7, since P6 is read without it too.
    let rest = graph.steps.filter { step in
      if case .convolution = step.operation { false } else { true }
    }
    #expect(rest.count == 1 + 2 + 1)
    let heads = graph.steps.filter { $0.outputs.count == 5 }
    #expect(heads.count == 10)
    #expect(heads.last?.outputs == graph.deltas)
  }

  @Test(arguments: [ResNetDepth.resnet18, .resnet50])
  func `a step reads what was made before it, and nothing is forgotten early`(
    depth: ResNetDepth
  ) throws {
    let graph = try graph(depth)
    var alive: Set<String> = [NetworkGraph.images]
    for step in graph.steps {
      for name in step.reads { #expect(alive.contains(name), "\(name) is read by \(step.outputs)") }
      alive.formUnion(step.outputs)
      alive.subtract(step.last)
    }
    #expect(alive == Set(graph.logits + graph.deltas))
  }

  @Test func `the box subnet may leave out places, a cell further with each step before its end`()
    throws
  {
    let graph = try graph(.resnet18)
    let reach = graph.boxReach
    #expect(reach.count == 5)
    for (index, distance) in reach {
      let name = graph.steps[index].outputs[0]
      let layer = name.contains(".conv.") ? "conv.\(4 - distance)" : "p3"
      #expect(name.hasPrefix("head.regression_head.\(layer)"), "\(name) at \(distance)")
    }
  }

  @Test func `a group norm, which looks everywhere, ends what may be left out`() throws {
    #expect(try graph(.resnet18, headNorm: .group).boxReach.values.sorted() == [0])
  }
}
