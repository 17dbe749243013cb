import BoxGeometry
import DetectionModels
import Testing
import Torch
import TorchNN

@testable import DetectionTraining

@Suite struct OptimizerGroupsTests {
  /// Group norm in the heads, batch norm in the backbone, biases in pyramid and heads.
  private func network() throws -> RetinaNet {
    var recipe = TinyRun.recipe
    recipe.model.headNorm = .group
    var generator = SplitMix64(state: 1)
    return try RetinaNet(
      configuration: recipe.configuration(categories: ["a"], categoryIDs: [1]),
      using: &generator
    )
  }

  private func decaying(_ change: (inout TrainingRecipe.OptimizerSection) -> Void) throws
    -> Set<String>
  {
    var section = TrainingRecipe.OptimizerSection()
    change(&section)
    let groups = section.groups(of: try network().parameters)
    return Set(groups.filter { $0.weightDecay > 0 }.flatMap { $0.parameters.map(\.name) })
  }

  @Test func `kernels alone decay, unless biases or norms are asked for`() throws {
    let kernel = "backbone.body.conv1.weight"
    let bias = "backbone.fpn.inner_blocks.0.0.bias"
    let norms = ["backbone.body.bn1.weight", "backbone.body.bn1.bias"]
    let plain = try decaying { _ in }
    #expect(plain.contains(kernel) && !plain.contains(bias) && plain.isDisjoint(with: norms))
    let biases = try decaying { $0.decayBiases = true }
    #expect(biases.contains(bias) && biases.isDisjoint(with: norms))
    #expect(biases.contains("head.regression_head.bbox_reg.bias"))
    let withNorms = try decaying { $0.decayNorms = true }
    #expect(withNorms.isSuperset(of: norms) && !withNorms.contains(bias))
    let all = try decaying { ($0.decayNorms, $0.decayBiases) = (true, true) }
    #expect(all == Set(try network().parameters.map(\.name)))
    #expect(plain.union(biases).union(withNorms) == all)
  }

  @Test func `each parameter is in one group, the backbone's at its own rate`() throws {
    var section = TrainingRecipe.OptimizerSection()
    let parameters = try network().parameters
    #expect(section.groups(of: parameters).count == 2)
    section.backboneRateScale = 0.1
    let groups = section.groups(of: parameters)
    #expect(groups.count == 4)
    let names = groups.flatMap { $0.parameters.map(\.name) }
    #expect(names.count == parameters.count && Set(names) == Set(parameters.map(\.name)))
    for group in groups {
      for parameter in group.parameters {
        let isBackbone = parameter.name.hasPrefix("backbone.body.")
        #expect(group.rateScale == (isBackbone ? 0.1 : 1), "\(parameter.name)")
      }
    }
  }

  @Test func `adamw takes both betas of the recipe`() throws {
    var section = TrainingRecipe.OptimizerSection()
    section.kind = .adamw
    (section.momentum, section.beta2) = (0.8, 0.95)
    let optimizer = try #require(try section.optimizer(of: network()) as? AdamW)
    #expect(optimizer.beta1 == 0.8 && optimizer.beta2 == 0.95)
  }
}
