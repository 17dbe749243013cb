import BoxGeometry
import DetectionModels
import ModelGraph
import Testing
import Torch
import TorchInference
import TorchNN

@testable import DetectionInference

@Suite struct QuantizationPlanTests {
  private let block = "backbone.body.layer1.0"

  private func graph() throws -> FusedGraph {
    var configuration = RetinaNetConfiguration(.torchvisionV1, categories: ["a"])
    configuration.backbone = ResNetConfiguration(depth: .resnet18, norm: .batch, width: 8)
    configuration.pyramidChannels = 16
    configuration.head.depth = 1
    var generator = SplitMix64(state: 1)
    return FusedGraph(
      try NetworkGraph(RetinaNet(configuration: configuration, using: &generator))
    )
  }

  private func ranges(of graph: FusedGraph) -> [String: ClosedRange<Double>] {
    var ranges = [NetworkGraph.images: -2.0...2.0]
    for name in graph.steps.flatMap(\.outputs) { ranges[name] = 0...1 }
    return ranges
  }

  private func layers(_ plan: QuantizationPlan, _ graph: FusedGraph) -> Set<String> {
    Set(plan.inputs.keys.compactMap { graph.steps[$0].layer })
  }

  @Test func `all convolutions but the first are in 8-bit integers`() throws {
    let graph = try graph()
    let plan = try QuantizationPlan(graph, calibration: Calibration(ranges: ranges(of: graph)))
    let all = Set(graph.steps.compactMap(\.layer))
    #expect(layers(plan, graph) == all.subtracting(["backbone.body.conv1"]))
    #expect(all.count > 30)
    // Outputs of the network are numbers.
    #expect((graph.logits + graph.deltas).allSatisfy { plan.grids[$0] == nil })
    #expect(plan.grids["\(block).conv1.relu"] == QuantizationGrid(covering: 0...1))
  }

  @Test func `a layer that is kept is not, and what it reads and makes is no integer`() throws {
    let graph = try graph()
    let kept = "\(block).conv2"
    let plan = try QuantizationPlan(
      graph,
      calibration: Calibration(ranges: ranges(of: graph), kept: [kept])
    )
    let all = Set(graph.steps.compactMap(\.layer))
    #expect(layers(plan, graph) == all.subtracting(["backbone.body.conv1", kept]))
    #expect(plan.grids["\(block).conv1.relu"] == nil)
    #expect(plan.grids["\(block).sum.relu"] == nil)
    #expect(plan.grids["backbone.body.layer1.1.conv1.relu"] != nil)
  }

  @Test func `values and layers of another network are refused by name`() throws {
    let graph = try graph()
    for (calibration, expected) in [
      (Calibration(ranges: ["backbone.other": 0...1]), "the value \"backbone.other\""),
      (Calibration(ranges: [:], kept: ["head.other"]), "the layer \"head.other\""),
    ] {
      let error = #expect(throws: ModelError.self) {
        try QuantizationPlan(graph, calibration: calibration)
      }
      #expect(try #require(error).description.contains(expected))
    }
  }
}
